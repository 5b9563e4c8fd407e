import { expect, test } from '@jest/globals';
import type { FeeTier } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { splitFee, tierAt, wrongTiers } from './feeTiers.ts';

const tier = (usd: bigint, makerSharePpm = 500_000, takerSharePpm = 500_000): FeeTier => ({
  ...{ leastPaidUusd: usd, makerSharePpm, takerSharePpm },
});

test('tiers are up to twenty, from nothing on, and each asks for more and takes no more', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => tier(BigInt(i)));
  expect([1, 2, 20].map((count) => wrongTiers(many(count)))).toEqual([null, null, null]);
  const some = 'fee_tiers: 1 to 20 tiers';
  expect([0, 21].map((count) => wrongTiers(many(count)))).toEqual([some, some]);
  expect(wrongTiers([tier(1n)])).toBe('fee_tiers: the first tier is for everybody, from 0');
  const most = 'fee_tiers: shares are at most 1000000';
  expect(wrongTiers([tier(0n, 1_000_000, 1_000_000)])).toBeNull();
  expect(wrongTiers([tier(0n, 1_000_001, 0)])).toBe(most);
  expect(wrongTiers([tier(0n, 0, 1_000_001)])).toBe(most);
  expect(wrongTiers([tier(0n), tier(0n)])).toBe('fee_tiers: they ascend');
  expect(wrongTiers([tier(0n), tier(5n), tier(4n)])).toBe('fee_tiers: they ascend');
  const larger = 'fee_tiers: no share is larger than in the tier below';
  expect(wrongTiers([tier(0n), tier(1n, 500_001, 500_000)])).toBe(larger);
  expect(wrongTiers([tier(0n), tier(1n, 500_000, 500_001)])).toBe(larger);
});

test('a tier holds from what it asks for on', () => {
  const tiers = [tier(0n), tier(10n), tier(20n)];
  expect([0n, 9n, 10n, 19n, 20n, 99n].map((paid) => tierAt(tiers, paid))).toEqual([
    ...[0, 0, 1, 1, 2, 2],
  ]);
});

test('a fee is split by shares that are rounded down, the rest to the validators', () => {
  const shares = { fundFeePpm: 200_000, referrerFeePpm: 100_000, treasuryFeePpm: 250_000 };
  // Of 99: 19.8, 9.9, and a quarter of the other 71.
  expect(splitFee(99n, shares)).toEqual({
    ...{ fundUusd: 19n, referrerUusd: 9n, treasuryUusd: 17n, validatorsUusd: 54n },
  });
});
