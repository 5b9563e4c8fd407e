import { describe, expect, test } from '@jest/globals';
import { FeedKind } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { FeedTally, Proposer } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { defaultOracleParams } from '../params.ts';
import { confidenceOf } from './confidence.ts';
import { NO_FOLLOWING, addMove, followingPpm, sumFollowing } from './following.ts';
import { areJudged, leavingOut, newProposer } from './leavingOut.ts';
import { maySample } from './maySample.ts';
import { dispersionPpm, weightedMedian } from './median.ts';
import { addValue, distanceOf, newTally, newValues, sumTallies, unitOf } from './tally.ts';
import { addBlock, newTurnout, sumTurnouts } from './turnout.ts';

const [ADDRESS, OTHER] = [1, 2].map((n) => new Uint8Array(20).fill(n)) as [Uint8Array, Uint8Array];
const { FEED_KIND_FORWARD, FEED_KIND_INDEX, FEED_KIND_SURFACE } = FeedKind;

describe('sums over windows', () => {
  test('of turnouts add up part by part, and keep what the later window last said', () => {
    const numbered = (from: number) => {
      let n = from;
      const next = () => BigInt(n++);
      return {
        ...{ ...newTurnout(ADDRESS), power: next(), blocks: next(), reported: next() },
        ...{ empty: next(), malformed: next(), late: next(), absent: next(), omitted: next() },
        ...{ leftOut: next(), outliers: next(), settlementBlocks: next() },
        ...{ settlementReported: next(), settlementOmitted: next(), settlementLate: next() },
        ...{ absentInARow: n++, last: [] },
      };
    };
    const [a, b] = [numbered(100), numbered(10)];
    const sum = sumTurnouts(a, b);
    expect(Object.keys(sum).sort()).toEqual(Object.keys(a).sort());
    for (const [name, value] of Object.entries(sum)) {
      const part = name as keyof typeof a;
      const isLast = ['consensusAddress', 'power', 'absentInARow', 'last'].includes(name);
      expect([name, value]).toEqual([
        name,
        isLast ? b[part] : (a[part] as bigint) + (b[part] as bigint),
      ]);
    }
  });

  test('of blocks are told by part, the third without a vote and on as away', () => {
    let turnout = newTurnout(ADDRESS);
    const parts = ['absent', 'absent', 'absent', 'absent', 'reported', 'absent'] as const;
    for (const part of parts) turnout = addBlock(turnout, part, true);
    expect(turnout).toMatchObject({
      ...{ blocks: 6n, late: 3n, absent: 2n, reported: 1n, absentInARow: 1 },
      ...{ settlementBlocks: 6n, settlementReported: 1n, settlementLate: 3n },
      settlementOmitted: 0n,
    });
    const plain = addBlock(addBlock(newTurnout(ADDRESS), 'omitted', true), 'malformed', false);
    expect(plain).toMatchObject({
      ...{ blocks: 2n, omitted: 1n, malformed: 1n, empty: 0n },
      ...{ settlementBlocks: 1n, settlementOmitted: 1n, settlementReported: 0n },
    });
  });

  test('of tallies are by feed, in order of kind and underlying', () => {
    const feed = (kind: FeedKind, id: number, n: bigint): FeedTally => ({
      ...{ kind, id, asked: 5n * n, said: 4n * n, stale: 3n * n, far: 2n * n, distanceMilli: n },
    });
    const tally = (samples: bigint, ...feeds: FeedTally[]) => ({
      ...{ ...newValues(ADDRESS), samples, feeds },
    });
    const a = tally(3n, feed(FEED_KIND_SURFACE, 1, 1n), feed(FEED_KIND_INDEX, 2, 1n));
    const b = tally(4n, feed(FEED_KIND_INDEX, 1, 7n), feed(FEED_KIND_INDEX, 2, 10n));
    const c = tally(0n, feed(FEED_KIND_FORWARD, 2, 1n), feed(FEED_KIND_SURFACE, 2, 1n));
    const sum = sumTallies(sumTallies(a, b), c);
    expect(sum.samples).toBe(7n);
    expect(sum.feeds).toEqual(
      [
        feed(FEED_KIND_INDEX, 1, 7n),
        feed(FEED_KIND_INDEX, 2, 11n),
        feed(FEED_KIND_FORWARD, 2, 1n),
        feed(FEED_KIND_SURFACE, 1, 1n),
        feed(FEED_KIND_SURFACE, 2, 1n),
      ].sort((x, y) => x.kind - y.kind || x.id - y.id),
    );
    expect(sum.following).toEqual(NO_FOLLOWING);
    const following = { moves: 1n, medianPpm: 2n, saidPpm: 3n, both: 4n, medianSquared: 5n };
    const followed = sumTallies({ ...a, following }, { ...b, following });
    expect(followed.following).toEqual(sumFollowing(following, following));
    expect(followed.following).toEqual({
      ...{ moves: 2n, medianPpm: 4n, saidPpm: 6n, both: 8n, medianSquared: 10n },
    });
  });
});

