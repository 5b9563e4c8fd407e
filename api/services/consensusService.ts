import { QueryParamsRequest, QueryParamsResponse } from '../../proto/gen/cosmos.consensus.v1.ts';
import { askEngine } from './engineRpc.ts';
import { engineStatus } from './engineStatus.ts';
import { ofEngine, under } from './method.ts';
import type { EngineMethod } from './method.ts';

interface Told {
  readonly consensus_params: {
    readonly block: { max_bytes: string; max_gas: string };
    readonly evidence: { max_age_num_blocks: string; max_age_duration: string; max_bytes: string };
    readonly validator: { pub_key_types: string[] };
    readonly version?: { app?: string };
    readonly abci?: { vote_extensions_enable_height?: string };
  };
}

const NANOS = 1_000_000_000n;

/** `cosmos.consensus.v1.Query`: what a block may hold. cosmpy asks before it estimates a fee. */
export const consensusService = (rpc: string): [string, EngineMethod][] =>
  under('cosmos.consensus.v1.Query', {
    Params: ofEngine(QueryParamsRequest, QueryParamsResponse, async () => {
      // Without a height the engine looks for those of a block that it may not have stored yet.
      const { sync_info: at } = await engineStatus(rpc);
      const of = { height: at.latest_block_height };
      const { consensus_params: told } = await askEngine<Told>(rpc, 'consensus_params', of);
      const ageNs = BigInt(told.evidence.max_age_duration);
      return {
        params: {
          block: { maxBytes: BigInt(told.block.max_bytes), maxGas: BigInt(told.block.max_gas) },
          evidence: {
            maxAgeNumBlocks: BigInt(told.evidence.max_age_num_blocks),
            maxAgeDuration: { seconds: ageNs / NANOS, nanos: Number(ageNs % NANOS) },
            maxBytes: BigInt(told.evidence.max_bytes),
          },
          validator: { pubKeyTypes: told.validator.pub_key_types },
          version: { app: BigInt(told.version?.app ?? 0) },
          abci: {
            voteExtensionsEnableHeight: BigInt(told.abci?.vote_extensions_enable_height ?? 0),
          },
        },
      };
    }),
  });
