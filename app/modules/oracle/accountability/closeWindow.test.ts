import { beforeEach, describe, expect, test } from '@jest/globals';
import { FeedKind, Finding, SourceState, Venue } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Accountability } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { Execution } from '../../../../test/harness/execution.ts';
import { moduleAddress } from '../../../lib/address.ts';
import { balanceOf, mintCoins } from '../../bank/index.ts';
import { validatorAt } from '../../staking/index.ts';
import { bases, openWindow, records, sources, windows } from '../state.ts';
import { decodeVote } from '../votes/decodeVote.ts';
import { encodeVote } from '../votes/encodeVote.ts';
import { genesis } from '../genesis.ts';
import { HONEST, Voting } from '../../../../test/harness/voting.ts';
import type { Said } from '../../../../test/harness/voting.ts';
import { reportCards } from './reportCards.ts';
import { openSettlementWindow } from './settlementWindow.ts';

const POT = moduleAddress('fee_collector');

let voting: Voting;
let chain: Execution;
beforeEach(() => {
  voting = new Voting();
  ({ chain } = voting);
});

const govern = (change: Partial<Accountability>) => {
  voting.govern(change);
};
const block = (said: readonly Said[], afterMs?: number) => voting.block(said, afterMs);
const window = (said: readonly Said[], blocks?: number) => voting.window(said, blocks);
const addressOf = (i: number) => voting.addressOf(i);
const cardOf = (i: number) => voting.cardOf(i);

describe('a window', () => {
  test('that is over is kept with the ones before it, as many as governed', () => {
    block(HONEST);
    for (let i = 0; i < 4; i++) window(HONEST);
    expect([...windows.entries(chain.view)]).toHaveLength(2);
    const [open, ...closed] = cardOf(0).windows;
    expect([open!.endHeight, open!.window!.turnout!.blocks]).toEqual([0n, 1n]);
    expect(closed.map(({ window: w }) => w!.turnout!.reported)).toEqual([4n, 4n]);
    expect(cardOf(0).all!.turnout!.blocks).toBe(9n);
    expect(records.get(chain.view, addressOf(0))!.reported).toBe(16n);
  });

  test('tells of each feed what was said, stale and far', () => {
    block(HONEST);
    block([64_000, 64_000, 90_000, 'empty']);
    const [index] = cardOf(2).all!.values!.feeds;
    expect(index).toEqual({
      ...{ kind: FeedKind.FEED_KIND_INDEX, id: 1, asked: 2n, said: 2n, stale: 0n, far: 1n },
      distanceMilli: 100_000n,
    });
    expect(cardOf(0).all!.values!.feeds[0]!.far).toBe(0n);
    const kinds = cardOf(0).all!.values!.feeds.map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(4);
    // Expiries count apart.
    const surface = cardOf(0).all!.values!.feeds.find((f) => f.kind === FeedKind.FEED_KIND_SURFACE);
    expect(surface!.asked).toBe(16n);
  });

  test('counts a block of a settlement window apart, and its values several times', () => {
    block(HONEST);
    openSettlementWindow(chain.ctx, chain.header.timeMs + 1_500);
    block([64_000, 64_000, 64_000, 'empty']);
    block(HONEST);
    const { turnout, values } = cardOf(3).all!;
    expect(turnout).toMatchObject({ blocks: 3n, settlementBlocks: 1n, settlementReported: 0n });
    expect(values!.feeds[0]).toMatchObject({ asked: 2n });
    expect(cardOf(0).all!.values!.feeds[0]).toMatchObject({ asked: 7n, said: 7n });
  });

  test('and what validators say of their sources survive export and import', () => {
    block(HONEST);
    window(HONEST);
    openSettlementWindow(chain.ctx, chain.header.timeMs + 1_500);
    const exported = genesis.export(chain.view);
    genesis.validate(exported);
    const copy = new Execution();
    genesis.init(copy.ctx, exported);
    expect(genesis.export(copy.view)).toEqual(exported);
    const broken = {
      ...(exported as object),
      sources: [{ consensusAddress: 'AAA=', height: '1', sources: [] }],
    };
    expect(() => {
      genesis.validate(broken);
    }).toThrow('20 bytes');
  });

  test('forgets who left the set once no window that is kept knows it', () => {
    const rest = HONEST.slice(0, 3);
    block(HONEST);
    block(rest);
    expect(openWindow.must(chain.view).turnouts).toHaveLength(4);
    window(rest);
    expect(openWindow.must(chain.view).turnouts).toHaveLength(3);
    expect(records.get(chain.view, addressOf(3))).toBeDefined();
    expect([...windows.entries(chain.view)][0]![1].validators).toHaveLength(4);
    window(rest);
    window(rest);
    expect(records.get(chain.view, addressOf(3))).toBeUndefined();
  });

  test('is nobody’s who has not voted in it', () => {
    block(HONEST);
    const ask = () => reportCards(chain.view, { consensusAddress: new Uint8Array(20) });
    expect(ask).toThrow(expect.objectContaining({ codespace: 'oracle', code: 2 }));
  });
});

