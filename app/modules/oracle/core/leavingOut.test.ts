import { describe, expect, test } from '@jest/globals';
import type { Proposer } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { defaultOracleParams } from '../params.ts';
import { areJudged, leavingOut, newProposer } from './leavingOut.ts';
import { maySample } from './maySample.ts';

const RULES = defaultOracleParams.accountability!;
const addressOf = (i: number) => new Uint8Array(20).fill(i + 1);

/** One with so many blocks, and in how many of them the votes of which others disappeared. */
const proposer = (
  i: number,
  blocks: number,
  ...missed: readonly (readonly [number, number])[]
) => ({
  ...newProposer(addressOf(i)),
  blocks: BigInt(blocks),
  missed: missed.map(([of, times]) => ({
    ...{ consensusAddress: addressOf(of), blocks: BigInt(times) },
  })),
});

const found = (...all: readonly Proposer[]): number[] =>
  leavingOut(all, RULES).map(({ consensusAddress }) => consensusAddress[0]! - 1);

describe('a proposer leaves out a validator', () => {
  const honest = [1, 2, 3].map((i) => proposer(i, 200));

  test('when its votes disappear in more than half of its blocks', () => {
    expect(found(proposer(0, 200, [3, 100]), ...honest)).toEqual([]);
    expect(found(proposer(0, 200, [3, 101]), ...honest)).toEqual([0]);
    // A third of all in turn is not what one does to one.
    expect(found(proposer(0, 200, [1, 66], [2, 67], [3, 67]), ...honest)).toEqual([]);
  });

  test('and twice as often as in the blocks of others', () => {
    const others = (times: number) => [1, 2, 3].map((i) => proposer(i, 200, [0, times]));
    expect(found(proposer(4, 200, [0, 120]), ...others(60))).toEqual([4]);
    expect(found(proposer(4, 200, [0, 120]), ...others(61))).toEqual([]);
  });

  test('and not by few blocks, nor beside few of others', () => {
    expect(found(proposer(0, 99, [3, 99]), ...honest)).toEqual([]);
    expect(found(proposer(0, 900, [1, 900]), proposer(1, 99))).toEqual([]);
  });

  test('by a governed share, which is none where it is 0', () => {
    const all = [proposer(0, 200, [3, 60]), ...honest];
    expect(leavingOut(all, { ...RULES, maxLeftOutPpm: 200_000 })).toHaveLength(1);
    expect(leavingOut(all, { ...RULES, maxLeftOutPpm: 0 })).toEqual([]);
  });

  test('alike when a third of them do it together', () => {
    const together = [0, 1, 2].map((i) => proposer(i, 200, [9, 200]));
    const rest = [3, 4, 5, 6, 7, 8, 9].map((i) => proposer(i, 200));
    expect(found(...together, ...rest)).toEqual([0, 1, 2]);
  });
});

test('proposers are judged after 200 blocks each, on average', () => {
  expect(areJudged([])).toBe(false);
  expect(areJudged([proposer(0, 300), proposer(1, 99)])).toBe(false);
  expect(areJudged([proposer(0, 300), proposer(1, 100)])).toBe(true);
});

test('blocks of a proposer are looked at up to a quarter more often than by chance', () => {
  const may = (blocks: number, sampled: number) =>
    maySample({ ...proposer(0, blocks), sampled: BigInt(sampled) }, 8);
  expect(may(0, 16)).toBe(true);
  expect(may(0, 17)).toBe(false);
  expect([may(799, 140), may(799, 141)]).toEqual([true, false]);
});
