import { assert } from '../lib/assert.ts';
import type { Schema } from '../store/collection.ts';
import type { Module, MsgHandler, QueryHandler, Upgrade, VotesSpec } from './module.ts';
import type { Router } from './router.ts';

/** The modules, and their order in each phase. */
export interface ModuleSet {
  /** In the order of layers; also the order of genesis. */
  readonly modules: readonly Module[];
  readonly beginBlock: readonly string[];
  readonly endBlock: readonly string[];
  /** Plans that this program carries out, and those that programs before it have. */
  readonly upgrades: readonly Upgrade[];
}

export interface Registry {
  readonly modules: readonly Module[];
  readonly begin: readonly Module[];
  readonly end: readonly Module[];
  readonly router: Router;
  readonly queries: ReadonlyMap<string, QueryHandler>;
  readonly schemas: readonly Schema[];
  readonly votes: VotesSpec;
  readonly upgrades: readonly Upgrade[];
}

/**
 * Puts the modules together, and fails at start-up when something is missing or doubled: a message
 * without its one handler, a phase that does not list every module once, a prefix or path taken
 * twice.
 */
export function buildRegistry(set: ModuleSet, allMsgTypes: readonly string[]): Registry {
  const { modules } = set;
  const router = new Map<string, MsgHandler>();
  const queries = new Map<string, QueryHandler>();
  const prefixes = new Set<string>();
  const names = new Set<string>();
  for (const module of modules) {
    assert(!names.has(module.name), `module ${module.name} is there twice`);
    names.add(module.name);
    checkMigrations(module);
    for (const msg of module.msgs) {
      assert(!router.has(msg.codec.typeUrl), `${msg.codec.typeUrl} has two handlers`);
      router.set(msg.codec.typeUrl, msg);
    }
    for (const [path, answer] of Object.entries(module.queries)) {
      assert(!queries.has(path), `${path} is answered twice`);
      queries.set(path, answer);
    }
    const params = module.params === undefined ? [] : [module.params.schema];
    for (const { store, prefix, name } of [...module.schemas, ...params]) {
      assert(store === module.name, `${module.name}/${name} lies in the store of ${store}`);
      assert(!prefixes.has(`${store}/${prefix}`), `prefix ${store}/${prefix} is taken`);
      prefixes.add(`${store}/${prefix}`);
    }
  }
  for (const type of allMsgTypes) assert(router.has(type), `no module handles ${type}`);
  assert(router.size === allMsgTypes.length, 'a handler for a message that no proto file has');
  const plans = new Set(set.upgrades.map((upgrade) => upgrade.name));
  assert(plans.size === set.upgrades.length, 'an upgrade is there twice');
  const votes = modules.flatMap((m) => (m.votes === undefined ? [] : [m.votes]));
  assert(votes.length === 1, 'one module speaks in vote extensions');
  const paramSchemas = modules.flatMap((m) => (m.params === undefined ? [] : [m.params.schema]));
  return {
    modules,
    begin: phase(modules, set.beginBlock, 'beginBlock'),
    end: phase(modules, set.endBlock, 'endBlock'),
    router,
    queries,
    schemas: [...modules.flatMap((m) => m.schemas), ...paramSchemas],
    votes: votes[0]!,
    upgrades: set.upgrades,
  };
}

/** Each version below the module's own has the one migration that leads on from it. */
function checkMigrations({ name, version = 1, migrations = [] }: Module): void {
  assert(Number.isSafeInteger(version) && version >= 1, `${name}: its version is 1 or more`);
  for (let from = 1; from < version; from++) {
    const found = migrations.filter((migration) => migration.from === from).length;
    assert(found === 1, `${name}: ${found} migrations from version ${from}`);
  }
  assert(migrations.length === version - 1, `${name}: a migration beyond version ${version}`);
}

function phase(modules: readonly Module[], order: readonly string[], name: string): Module[] {
  assert(new Set(order).size === order.length, `${name} lists a module twice`);
  assert(order.length === modules.length, `${name} must list every module once`);
  return order.map((wanted) => {
    const found = modules.find((m) => m.name === wanted);
    assert(found !== undefined, `${name} lists ${wanted}, which is no module`);
    return found;
  });
}