describe('rewards', () => {
  beforeEach(() => {
    mintCoins(chain.ctx, POT, 'uusd', 1_000_003n);
  });
  const operator = () => validatorAt(chain.view, addressOf(0))!.operator;

  test('are a share of the pot by reports; what somebody missed stays in it', () => {
    const before = balanceOf(chain.view, operator(), 'uusd');
    block([64_000, 64_000, 64_000, 'empty']);
    window([64_000, 64_000, 64_000, 64_000], 1);
    // A tenth of the pot for four validators, of whom one did nothing.
    expect(balanceOf(chain.view, operator(), 'uusd') - before).toBe(75_000n);
    expect(balanceOf(chain.view, POT, 'uusd')).toBe(925_003n);
    expect(cardOf(0).all!.rewards).toEqual([{ denom: 'uusd', amount: '25000' }]);
    expect(cardOf(3).all!.rewards).toEqual([]);
  });

  test('are none for one with a finding, nor without a governed share', () => {
    const said: Said[] = [64_000, 64_000, 64_000, 70_000];
    block(said);
    window(said, 3);
    expect(window(said, 3)).toEqual(['findings far']);
    const paid = cardOf(3).windows.map(({ window: w }) => w!.rewards.length);
    expect(paid).toEqual([0, 0, 1]);
    govern({ rewardPpm: 0 });
    const pot = balanceOf(chain.view, POT, 'uusd');
    window(said, 3);
    expect(balanceOf(chain.view, POT, 'uusd')).toBe(pot);
  });
});

describe('a penalty', () => {
  const power = (i: number) => validatorAt(chain.view, addressOf(i))!.power;
  const missing: Said[] = [64_000, 64_000, 64_000, 'absent'];

  test('is off by default: the finding is told and nothing is taken', () => {
    block(missing);
    expect(window(missing)).toEqual([]);
    expect(window(missing)).toEqual(['findings missing']);
    expect(cardOf(3).findings).toEqual([Finding.FINDING_MISSING]);
    expect(power(3)).toBe(100n);
  });

  test('takes the governed share of power once for the windows it rests on', () => {
    govern({ penaltyPpm: 100_000 });
    block(missing);
    window(missing);
    expect(window(missing)).toEqual(['findings missing, penalty_power 10']);
    expect(power(3)).toBe(90n);
    // The window of the penalty is found again, and not paid for again.
    expect(window(missing)).toEqual(['findings missing']);
    expect(window(missing)).toEqual(['findings missing, penalty_power 9']);
    expect(records.get(chain.view, addressOf(3))!.penalties).toBe(2n);
  });

  test('is nobody’s when a third of the power or more is found wanting', () => {
    govern({ penaltyPpm: 100_000 });
    const outage: Said[] = [64_000, 64_000, 'absent', 'absent'];
    block(outage);
    window(outage);
    expect(window(outage)).toEqual(['findings missing', 'findings missing']);
    expect(power(2)).toBe(100n);
  });
});

describe('sources', () => {
  const used = (state: SourceState) => (word: number) => {
    chain.wait(0);
    const base = bases.get(chain.view, BigInt(chain.header.height - 2))!;
    const vote = decodeVote(chain.extension({ btc: word, eth: 3_200, vol: 0.6 }), base)!;
    const told = {
      ...vote,
      sources: [{ subject: 1, id: 1, venue: Venue.VENUE_OKX, state }] as const,
    };
    chain.header = { ...chain.header, height: chain.header.height - 1 };
    return encodeVote(told, base);
  };

  test('are what a validator last said of them, and since when', () => {
    block(HONEST);
    expect([...sources.entries(chain.view)]).toEqual([]);
    const say = (state: SourceState) => block([used(state)(64_000), 64_000, 64_000, 64_000]);
    say(SourceState.SOURCE_STATE_USED);
    const height = BigInt(chain.header.height);
    say(SourceState.SOURCE_STATE_USED);
    block(HONEST);
    const told = (state: SourceState) => [{ subject: 1, id: 1, venue: Venue.VENUE_OKX, state }];
    expect(sources.get(chain.view, addressOf(0))).toEqual({
      ...{ consensusAddress: addressOf(0), height },
      sources: told(SourceState.SOURCE_STATE_USED),
    });
    say(SourceState.SOURCE_STATE_FAILING);
    expect(sources.get(chain.view, addressOf(0))!.sources).toEqual(
      told(SourceState.SOURCE_STATE_FAILING),
    );
  });
});

test.each<[string, Partial<Accountability>]>([
  ['windows of seconds', { windowSeconds: 59n }],
  ['no windows', { windowsKept: 0 }],
  ['a bound beyond what distances are told to', { farMilli: 100_000 }],
  ['more than everything', { rewardPpm: 1_000_001 }],
  ['a penalty that could take the majority', { penaltyPpm: 500_001 }],
])('rules with %s are refused', (_, change) => {
  expect(() => {
    govern(change);
  }).toThrow('accountability.');
});
