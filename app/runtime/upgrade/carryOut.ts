import { assert, defined } from '../../lib/assert.ts';
import { clearDerived } from '../../store/derived.ts';
import type { Reader } from '../../store/collection.ts';
import type { Ctx } from '../context.ts';
import type { Module, Upgrade } from '../module.ts';
import type { Registry } from '../registry.ts';
import * as state from './state.ts';

/** As block headers carry it: 1, and one more with each upgrade, as the Cosmos SDK counts. */
export function appVersionOf(reader: Reader): bigint {
  return BigInt(1 + [...state.applied.entries(reader)].length);
}

/** Notes the versions of a chain that begins. */
export function setVersions(ctx: Ctx, modules: readonly Module[]): void {
  for (const { name, version = 1 } of modules) {
    state.moduleVersions.set(ctx, name, BigInt(version));
  }
}

/**
 * Brings the state to this program's versions: migrations module by module in the order of layers,
 * then everything that is derived anew. The block of the plan's height begins with it.
 */
export function carryOut(registry: Registry, ctx: Ctx, upgrade: Upgrade): void {
  const isFirst = state.moduleVersions.entries(ctx).next().done === true;
  for (const module of registry.modules) {
    const version = state.moduleVersions.get(ctx, module.name) ?? (isFirst ? 1n : undefined);
    if (version === undefined) addModule(ctx, module, upgrade);
    else migrate(ctx, module, Number(version));
  }
  setVersions(ctx, registry.modules);
  rebuildDerived(registry, ctx);
  const { height, timeMs } = ctx.header;
  state.plan.delete(ctx);
  const { name } = upgrade;
  state.applied.set(ctx, name, { name, height: BigInt(height), timeMs: BigInt(timeMs) });
  ctx.emit('upgrade', { name, app_version: appVersionOf(ctx).toString() });
}

function addModule(ctx: Ctx, { name, genesis }: Module, { adds }: Upgrade): void {
  const part = defined(adds?.[name], `the genesis of module ${name}`);
  genesis.validate(part);
  genesis.init(ctx, part);
}

function migrate(ctx: Ctx, { name, version = 1, migrations = [] }: Module, stored: number): void {
  assert(stored <= version, `module ${name} has version ${stored}`);
  for (let from = stored; from < version; from++) {
    const step = migrations.find((migration) => migration.from === from);
    defined(step, `the migration of ${name} from version ${from}`).run(ctx);
  }
}

/** Fills what is derived from what is stored. */
export function rebuildDerived({ schemas, modules }: Registry, ctx: Ctx): void {
  clearDerived(ctx.state, schemas);
  for (const module of modules) module.rebuild?.(ctx);
}
