import {
  GenesisState,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
  Params as ParamsMessage,
  QueryParamsRequest,
  QueryParamsResponse,
} from '../../proto/gen/tenor.runtime.v1.ts';
import { decodeAddress } from '../lib/address.ts';
import { sdk } from './errors.ts';
import type { Reader } from '../store/collection.ts';
import { genesisOf } from './genesis.ts';
import { lastBlock, recordBlock } from './lastBlock.ts';
import { handler, query } from './module.ts';
import type { Module } from './module.ts';
import { Params } from './params.ts';

/** Limits, fees and the authority that may change parameters. */
export const runtimeParams = new Params<ParamsMessage>('runtime', ParamsMessage, (p) => {
  if (p.authority !== '' && decodeAddress(p.authority) === null) return 'authority is no address';
  if (p.maxTxGas < 100_000n || p.maxTxGas > 1_000_000_000n) return 'maxTxGas: 1e5 to 1e9';
  if (p.maxTxBytes < 1_000 || p.maxTxBytes > 1_000_000) return 'maxTxBytes: 1e3 to 1e6';
  if (p.maxMsgs < 1 || p.maxMsgs > 1_000) return 'maxMsgs: 1 to 1000';
  if (p.maxMemoBytes > 10_000) return 'maxMemoBytes: at most 10000';
  if (p.exemptBucketSize < 1 || p.exemptBucketSize > 1_000_000) return 'exemptBucketSize: 1 to 1e6';
  if (p.exemptRefillPerSecond > 1_000_000) return 'exemptRefillPerSecond: at most 1e6';
  if (p.maxUnorderedTtlSeconds < 1 || p.maxUnorderedTtlSeconds > 3_600) {
    return 'maxUnorderedTtlSeconds: 1 to 3600';
  }
  if (p.gasPrices.length > 8) return 'gasPrices: at most 8 denominations';
  return null;
});

export function defaultRuntimeParams(authority: string): ParamsMessage {
  return {
    authority,
    gasPrices: [
      { denom: 'utenor', pricePpm: 1_000n },
      { denom: 'uusd', pricePpm: 1_000n },
    ],
    maxTxGas: 50_000_000n,
    maxTxBytes: 65_536,
    maxMsgs: 100,
    maxMemoBytes: 256,
    exemptBucketSize: 2_000,
    exemptRefillPerSecond: 200,
    maxUnorderedTtlSeconds: 600,
  };
}

/** @throws Reject unless the address is the authority */
export function assertAuthority(reader: Reader, address: string): void {
  const { authority } = runtimeParams.get(reader);
  if (authority === '' || address !== authority) {
    throw sdk.unauthorized(`only the authority (${authority}) may do this`);
  }
}

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
  return {
    name: 'runtime',
    schemas: [lastBlock.collection.spec],
    msgs: [updateParams],
    queries: {
      '/tenor.runtime.v1.Query/Params': query(
        QueryParamsRequest,
        QueryParamsResponse,
        (view, { module }) => {
          const spec = withParams(module);
          return { module, typeUrl: spec.typeUrl, params: spec.current(view) };
        },
      ),
    },
    genesis: genesisOf<GenesisState>({
      codec: GenesisState,
      check: ({ params }) =>
        params === undefined ? 'params are missing' : runtimeParams.wrong(params),
      init: (ctx, { params }) => {
        runtimeParams.set(ctx, params!);
      },
      export: (view) => ({ params: runtimeParams.get(view) }),
    }),
    invariants: {},
    params: runtimeParams,
    beginBlock: recordBlock,
  };
}
