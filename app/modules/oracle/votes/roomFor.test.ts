import { describe, expect, test } from '@jest/globals';
import type { VoteBase } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { decodeVote } from './decodeVote.ts';
import { expiriesThatFit, leastBytes } from './roomFor.ts';
import type { Vote } from './vote.ts';
import { fitVote } from './voteOf.ts';

/** Of a chain that has nothing yet, so that all is said in full. */
const baseOf = (height: bigint, underlyings: number, stablecoins: number): VoteBase => ({
  ...{ height, timeMs: 0n },
  underlyings: Array.from({ length: underlyings }, (_, u) => ({
    ...{ underlyingId: u + 1, indexUusd: 0n },
    expiries: Array.from({ length: 8 }, (__, e) => ({
      ...{ expirySeconds: BigInt(e + 1), forwardUusd: 0n, volsBp: [] },
    })),
  })),
  stablecoins: Array.from({ length: stablecoins }, (_, s) => ({
    ...{ stablecoinId: s + 1, priceUusd: 0n },
  })),
});

/** The longest that there is to say. */
function longest(base: VoteBase, isFirst: boolean): Vote {
  const seen = { priceUusd: 999_999_999_999_999n, ageMs: 500_000 };
  const forward = { priceUusd: isFirst ? 1n : 999_999_999_999_999n, ageMs: 500_000 };
  const volsBp = Array.from({ length: 9 }, (_, i) => (i === 4 ? 100 : 50_000));
  const surface = { volsBp, ageMs: 500_000, extrapolated: 511 };
  return {
    underlyings: base.underlyings.map(({ underlyingId, expiries }) => ({
      ...{ underlyingId, index: seen },
      expiries: expiries.map(({ expirySeconds }) => ({ expirySeconds, forward, surface })),
    })),
    stablecoins: base.stablecoins.map(({ stablecoinId }) => ({ stablecoinId, price: seen })),
    sources: [],
  };
}

/** The expiries of which a vote at a height says something. */
function said(height: bigint, [u, s]: readonly [number, number], maxBytes: number): string[] {
  const base = baseOf(height, u, s);
  const bytes = fitVote(longest(base, height % 2n === 0n), base, maxBytes);
  expect(bytes.length).toBeLessThanOrEqual(maxBytes);
  const vote = decodeVote(bytes, base)!;
  expect(vote.underlyings.every(({ index }) => index !== undefined)).toBe(true);
  expect(vote.stablecoins.every(({ price }) => price !== undefined)).toBe(true);
  return vote.underlyings.flatMap(({ underlyingId, expiries }) =>
    expiries
      .filter(({ surface }) => surface !== undefined)
      .map(({ expirySeconds }) => `${underlyingId}/${expirySeconds}`),
  );
}

describe('votes', () => {
  test.each([
    [1, 0],
    [3, 2],
    [7, 8],
    [32, 8],
  ])('of %i underlyings and %i stablecoins say all of it within eight blocks', (u, s) => {
    const maxBytes = leastBytes({ underlyings: u, stablecoins: s });
    for (const from of [1n, 1_000_003n]) {
      const all = new Set<string>();
      for (let i = 0n; i < 8n; i++)
        for (const name of said(from + i, [u, s], maxBytes)) all.add(name);
      expect(all.size).toBe(8 * u);
    }
  });

  test('of seven underlyings and eight stablecoins have room in 512 bytes, of eight not', () => {
    expect(leastBytes({ underlyings: 7, stablecoins: 8 })).toBe(507);
    expect(leastBytes({ underlyings: 8, stablecoins: 2 })).toBe(515);
    expect(expiriesThatFit({ underlyings: 3, stablecoins: 2 }, 512)).toBe(11);
  });
});
