import {
  GenesisState,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
  QueryParamsRequest,
  QueryParamsResponse,
} from '../../proto/gen/tenor.runtime.v1.ts';
import type { UpgradePlan } from '../../proto/gen/tenor.runtime.v1.ts';
import { decodeAddress } from '../lib/address.ts';
import { schemasOf } from '../store/collection.ts';
import type { Ctx, View } from './context.ts';
import { sdk } from './errors.ts';
import { genesisOf } from './genesis.ts';
import { lastBlock, recordBlock } from './lastBlock.ts';
import { handler, query } from './module.ts';
import type { GenesisSpec, Module } from './module.ts';
import { assertAuthority, runtimeParams } from './runtimeParams.ts';
import { setVersions, upgradeMsgs, upgradeQueries, wrongPlan } from './upgrade/index.ts';
import * as upgrades from './upgrade/state.ts';

export { assertAuthority, defaultRuntimeParams, runtimeParams } from './runtimeParams.ts';

/** The module of the runtime itself: parameters of all modules change through its one message. */
export function coreModule(others: readonly Module[]): Module {
  const withParams = (name: string) => {
    const found = name === 'runtime' ? runtimeParams : others.find((m) => m.name === name)?.params;
    if (found === undefined) {
      const names = ['runtime', ...others.filter((m) => m.params).map((m) => m.name)].join(', ');
      throw sdk.notFound(`no parameters of that name; there are ${names}`);
    }
    return found;
  };
  const updateParams = handler({
    codec: MsgUpdateParams,
    response: MsgUpdateParamsResponse,
    signer: (msg) => msg.authority,
    validate({ authority }) {
      if (decodeAddress(authority) === null) throw sdk.invalidAddress('authority is no address');
    },
    execute(ctx, { authority, module, params }) {
      assertAuthority(ctx, authority);
      withParams(module).update(ctx, params);
      ctx.emit('update_params', { params_module: module });
      return {};
    },
  });
  const self: Module = {
    name: 'runtime',
    schemas: [lastBlock.collection.spec, ...schemasOf(upgrades)],
    msgs: [updateParams, ...upgradeMsgs],
    queries: {
      ...upgradeQueries,
      '/tenor.runtime.v1.Query/Params': query(
        QueryParamsRequest,
        QueryParamsResponse,
        (view, { module }) => {
          const spec = withParams(module);
          return { module, typeUrl: spec.typeUrl, params: spec.current(view) };
        },
      ),
    },
    genesis: genesisSpec(() => [self, ...others]),
    invariants: {},
    params: runtimeParams,
    beginBlock: recordBlock,
  };
  return self;
}

/** Parameters, the plan, what was carried out, and the versions of all modules. */
function genesisSpec(modules: () => readonly Module[]): GenesisSpec {
  return genesisOf<GenesisState>({
    codec: GenesisState,
    check({ params, plan, applied, moduleVersions }) {
      if (params === undefined) return 'params are missing';
      const wrong = plan === undefined ? null : wrongPlan(plan);
      if (wrong !== null) return `plan: ${wrong}`;
      if (new Set(applied.map(({ name }) => name)).size < applied.length) {
        return 'applied: a name is listed twice';
      }
      return wrongVersions(modules(), moduleVersions) ?? runtimeParams.wrong(params);
    },
    init(ctx, { params, plan, applied }) {
      runtimeParams.set(ctx, params!);
      if (plan !== undefined) setPlan(ctx, plan);
      for (const upgrade of applied) upgrades.applied.set(ctx, upgrade.name, upgrade);
      setVersions(ctx, modules());
    },
    export: exportGenesis,
  });
}

/** The program that reads a genesis executes its first block, too: an upgrade comes later. */
function setPlan(ctx: Ctx, plan: UpgradePlan): void {
  const { height } = ctx.header;
  if (plan.height <= BigInt(height)) {
    throw new Error(`plan: height ${plan.height} is not after the first block, ${height}`);
  }
  upgrades.plan.set(ctx, plan);
}

/** An upgrade that is due with the first block of the new chain is put off by one. */
function exportedPlan(view: View): Pick<GenesisState, 'plan'> {
  const plan = upgrades.plan.get(view);
  if (plan === undefined) return {};
  const earliest = BigInt(view.header.height + 2);
  return { plan: { ...plan, height: plan.height < earliest ? earliest : plan.height } };
}

function exportGenesis(view: View): GenesisState {
  return {
    params: runtimeParams.get(view),
    ...exportedPlan(view),
    applied: [...upgrades.applied.entries(view)].map(([, upgrade]) => upgrade),
    moduleVersions: [...upgrades.moduleVersions.entries(view)].map(([name, version]) => {
      return { name, version };
    }),
  };
}

/** A genesis of other versions is for another program, which may read it in another way. */
function wrongVersions(
  modules: readonly Module[],
  given: GenesisState['moduleVersions'],
): string | null {
  for (const { name, version = 1 } of modules) {
    const found = given.find((m) => m.name === name);
    if (found?.version === BigInt(version)) continue;
    const has = found === undefined ? 'missing' : `${found.version}`;
    return (
      `moduleVersions: ${name} is ${has}, this program has ${version}: ` +
      'start the chain with the program that made this genesis, and upgrade it'
    );
  }
  const unknown = given.find(({ name }) => modules.every((m) => m.name !== name));
  return unknown === undefined ? null : `moduleVersions: ${unknown.name} is no module`;
}
