import { Params as Message } from '../../proto/gen/tenor.liquidation.v1.ts';
import type { GenesisState } from '../../proto/gen/tenor.liquidation.v1.ts';
import { DEFAULT_LIQUIDATION_PARAMS } from '../margin/core/index.ts';
import { Params } from '../runtime/params.ts';

const MAX_PPM = 1_000_000;

const between = (v: number, low: number, high: number): boolean => v >= low && v <= high;

/** What is wrong with the parameters, or null. */
export function wrongParams(p: Message): string | null {
  if (!between(p.maxAccountsPerBlock, 1, 10_000)) return 'max_accounts_per_block is 1 to 10000';
  if (!between(p.maxOrdersPerAccount, 1, 100)) return 'max_orders_per_account is 1 to 100';
  if (!between(p.slicePpm, 1, MAX_PPM)) return `slice_ppm is 1 to ${MAX_PPM}`;
  if (!between(p.cooldownBlocks, 1, 100_000)) return 'cooldown_blocks is 1 to 100000';
  if (!between(p.maxChecksPerBlock, 1, 1_000_000)) return 'max_checks_per_block is 1 to 1000000';
  if (p.bufferPpm > MAX_PPM) return `buffer_ppm is at most ${MAX_PPM}`;
  return null;
}

export const params = new Params('liquidation', Message, wrongParams);

export function defaultLiquidationParams(): Message {
  return {
    maxAccountsPerBlock: 100,
    maxOrdersPerAccount: 8,
    slicePpm: 200_000,
    cooldownBlocks: 2,
    maxChecksPerBlock: 20_000,
    bufferPpm: Number(DEFAULT_LIQUIDATION_PARAMS.bufferPpm),
  };
}

export function defaultLiquidationGenesis(): GenesisState {
  return { params: defaultLiquidationParams(), flags: [], checked: 0n, reduced: 0n };
}
