import { Params as Message } from '../../../proto/gen/tenor.liquidation.v1.ts';
import type { GenesisState } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { DEFAULT_LIQUIDATION_PARAMS } from '../margin/core/index.ts';
import type { LiquidationParams } from '../margin/core/index.ts';
import { Params } from '../../runtime/params.ts';

const MAX_PPM = 1_000_000;
const MAX_BLOCKS = 10_000_000;
const MAX_SWEPT = 100_000_000;
const MAX_KEPT_SECONDS = 31_536_000;

const between = (v: number, low: number, high: number): boolean => v >= low && v <= high;

function wrongConcession(p: Message): string | null {
  if (p.startPpm > MAX_PPM || p.kneePpm > p.startPpm) return `knee_ppm ≤ start_ppm ≤ ${MAX_PPM}`;
  if (p.insolventPpm > MAX_PPM) return `insolvent_ppm is at most ${MAX_PPM}`;
  const durations = [p.fastBlocks, p.slowBlocks, p.insolventBlocks];
  if (!durations.every((blocks) => between(blocks, 1, MAX_BLOCKS))) {
    return `fast_blocks, slow_blocks and insolvent_blocks are 1 to ${MAX_BLOCKS}`;
  }
  return null;
}

function wrongAuctions(p: Message): string | null {
  if (p.feePpm > MAX_PPM || p.feeCapPpm > MAX_PPM || p.feeFundPpm > MAX_PPM) {
    return `fee_ppm, fee_cap_ppm and fee_fund_ppm are at most ${MAX_PPM}`;
  }
  if (!between(p.maxBidsPerAccount, 1, 256)) return 'max_bids_per_account is 1 to 256';
  if (!between(p.maxClearingsPerBlock, 1, 10_000)) return 'max_clearings_per_block is 1 to 10000';
  if (!between(p.maxDeleverageLooks, 1, 1_000_000)) {
    return 'max_deleverage_looks is 1 to 1000000';
  }
  return null;
}

function wrongHistory({
  stepsKeptSeconds,
  maxStepsKept,
  maxStepsPerBlock,
}: Message): string | null {
  if (stepsKeptSeconds > MAX_KEPT_SECONDS) {
    return `steps_kept_seconds is at most ${MAX_KEPT_SECONDS}`;
  }
  if (maxStepsKept > 1_000_000) return 'max_steps_kept is at most 1000000';
  return maxStepsPerBlock <= 10_000 ? null : 'max_steps_per_block is at most 10000';
}

/** What is wrong with the parameters, or null. */
export function wrongParams(p: Message): string | null {
  if (!between(p.maxAccountsPerBlock, 1, 10_000)) return 'max_accounts_per_block is 1 to 10000';
  if (!between(p.maxOrdersPerAccount, 1, 100)) return 'max_orders_per_account is 1 to 100';
  if (!between(p.slicePpm, 1, MAX_PPM)) return `slice_ppm is 1 to ${MAX_PPM}`;
  if (!between(p.cooldownBlocks, 1, 100_000)) return 'cooldown_blocks is 1 to 100000';
  if (!between(p.maxChecksPerBlock, 1, 1_000_000)) return 'max_checks_per_block is 1 to 1000000';
  if (!between(p.maxSweptPerBlock, 1, MAX_SWEPT)) {
    return `max_swept_per_block is 1 to ${MAX_SWEPT}`;
  }
  if (p.bufferPpm > MAX_PPM) return `buffer_ppm is at most ${MAX_PPM}`;
  return wrongConcession(p) ?? wrongAuctions(p) ?? wrongHistory(p);
}

export const params = new Params('liquidation', Message, wrongParams);

export function defaultLiquidationParams(): Message {
  const d = DEFAULT_LIQUIDATION_PARAMS;
  return {
    maxAccountsPerBlock: 50,
    maxOrdersPerAccount: 8,
    slicePpm: 200_000,
    cooldownBlocks: 2,
    maxChecksPerBlock: 6_000,
    // Ten times ten thousand accounts with twenty positions each.
    maxSweptPerBlock: 2_100_000,
    bufferPpm: Number(d.bufferPpm),
    startPpm: Number(d.startPpm),
    kneePpm: Number(d.kneePpm),
    // At a second a block.
    fastBlocks: Number(d.fastDuration),
    slowBlocks: Number(d.slowDuration),
    insolventPpm: Number(d.insolventPpm),
    insolventBlocks: Number(d.insolventDuration),
    feePpm: Number(d.feePpm),
    feeCapPpm: Number(d.feeCapPpm),
    // 0.16 of 0.19 percent.
    feeFundPpm: 842_105,
    maxBidsPerAccount: 16,
    maxClearingsPerBlock: 20,
    maxDeleverageLooks: 5_000,
    // A week.
    stepsKeptSeconds: 604_800,
    maxStepsKept: 50_000,
    maxStepsPerBlock: 200,
  };
}

export function defaultLiquidationGenesis(): GenesisState {
  return {
    params: defaultLiquidationParams(),
    ...{ flags: [], ticks: [], bids: [], steps: [] },
    ...{ checked: 0n, reduced: 0n, cleared: 0n, nextVersion: 1n, nextStep: 1n },
  };
}

/** The governed numbers as the risk core takes them; durations in blocks. */
export function coreParamsOf(p: Message): LiquidationParams {
  return {
    ...DEFAULT_LIQUIDATION_PARAMS,
    bufferPpm: BigInt(p.bufferPpm),
    feePpm: BigInt(p.feePpm),
    feeCapPpm: BigInt(p.feeCapPpm),
    startPpm: BigInt(p.startPpm),
    kneePpm: BigInt(p.kneePpm),
    fastDuration: BigInt(p.fastBlocks),
    slowDuration: BigInt(p.slowBlocks),
    insolventPpm: BigInt(p.insolventPpm),
    insolventDuration: BigInt(p.insolventBlocks),
  };
}
