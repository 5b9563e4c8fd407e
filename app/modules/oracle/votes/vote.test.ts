import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SourceState, SourceSubject } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { VoteBase, Venue } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { ageCode, ageOf } from './ageCode.ts';
import { decodeVote } from './decodeVote.ts';
import { encodeVote } from './encodeVote.ts';
import { subjectsOf } from './vote.ts';
import type { SeenPrice, SeenVols, Vote } from './vote.ts';
import { fitVote } from './voteOf.ts';

const NODES = 9;
const VENUES = [1, 2, 3, 4, 5, 6, 7];
const SPOTS = [64_123_450_000n, 3_301_230_000n, 142_345_600n];

/** Three underlyings of eight expiries and two stablecoins, as the chain has them; or nothing. */
function baseOf(height: bigint, hasValues = true): VoteBase {
  const value = (uusd: bigint) => (hasValues ? uusd : 0n);
  return {
    ...{ height, timeMs: 0n },
    underlyings: SPOTS.map((spot, u) => ({
      underlyingId: u + 1,
      indexUusd: value(spot),
      expiries: Array.from({ length: 8 }, (_, e) => ({
        expirySeconds: BigInt(1_800_000_000 + e * 604_800),
        forwardUusd: value((spot * BigInt(1_000 + e * 3)) / 1_000n),
        volsBp: hasValues ? smile(5_500 + 100 * e, 1) : [],
      })),
    })),
    stablecoins: [1, 2].map((stablecoinId) => ({ stablecoinId, priceUusd: value(1_000_000n) })),
  };
}

/** A smile with skew, of which all volatilities are this many times as high. */
const smile = (atm: number, times: number): number[] =>
  Array.from({ length: NODES }, (_, i) =>
    Math.round((atm + 40 * (i - 4) ** 2 - 60 * (i - 4)) * times),
  );

interface Move {
  readonly index: number;
  readonly vol: number;
  /** Differences between a validator's own values and the median, in units of the vote. */
  readonly noise: number;
}

/** Everything there is to say, after a move of the market since the base. */
function fullVote(base: VoteBase, { index, vol, noise }: Move): Vote {
  const moved = (uusd: bigint) => (uusd * BigInt(Math.round(index * 1e6))) / 1_000_000n;
  const wobble = (i: number) => ((i * 7) % 5) * noise;
  const seen = (priceUusd: bigint): SeenPrice => ({ priceUusd, ageMs: 1_500 });
  return {
    underlyings: base.underlyings.map(({ underlyingId, expiries }, u) => ({
      underlyingId,
      index: seen(moved(SPOTS[u]!)),
      expiries: expiries.map(({ expirySeconds }, e) => ({
        expirySeconds,
        forward: seen(moved((SPOTS[u]! * BigInt(1_000_000 + e * 3_000 + wobble(e))) / 1_000_000n)),
        surface: {
          volsBp: smile(5_500 + 100 * e, vol).map((v, i) => v + wobble(i)),
          ...{ ageMs: 2_000, extrapolated: e < 2 ? 0b100000001 : 0 },
        },
      })),
    })),
    stablecoins: base.stablecoins.map(({ stablecoinId }) => ({
      stablecoinId,
      price: seen(999_800n),
    })),
    sources: subjectsOf(base).flatMap(({ subject, id }) =>
      VENUES.slice(0, subject === SourceSubject.SOURCE_SUBJECT_OPTIONS ? 4 : 6).map((venue) => ({
        ...{ subject, id, venue: venue as Venue },
        state: SourceState.SOURCE_STATE_USED,
      })),
    ),
  };
}

describe('a vote of three underlyings with eight expiries each, and all there is to say', () => {
  test('fits into 512 bytes with everything in it, while the market moves as it does', () => {
    const base = baseOf(7n);
    for (const move of [
      { index: 1, vol: 1, noise: 0 },
      { index: 1.002, vol: 1.01, noise: 6 },
      { index: 0.8, vol: 1.0, noise: 6 },
    ]) {
      const vote = fullVote(base, move);
      const bytes = encodeVote(vote, base);
      expect(bytes.length).toBeLessThanOrEqual(512);
      expect(decodeVote(bytes, base)!.sources).toEqual(vote.sources);
    }
  });

  test('says of each expiry within a few blocks what does not fit at once', () => {
    for (const hasValues of [true, false]) {
      const missing = new Set<string>();
      for (let height = 100n; height < 103n; height++) {
        const base = baseOf(height, hasValues);
        const bytes = fitVote(fullVote(base, { index: 0.7, vol: 2.7, noise: 40 }), base, 512);
        expect(bytes.length).toBeLessThanOrEqual(512);
        for (const { underlyingId, index, expiries } of decodeVote(bytes, base)!.underlyings) {
          expect(index).toBeDefined();
          for (const { expirySeconds, surface } of expiries) {
            const key = `${underlyingId}/${expirySeconds}`;
            if (surface !== undefined) missing.delete(key);
            else if (height === 100n) missing.add(key);
          }
        }
      }
      if (hasValues) expect([...missing].length).toBeLessThan(24);
    }
  });
});

