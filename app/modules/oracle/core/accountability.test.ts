import { describe, expect, test } from '@jest/globals';
import { FeedKind, Finding } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Accountability, FeedTally } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { defaultOracleParams } from '../params.ts';
import { findingsOf } from './findings.ts';
import type { Conduct } from './findings.ts';
import { addMove, followingPpm, NO_FOLLOWING } from './following.ts';
import { addValue, distanceOf, newTally, newValues, sumTallies, unitOf } from './tally.ts';
import { addBlock, newTurnout, weighed } from './turnout.ts';
import type { Part } from './turnout.ts';

const RULES: Accountability = defaultOracleParams.accountability!;
const ADDRESS = new Uint8Array(20);
const { FEED_KIND_INDEX, FEED_KIND_SURFACE } = FeedKind;

describe('turnout', () => {
  test('counts a block inside a settlement window as often as governance says', () => {
    let turnout = newTurnout(ADDRESS);
    for (const inSettlement of [false, true]) {
      turnout = addBlock(turnout, 'reported', inSettlement);
      turnout = addBlock(turnout, 'empty', inSettlement);
    }
    expect(weighed(turnout, 5)).toMatchObject({ blocks: 12n, reported: 6n });
    expect(weighed(turnout, 1)).toMatchObject({ blocks: 4n, reported: 2n });
  });
});

describe('a distance', () => {
  test('is told in units of dispersion, which have a least size where all agree', () => {
    expect(unitOf(700, 50_000)).toBe(700);
    expect(unitOf(0, 50_000)).toBe(500);
    const value = { unitPpm: 500, distancePpm: distanceOf(64_160, 64_000), isStale: false };
    const tally = addValue(newTally(FEED_KIND_INDEX, 1), { ...value, weight: 2n }, 4_999);
    expect(tally).toMatchObject({ asked: 2n, said: 2n, far: 2n, distanceMilli: 10_000n });
    expect(addValue(tally, { ...value, weight: 1n }, 5_000).far).toBe(2n);
  });

  test('of one odd value counts as a hundred units at most', () => {
    const value = { unitPpm: 1, distancePpm: 1e12, isStale: true, weight: 1n };
    const tally = addValue(newTally(FEED_KIND_INDEX, 1), value, 10_000);
    expect(tally).toMatchObject({ stale: 1n, far: 1n, distanceMilli: 100_000n });
  });

  test('of what was not said is none: it was asked for', () => {
    const value = { unitPpm: 1, distancePpm: undefined, isStale: false, weight: 1n };
    const tally = addValue(newTally(FEED_KIND_INDEX, 1), value, 10_000);
    expect(tally).toMatchObject({ asked: 1n, said: 0n, distanceMilli: 0n });
  });
});

describe('following', () => {
  const move = (medianUusd: number, saidUusd: number) => ({
    ...{ baseUusd: 1e9, medianUusd, saidUusd, dispersionPpm: 10 },
  });

  test('is the slope on the moves, whatever the level', () => {
    let sums = NO_FOLLOWING;
    for (const ppm of [100, -200, 300, -50]) {
      sums = addMove(sums, move(1e9 + ppm * 1e3, 1e9 + ppm * 500 + 7e4));
    }
    expect(followingPpm(sums, 4)).toBe(500_000n);
    expect(followingPpm(sums, 5)).toBeUndefined();
  });

  test('counts no move within the noise, and a jump as one of 2%', () => {
    expect(addMove(NO_FOLLOWING, move(1e9 + 49e3, 1e9))).toBe(NO_FOLLOWING);
    const wide = { ...move(1e9 + 60e3, 1e9), dispersionPpm: 16 };
    expect(addMove(NO_FOLLOWING, wide)).toBe(NO_FOLLOWING);
    expect(addMove(NO_FOLLOWING, move(2e9, 1e9)).medianPpm).toBe(20_000n);
  });

  test('of moves that are all alike is not told', () => {
    let sums = NO_FOLLOWING;
    for (let i = 0; i < 9; i++) sums = addMove(sums, move(1e9 + 1e6, 1e9));
    expect(followingPpm(sums, 1)).toBeUndefined();
  });
});