describe('a value beside the chain’s', () => {
  test('is as far off above as below', () => {
    expect([distanceOf(110, 100), distanceOf(90, 100)]).toEqual([100_000, 100_000]);
    expect([unitOf(0, 99), unitOf(0, 100), unitOf(0, 250), unitOf(3, 250)]).toEqual([1, 1, 2, 3]);
  });

  test('counts as often as it weighs, and is far beyond the bound alone', () => {
    const value = { unitPpm: 10, distancePpm: 25.01, isStale: false, weight: 3n };
    const tally = newTally(FEED_KIND_INDEX, 1);
    // 2,501 thousandths of a unit.
    expect(addValue(tally, value, 2_501)).toMatchObject({ far: 0n, distanceMilli: 7_503n });
    expect(addValue(tally, { ...value, isStale: true }, 2_500)).toMatchObject({
      ...{ far: 3n, stale: 3n, said: 3n, asked: 3n },
    });
    const silent = addValue(tally, { ...value, distancePpm: undefined, isStale: true }, 0);
    expect(silent).toEqual({ ...tally, asked: 3n });
  });

  test('follows moves from the least one on, up and down, sums and squares', () => {
    const move = { baseUusd: 1e9, saidUusd: 1e9 - 2e4, dispersionPpm: 0 };
    expect(addMove(NO_FOLLOWING, { ...move, medianUusd: 1e9 - 5e4 })).toEqual({
      ...{ moves: 1n, medianPpm: -50n, saidPpm: -20n, both: 1_000n, medianSquared: 2_500n },
    });
    const jump = addMove(NO_FOLLOWING, { ...move, medianUusd: 5e8, saidUusd: 2e9 });
    expect(jump).toMatchObject({ medianPpm: -20_000n, saidPpm: 20_000n, both: -400_000_000n });
    // Four dispersions of 20 are a move of 80.
    const noisy = { ...move, dispersionPpm: 20 };
    expect(addMove(NO_FOLLOWING, { ...noisy, medianUusd: 1e9 + 8e4 }).moves).toBe(1n);
    expect(addMove(NO_FOLLOWING, { ...noisy, medianUusd: 1e9 + 7.9e4 })).toBe(NO_FOLLOWING);
    const sums = { moves: 2n, medianPpm: 10n, saidPpm: 4n, both: 40n, medianSquared: 100n };
    // (2·40 − 4·10) of (2·100 − 10·10).
    expect([followingPpm(sums, 2), followingPpm(sums, 3)]).toEqual([400_000n, undefined]);
  });

  test('leaves confidence until reports are a twentieth apart', () => {
    expect([0, 10_000, 50_000, 99_999].map(confidenceOf)).toEqual([1, 0.8, 0, 0]);
  });
});

describe('a median', () => {
  const entries = (...of: readonly (readonly [bigint, bigint])[]) =>
    of.map(([value, power], i) => ({ value, power, order: String(i) }));

  test('is the first value with half of the power', () => {
    expect(weightedMedian(entries([5n, 1n], [3n, 1n]))).toBe(3n);
    expect(weightedMedian(entries([5n, 3n], [3n, 2n]))).toBe(5n);
    expect(weightedMedian(entries([5n, 1n], [4n, 1n], [3n, 1n]))).toBe(4n);
    expect(weightedMedian([])).toBeUndefined();
  });

  test('has distances around it, of either side, at most all of it', () => {
    expect(dispersionPpm(entries([90n, 1n], [100n, 1n], [130n, 1n]), 100n)).toBe(100_000);
    expect(dispersionPpm(entries([100n, 1n], [115n, 1n], [120n, 1n]), 100n)).toBe(150_000);
    expect(dispersionPpm(entries([199n, 1n]), 100n)).toBe(990_000);
    expect(dispersionPpm(entries([900n, 1n]), 100n)).toBe(1_000_000);
    expect(dispersionPpm(entries([5n, 1n]), 3n)).toBe(666_666);
  });
});

describe('proposers', () => {
  test('have so many of their blocks looked at, and a quarter more', () => {
    const may = (blocks: bigint, sampled: bigint) =>
      maySample({ ...newProposer(ADDRESS), blocks, sampled }, 8);
    // (sampled − 16) · 32 below (blocks + 1) · 5.
    expect([may(0n, 16n), may(0n, 17n)]).toEqual([true, false]);
    expect([may(63n, 25n), may(63n, 26n)]).toEqual([true, false]);
    expect([may(31n, 21n), may(30n, 21n), may(32n, 21n)]).toEqual([false, false, true]);
  });

  const rules = { ...defaultOracleParams.accountability!, maxLeftOutPpm: 500_000 };
  const proposer = (address: Uint8Array, blocks: bigint, missed: bigint): Proposer => ({
    ...newProposer(address),
    ...{ blocks, missed: [{ consensusAddress: OTHER, blocks: missed }] },
  });
  /** The one of 100 blocks that misses votes in so many, beside others. */
  const suspects = (missed: bigint, others: Proposer, of = rules) =>
    leavingOut([proposer(ADDRESS, 100n, missed), others], of).map((p) => p.consensusAddress);

  test('leave out who is missing in more than the share, and twice as often as with others', () => {
    const rest = (missed: bigint, blocks = 200n) => proposer(OTHER, blocks, missed);
    expect(suspects(51n, rest(0n))).toEqual([ADDRESS]);
    expect(suspects(50n, rest(0n))).toEqual([]);
    // 60 of a hundred are twice 60 of two hundred, and not twice 61.
    expect(suspects(60n, rest(60n))).toEqual([ADDRESS]);
    expect(suspects(60n, rest(61n))).toEqual([]);
    expect(suspects(60n, rest(0n), { ...rules, maxLeftOutPpm: 0 })).toEqual([]);
  });

  test('are judged by a hundred blocks of their own, and of others', () => {
    const of = (own: bigint, others: bigint) =>
      leavingOut([proposer(ADDRESS, own, own), proposer(OTHER, others, 0n)], rules).length;
    expect([of(100n, 100n), of(99n, 100n), of(100n, 99n)]).toEqual([1, 0, 0]);
  });

  test('are judged after two hundred blocks each', () => {
    const all = (...blocks: bigint[]) => areJudged(blocks.map((n) => proposer(ADDRESS, n, 0n)));
    expect([all(200n), all(199n), all(1n, 399n), all(1n, 398n), all()]).toEqual([
      ...[true, false, true, false, false],
    ]);
  });
});
