import { expect, test } from '@jest/globals';
import type { Sample } from '../../../../proto/gen/tenor.options.v1.ts';
import { checkSamples } from './checkSamples.ts';

const sample = (timeMs: bigint, heldMs: bigint, more: Partial<Sample> = {}): Sample => ({
  ...{ timeMs, heldMs, priceUusd: 64n, height: 9n, ageMs: 0n, confidencePpm: 1_000_000 },
  ...{ reportedPower: 300n, quorumPower: 267n },
  ...more,
});
const SUMS = { weightedSum: '192000', coveredMs: 3_000n };

test('samples that make the sums are all there are', () => {
  expect(checkSamples(SUMS, [sample(1_000n, 1_000n), sample(9_000n, 2_000n)])).toBeNull();
  const atQuorum = sample(3_000n, 3_000n, { reportedPower: 267n });
  expect(checkSamples(SUMS, [atQuorum])).toBeNull();
  expect(checkSamples({ weightedSum: '0', coveredMs: 0n }, [])).toBeNull();
});

test.each<[string, Sample[], string]>([
  ['missing', [sample(9_000n, 2_000n)], 'hold for 2000 ms, not for 3000'],
  ['of another price', [sample(3_000n, 3_000n, { priceUusd: 65n })], 'add up to 195000'],
  ['twice', [sample(3_000n, 1_500n), sample(3_000n, 1_500n)], 'holds before the last one'],
  ['out of order', [sample(9_000n, 2_000n), sample(1_000n, 1_000n)], 'holds before the last one'],
  ['of no time', [sample(3_000n, 3_000n), sample(4_000n, 0n)], 'holds for no time'],
  ['without a quorum', [sample(3_000n, 3_000n, { reportedPower: 266n })], 'had no quorum'],
])('a sample that is %s is told', (_what, samples, why) => {
  expect(checkSamples(SUMS, samples)).toContain(why);
});