const price = fc.option(
  fc.record({
    priceUusd: fc.bigInt(1n, 10n ** 15n),
    ageMs: fc.integer({ min: 0, max: 500_000 }),
  }),
  { nil: undefined },
);
const surface: fc.Arbitrary<SeenVols | undefined> = fc.option(
  fc.record({
    volsBp: fc.array(fc.integer({ min: 100, max: 50_000 }), { minLength: 9, maxLength: 9 }),
    ageMs: fc.integer({ min: 0, max: 500_000 }),
    extrapolated: fc.integer({ min: 0, max: 511 }),
  }),
  { nil: undefined },
);

describe('the bytes of a vote', () => {
  const base = baseOf(1n);
  const votes: fc.Arbitrary<Vote> = fc
    .tuple(fc.array(price, { minLength: 3, maxLength: 3 }), price, surface)
    .map(([indexes, forward, vols]) => {
      const full = fullVote(base, { index: 1, vol: 1, noise: 3 });
      return {
        ...full,
        underlyings: full.underlyings.map((u, i) => ({
          ...u,
          index: indexes[i],
          expiries: u.expiries.map((e, j) => (j === i ? { ...e, forward, surface: vols } : e)),
        })),
      };
    });

  test('are read as what was said, to the step of the base, with ages rounded up', () => {
    fc.assert(
      fc.property(votes, (vote) => {
        const read = decodeVote(encodeVote(vote, base), base);
        // A price below one step of the base cannot be said: nothing that is seen is.
        if (read === null) return;
        for (const [u, { index }] of vote.underlyings.entries()) {
          const said = read.underlyings[u]!.index;
          expect(said === undefined).toBe(index === undefined);
          if (said === undefined || index === undefined) continue;
          expect(said.ageMs).toBeGreaterThanOrEqual(index.ageMs);
          const off = Number(index.priceUusd - said.priceUusd);
          expect(off).toBeGreaterThanOrEqual(0);
          expect(off * 1e6).toBeLessThanOrEqual(Number(base.underlyings[u]!.indexUusd));
        }
        // One form each: what was read is written as the same bytes.
        expect(encodeVote(read, base)).toEqual(encodeVote(vote, base));
      }),
    );
  });

  test('get an answer whatever they are, and only one form of each vote is one', () => {
    const good = encodeVote(fullVote(base, { index: 1, vol: 1, noise: 2 }), base);
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 });
    const mutated = changes.map((all) => all.reduce((b, [at, v]) => b.with(at, v), good));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), mutated), (bytes) => {
        const read = decodeVote(bytes, base);
        if (read !== null) expect(encodeVote(read, base)).toEqual(bytes);
      }),
      { numRuns: 400 },
    );
  });

  test.each<[string, (good: Uint8Array) => Uint8Array]>([
    ['no bytes', () => new Uint8Array(0)],
    ['another version', (good) => good.with(0, 1)],
    ['an end too early', (good) => good.subarray(0, 40)],
    ['more after the end', (good) => Uint8Array.of(...good, 0)],
    ['a number that is longer than it needs to be', () => Uint8Array.of(2, 1, 0x80, 0)],
    ['a number of more than 53 bits', () => Uint8Array.of(2, 1, ...Array<number>(9).fill(255))],
    ['a price of 0 or less', () => Uint8Array.of(2, 1, 0xff, 0xff, 0xff, 0xff, 0x7f)],
  ])('are no vote with %s', (_, change) => {
    const good = encodeVote(fullVote(base, { index: 1, vol: 1, noise: 0 }), base);
    expect(decodeVote(change(good), base)).toBeNull();
  });
});

test('an age in a byte is never too young, and off by a quarter of a second up to 40 s', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 514_000 }), (ageMs) => {
      const code = ageCode(ageMs);
      if (code === undefined) {
        expect(ageMs).toBeGreaterThan(500_000);
        return;
      }
      const said = ageOf(code);
      expect(said).toBeGreaterThanOrEqual(ageMs);
      expect(said - ageMs).toBeLessThan(ageMs <= 39_750 ? 250 : 5_000);
      expect(ageCode(said)).toBe(code);
    }),
  );
  expect([ageOf(1), ageOf(160), ageOf(255)]).toEqual([0, 39_750, 514_750]);
});
