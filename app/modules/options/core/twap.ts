import { assert } from '../../../lib/assert.ts';
import { CENT_UUSD } from './units.ts';

export interface SampleTime {
  /** Block time of the sample. */
  readonly timeMs: number;
  /** Block time of the sample before, or 0. */
  readonly previousMs: number;
  readonly maxSampleMs: number;
  /** The averaging window; `endMs` is Infinity while settlement waits for coverage. */
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * How long a sample counts: the time since the sample before it, at most `maxSampleMs`, as far as
 * that lies inside the window.
 */
export function heldMs({ timeMs, previousMs, maxSampleMs, startMs, endMs }: SampleTime): number {
  const from = Math.max(previousMs, timeMs - maxSampleMs, startMs);
  return Math.max(0, Math.min(timeMs, endMs) - from);
}

/** Σ price·ms / Σ ms, rounded once to 0.01 USD, a half up. */
export function settlementPrice(weightedSum: bigint, coveredMs: bigint): bigint {
  assert(coveredMs > 0n, 'an average over no time');
  const unit = coveredMs * CENT_UUSD;
  return ((2n * weightedSum + unit) / (2n * unit)) * CENT_UUSD;
}
