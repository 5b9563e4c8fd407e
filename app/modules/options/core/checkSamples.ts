import type { Expiry, Sample } from '../../../../proto/gen/tenor.options.v1.ts';

/** What the samples of an expiry add up to: Σ price·ms and Σ ms. */
export function sumsOf(samples: Iterable<Sample>): { weightedSum: bigint; coveredMs: bigint } {
  let [weightedSum, coveredMs] = [0n, 0n];
  for (const { priceUusd, heldMs } of samples) {
    weightedSum += priceUusd * heldMs;
    coveredMs += heldMs;
  }
  return { weightedSum, coveredMs };
}

/**
 * What is wrong with samples, by time, as all those that an expiry's sums are made of; null when
 * they are. None is left out, as each holds for some time and together they hold for all of it.
 */
export function checkSamples(
  { weightedSum, coveredMs }: Pick<Expiry, 'weightedSum' | 'coveredMs'>,
  samples: readonly Sample[],
): string | null {
  let previousMs = 0n;
  for (const { timeMs, heldMs, reportedPower, quorumPower } of samples) {
    if (heldMs <= 0n) return `the sample at ${timeMs} holds for no time`;
    if (timeMs - heldMs < previousMs) return `the sample at ${timeMs} holds before the last one`;
    if (reportedPower < quorumPower) return `the sample at ${timeMs} had no quorum`;
    previousMs = timeMs;
  }
  const sums = sumsOf(samples);
  if (sums.coveredMs !== coveredMs) {
    return `its samples hold for ${sums.coveredMs} ms, not for ${coveredMs}`;
  }
  if (sums.weightedSum.toString() === weightedSum) return null;
  return `its samples add up to ${sums.weightedSum}, not to ${weightedSum}`;
}
