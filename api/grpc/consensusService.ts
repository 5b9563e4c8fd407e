import { QueryParamsResponse } from '../../proto/gen/cosmos.consensus.v1.ts';
import { askEngine } from './engineRpc.ts';
import type { Method } from './txService.ts';

interface Told {
  readonly consensus_params: { readonly block: { max_bytes: string; max_gas: string } };
}

/** `cosmos.consensus.v1.Query`: what a block may hold. cosmpy asks before it estimates a fee. */
export function consensusService(rpc: string): Readonly<Record<string, Method>> {
  return {
    Params: async () => {
      const told = await askEngine<Told>(rpc, 'consensus_params', {});
      const { max_bytes: bytes, max_gas: gas } = told.consensus_params.block;
      const block = { maxBytes: BigInt(bytes), maxGas: BigInt(gas) };
      return QueryParamsResponse.encode({ params: { block } });
    },
  };
}
