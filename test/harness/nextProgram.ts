import type { Program } from '../../app/commands/index.ts';
import { antePorts, moduleSet } from '../../app/modules/index.ts';
import { coreModule } from '../../app/runtime/coreModule.ts';
import { buildRegistry } from '../../app/runtime/registry.ts';
import type { ModuleSet } from '../../app/runtime/registry.ts';
import type { Migration, Module } from '../../app/runtime/module.ts';
import { stakingModule } from '../../app/modules/staking/index.ts';
import { validators } from '../../app/modules/staking/state.ts';
import { Item } from '../../app/store/collection.ts';
import { u64Value } from '../../app/lib/values.ts';
import { allMsgs } from '../../proto/gen/index.ts';

/** What a next version of this chain might be: for tests of upgrades. */
export const NEXT = 'v2';

/** Converts a stored value: every validator's name says that it was migrated. */
const renameValidators: Migration = {
  from: 1,
  run(ctx) {
    for (const [address, validator] of [...validators.entries(ctx)]) {
      validators.set(ctx, address, { ...validator, moniker: `${validator.moniker} of ${NEXT}` });
    }
  },
};

const count = new Item<bigint>({
  ...{ store: 'tally', prefix: 1, name: 'blocks' },
  value: u64Value,
  storage: 'proved',
});

/** A module that comes with the upgrade: it counts blocks. */
const tallyModule: Module = {
  name: 'tally',
  schemas: [count.collection.spec],
  msgs: [],
  queries: {},
  genesis: {
    validate: () => undefined,
    init(ctx, genesis) {
      count.set(ctx, BigInt((genesis as { blocks: string }).blocks));
    },
    export: (view) => ({ blocks: count.must(view).toString() }),
  },
  invariants: {},
  beginBlock(ctx) {
    count.set(ctx, count.must(ctx) + 1n);
  },
};

const [, ...layers] = moduleSet.modules;
const nextLayers = [
  ...layers.map((module) =>
    module.name === stakingModule.name
      ? { ...module, version: 2, migrations: [renameValidators] }
      : module,
  ),
  tallyModule,
];

export const nextModules: ModuleSet = {
  modules: [coreModule(nextLayers), ...nextLayers],
  beginBlock: [...moduleSet.beginBlock, tallyModule.name],
  endBlock: [...moduleSet.endBlock, tallyModule.name],
  upgrades: [{ name: NEXT, adds: { tally: { blocks: '0' } } }],
};

export const createNextRegistry = () =>
  buildRegistry(
    nextModules,
    allMsgs.map((codec) => codec.typeUrl),
  );

export const nextProgram: Program = { createRegistry: createNextRegistry, ports: antePorts };