describe('a finding', () => {
  const value = (isFar: boolean) => ({
    ...{ unitPpm: 1, distancePpm: isFar ? 11 : 1, isStale: false, weight: 1n },
  });
  const conduct = (reported: number, far: number, omitted = 0): Conduct => {
    let turnout = newTurnout(ADDRESS);
    let tally = newTally(FEED_KIND_SURFACE, 1);
    for (let i = 0; i < 100; i++) {
      const kind = i < reported ? 'reported' : i < reported + omitted ? 'omitted' : 'empty';
      turnout = addBlock(turnout, kind, false);
      tally = addValue(tally, value(i < far), RULES.farMilli);
    }
    return { turnout, values: { ...newValues(ADDRESS), feeds: [tally] } };
  };

  test.each<[string, Conduct, Finding[]]>([
    ['half of the blocks', conduct(50, 0), []],
    ['less than half of the blocks', conduct(49, 0), [Finding.FINDING_MISSING]],
    ['half of what proposers left in', conduct(30, 0, 40), []],
    ['far in half of its reports', conduct(100, 50), []],
    ['far in more than half', conduct(100, 51), [Finding.FINDING_FAR]],
    ['both', conduct(0, 100), [Finding.FINDING_MISSING, Finding.FINDING_FAR]],
  ])('of %s', (_, of, expected) => {
    expect(findingsOf(of, RULES)).toEqual(expected);
  });

  /** With an index of 2 beside, in so many of the blocks that were looked at. */
  function withIndex(asked: bigint, said: Partial<FeedTally>, samples = asked): Finding[] {
    const { turnout, values } = conduct(100, 0);
    const index = { ...newTally(FEED_KIND_INDEX, 2), asked, ...said };
    const of = sumTallies(values, { ...newValues(ADDRESS), samples, feeds: [index] });
    return findingsOf({ turnout, values: of }, RULES);
  }

  test('is missing, too, for reports without an index, or with one that is old', () => {
    expect(withIndex(100n, { said: 50n })).toEqual([]);
    expect(withIndex(100n, { said: 49n })).toEqual([Finding.FINDING_MISSING]);
    expect(withIndex(100n, { said: 100n, stale: 50n })).toEqual([]);
    expect(withIndex(100n, { said: 100n, stale: 51n })).toEqual([Finding.FINDING_MISSING]);
  });

  test('is none by a feed that few values were asked of, or that is new', () => {
    expect(withIndex(99n, { said: 0n })).toEqual([]);
    expect(withIndex(99n, { said: 99n, far: 99n })).toEqual([]);
    expect(withIndex(499n, { said: 0n }, 1_000n)).toEqual([]);
    expect(withIndex(500n, { said: 0n }, 1_000n)).toEqual([Finding.FINDING_MISSING]);
    expect(withIndex(500n, { said: 500n, far: 251n }, 1_000n)).toEqual([Finding.FINDING_FAR]);
  });

  test('is none by the surfaces of an underlying that is new, however many there are', () => {
    const { turnout } = conduct(100, 0);
    const index = { ...newTally(FEED_KIND_INDEX, 2), asked: 400n, said: 400n };
    const surfaces = { ...newTally(FEED_KIND_SURFACE, 2), asked: 3_200n, said: 9n, far: 9n };
    const values = { ...newValues(ADDRESS), samples: 1_000n, feeds: [index, surfaces] };
    expect(findingsOf({ turnout, values }, RULES)).toEqual([]);
    const later = { ...values, samples: 800n };
    expect(findingsOf({ turnout, values: later }, RULES)).toEqual([Finding.FINDING_FAR]);
  });

  test('is lagging below a quarter of the moves, once there are enough of them', () => {
    const { turnout, values } = conduct(100, 0);
    const lags = (both: bigint, moves = BigInt(RULES.minMoves)) => {
      const sums = { moves, medianPpm: 0n, saidPpm: 0n, both, medianSquared: 1_000n };
      return findingsOf({ turnout, values: { ...values, following: sums } }, RULES);
    };
    expect([lags(249n), lags(250n)]).toEqual([[Finding.FINDING_LAGGING], []]);
    expect(lags(0n, BigInt(RULES.minMoves) - 1n)).toEqual([]);
  });

  /** Blocks in turn, those marked inside a settlement window. */
  function turns(...parts: readonly (readonly [Exclude<Part, 'late'>, boolean])[]): Finding[] {
    let turnout = newTurnout(ADDRESS);
    for (let i = 0; i < 30; i++) {
      for (const [part, inSettlement] of parts) turnout = addBlock(turnout, part, inSettlement);
    }
    return findingsOf({ turnout, values: newValues(ADDRESS) }, RULES);
  }

  test('excuses what proposers left out as often as it counts', () => {
    const [said, out] = [['reported', false] as const, ['omitted', true] as const];
    expect(turns(said, out, out, out)).toEqual([]);
    expect(turns(said, out, ['empty', false], ['empty', false])).toHaveLength(1);
  });

  test('excuses as many votes that came late as came in time', () => {
    const [said, late] = [['reported', false] as const, ['absent', false] as const];
    // What is not there in two blocks in a row is late, from the third on it is away.
    expect(turns(said, late, late)).toEqual([]);
    expect(turns(['reported', true], ['absent', true], ['absent', true])).toEqual([]);
    expect(turns(said, late, late, late)).toEqual([Finding.FINDING_MISSING]);
    expect(turns(said, late, ['malformed', false], late)).toEqual([Finding.FINDING_MISSING]);
  });
});
