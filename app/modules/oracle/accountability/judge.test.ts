import { beforeEach, describe, expect, test } from '@jest/globals';
import { moduleAddress } from '../../../lib/address.ts';
import { balanceOf, mintCoins } from '../../bank/index.ts';
import { validatorAt } from '../../staking/index.ts';
import { setPower } from '../../staking/sets.ts';
import { proposers, records, windows } from '../state.ts';
import { HONEST, Voting } from '../../../../test/harness/voting.ts';
import type { Said } from '../../../../test/harness/voting.ts';
import { totalsOf } from './totals.ts';

const MISSING: Said[] = [64_000, 64_000, 64_000, 'absent'];

let voting: Voting;
beforeEach(() => {
  voting = new Voting();
});

const powerOf = (i: number) => validatorAt(voting.chain.view, voting.addressOf(i))!.power;

describe('a window too short to judge by', () => {
  test('is that in which a chain begins', () => {
    voting.govern({ windowsKept: 1 });
    voting.chain.wait(45_000);
    for (let i = 0; i < 10; i++) voting.block(MISSING);
    expect(voting.window(MISSING)).toEqual([]);
    expect(voting.window(MISSING)).toEqual(['findings missing']);
  });

  test('is one that a change of its length ends', () => {
    voting.govern({ windowsKept: 1 });
    voting.window(HONEST);
    voting.block(MISSING);
    voting.block(MISSING);
    voting.govern({ windowSeconds: 3_600n });
    expect(voting.block(MISSING)).toEqual([]);
    const last = [...windows.entries(voting.chain.view)].at(-1)![1];
    expect(last.endMs - last.startMs).toBe(2_000n);
  });
});

describe('a penalty', () => {
  beforeEach(() => {
    voting.govern({ penaltyPpm: 100_000 });
    mintCoins(voting.chain.ctx, moduleAddress('fee_collector'), 'uusd', 1_000_000n);
    voting.block(HONEST);
  });
  // Far in all it says, so that it reports and would be paid.
  const far: Said[] = [64_000, 64_000, 64_000, 70_000];
  const rewardsOf = () =>
    voting
      .cardOf(3)
      .windows.slice(1)
      .map(({ window: w }) => w!.rewards);

  test('is followed by no reward until the windows that are kept say nothing against it', () => {
    voting.window(far);
    expect(voting.window(far)).toEqual(['findings far, penalty_power 10']);
    expect(voting.window(HONEST)).toEqual(['findings far']);
    expect(rewardsOf()).toEqual([[], []]);
    expect(voting.window(HONEST)).toEqual([]);
    expect(rewardsOf()[0]).toHaveLength(1);
    expect(powerOf(3)).toBe(90n);
  });

  test('is remembered of one that leaves at the end of its window and comes back', () => {
    voting.window(far);
    for (let i = 0; i < 3; i++) voting.block(far);
    voting.window(far, 2);
    expect(powerOf(3)).toBe(90n);
    const { judgedFromHeight } = records.get(voting.chain.view, voting.addressOf(3))!;
    voting.window(HONEST.slice(0, 3));
    expect(records.get(voting.chain.view, voting.addressOf(3))).toMatchObject({
      ...{ judgedFromHeight, penalties: 1n },
    });
  });

  test('counts the power of those that are there, not of those that left', () => {
    voting.window(far);
    voting.block(far);
    // One of the four that were there in this window leaves, and one of three is a third.
    const rest: Said[] = [...HONEST.slice(0, 2), 70_000];
    const leaves = voting.chain.validators.splice(0, 1);
    expect(voting.window(rest)).toEqual(['findings far']);
    expect(leaves).toHaveLength(1);
    expect(powerOf(2)).toBe(100n);
  });
});

test('who left has no power in the totals of votes', () => {
  voting.block(HONEST);
  const { view, ctx } = voting.chain;
  const total = () => totalsOf(view).reduce((sum, { power }) => sum + power, 0n);
  expect(total()).toBe(400n);
  const left = validatorAt(view, voting.addressOf(3))!;
  setPower(ctx, { ...left, power: 0n });
  voting.chain.registry.end.forEach((module) => module.endBlock?.(ctx));
  expect(total()).toBe(300n);
});

describe('a proposer', () => {
  beforeEach(() => {
    voting.govern({ sampleEvery: 1_000 });
  });
  /** Blocks in turns; what the one under test leaves out of its own. */
  function turns(count: number, own: (turn: number) => Said[]): readonly string[] {
    let told: readonly string[] = [];
    for (let i = 0; i < count; i++) {
      const by = i % 4;
      const last = i === count - 1;
      const leftMs = 60_000 - (voting.chain.header.timeMs % 60_000);
      told = voting.block(by === 0 ? own(i / 4) : HONEST, last ? leftMs : 50, by);
    }
    return told;
  }

  test('that leaves out a validator that all others have is found, and nobody else', () => {
    const without: Said[] = [64_000, 64_000, 'omitted', 64_000];
    expect(turns(820, () => without)).toEqual(['findings leaving_out']);
    // The block that ends the window is the first of the next.
    const left = [...proposers.entries(voting.chain.view)].map(([, { blocks }]) => blocks);
    expect(left).toEqual([1n]);
  });

  test('is charged with the first block only of one that is away meanwhile', () => {
    voting.block(HONEST, 50, 0);
    for (let i = 0; i < 9; i++) voting.block(MISSING, 50, 0);
    const own = voting.cardOf(0).proposer!;
    expect(own).toMatchObject({ blocks: 10n });
    expect(own.missed.map(({ blocks }) => blocks)).toEqual([1n]);
  });

  test('has no more of its blocks looked at than chance would have, and some', () => {
    voting.govern({ sampleEvery: 8 });
    // It makes its blocks until their hashes say so.
    voting.chain.header = { ...voting.chain.header, hash: new Uint8Array(32) };
    for (let i = 0; i < 160; i++) voting.block(HONEST, 50, 0);
    const own = proposers.get(voting.chain.view, voting.addressOf(0))!;
    expect(own).toMatchObject({ blocks: 160n, sampled: 42n });
  });
});

test('a move counts when a copy can be told from what is a second late', () => {
  const movesIn = (blockMs: number): bigint => {
    voting = new Voting();
    for (let i = 0; i < 8; i++)
      voting.block(
        HONEST.map(() => 64_000 + 100 * i),
        blockMs,
      );
    return voting.cardOf(0).all!.values!.following?.moves ?? 0n;
  };
  // The base of a vote is two blocks older.
  expect(movesIn(700)).toBeGreaterThan(4n);
  expect(movesIn(600)).toBe(0n);
});

test('rewards of a validator go to the operator that it was given, or to nobody', () => {
  const { chain } = voting;
  mintCoins(chain.ctx, moduleAddress('fee_collector'), 'uusd', 1_000_000n);
  const nobodys = validatorAt(chain.view, voting.addressOf(1))!;
  setPower(chain.ctx, { ...nobodys, operator: '' });
  const bobs = validatorAt(chain.view, voting.addressOf(2))!;
  setPower(chain.ctx, { ...bobs, operator: chain.bob.address });
  voting.block(HONEST);
  voting.window(HONEST);
  expect(balanceOf(chain.view, chain.bob.address, 'uusd')).toBe(25_000n);
  expect(voting.cardOf(1).windows[1]!.window!.rewards).toEqual([]);
  expect(balanceOf(chain.view, moduleAddress('fee_collector'), 'uusd')).toBe(925_000n);
});
