import { afterEach, expect, test } from '@jest/globals';
import type { Series } from '../model/types.ts';
import { BTC, ETH, Stage } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  await stage.close();
});

const SCHEDULE = { fast: 150n, slow: 600n, insolvent: 50n };
/** As long as a sample counts: 120 of them are what a settlement needs. */
const BLOCK_MS = 10_000;
/** From six in the morning to just before the window, in steps in which no feed gets stale. */
const MORNING_MS = 2_670_000;
const morning = () =>
  stage.until(() => stage.world.chain.timeMs > START_MS + 2 * MORNING_MS, 2, {
    afterMs: MORNING_MS,
  });

const START_MS = Date.UTC(2026, 10, 23, 6);

const isOver = ({ expirySeconds }: Series) => stage.world.chain.timeMs >= expirySeconds * 1_000;

/** One node has to do: a window has many blocks. */
const setUp = (deposits: Record<string, number>, listings = 40) =>
  Stage.set(deposits, { schedule: SCHEDULE, alone: true, fundFeePpm: 0, listings });

const isListed = () => {
  const listed = [...stage.world.model.series.values()];
  const soon = START_MS / 1_000 + 3 * 3_600;
  const hasEth = listed.some((s) => s.underlyingId === ETH && s.expirySeconds < soon);
  return hasEth && listed.length > 200;
};

test('an auction goes on over a settlement window and after the expiry in it', async () => {
  // A block lists, and closes, fewer series than an expiry has.
  stage = await setUp({ ann: 12_700, ben: 200_000, dan: 300_000 }, 10);
  await stage.until(isListed, 60);
  const today = stage.option(BTC, true, 64_000, 0);
  const later = stage.option(BTC, true, 64_000, 2.5);
  const eth = stage.option(ETH, true, 3_200, 0);
  await stage.trade('dan', 'ben', eth, 1);
  await stage.trade('ann', 'ben', today, 0.3);
  await stage.trade('ann', 'ben', later, 1);
  await morning();
  await stage.world.block({ market: { btc: 70_000 } });
  await stage.until(() => stage.flagged.length === 1, 2);
  const { version } = stage.account('ann').liquidation!.auction!;
  // Nobody samples for so long that the settlement has to wait.
  await stage.act([], { afterMs: 700_000 });

  for (let i = 0; !isOver(today); i++) {
    await stage.act(i % 40 === 0 ? [['dan', stage.bidFor('ann', 0.03, 0.96)]] : [], {
      afterMs: BLOCK_MS,
    });
  }
  expect(stage.tally.soldSolvent).toBeGreaterThanOrEqual(2);
  expect(stage.tally.settlements).toBe(0);
  // What is over and not paid is nobody's to take, and holds up the rest.
  const before = stage.held('ann', today);
  expect(before).toBeLessThan(0n);
  const bids = stage.tally.bids;
  await stage.act([['dan', stage.bidFor('ann', 1, 0.96)]], { afterMs: BLOCK_MS });
  expect([stage.tally.bids, stage.held('ann', today)]).toEqual([bids, before]);
  await stage.until(() => stage.tally.settlements > 0, 20, { afterMs: BLOCK_MS });
  expect(stage.held('ann', today)).toBe(0n);
  expect(stage.held('dan', today)).toBe(0n);
  // The other expiry of that time waits until a block may close series again.
  expect([stage.tally.settlements, stage.held('dan', eth)]).toEqual([1, -10_000n]);
  await stage.until(() => stage.tally.settlements === 2, 3, { afterMs: BLOCK_MS });
  expect(stage.held('dan', eth)).toBe(0n);

  // What bidders saw is not what is sold now.
  expect(stage.account('ann').liquidation!.auction!.version).toBeGreaterThan(version);
  const short = stage.held('ann', later);
  await stage.act([['dan', { ...stage.bidFor('ann', 1, 1), version }]]);
  expect(stage.held('ann', later)).toBe(short);
  await stage.act([['dan', stage.bidFor('ann', 1, 0.95)]]);
  await stage.until(() => stage.flagged.length === 0, 5);
  expect(stage.held('ann', later)).toBeGreaterThan(short);
  expect(stage.held('ann', later)).toBeLessThan(0n);
  expect(stage.cash('ann')).toBeGreaterThan(0n);
  expect(stage.tally.deleveraged).toBe(0);
});

test('a debt that a settlement leaves to an account under auction is shared by gains', async () => {
  stage = await setUp({ ann: 12_700, ben: 200_000, cas: 60_000, gus: 60_000, hal: 60_000 });
  const today = stage.option(BTC, true, 64_000, 0);
  const later = stage.option(BTC, true, 64_000, 2.5);
  await stage.trade('ann', 'ben', today, 1);
  await stage.trade('cas', 'ben', later, 1);
  await stage.trade('gus', 'hal', stage.option(ETH, true, 3_200, 2.5), 5);
  await morning();
  // The window passes without blocks: it is averaged after the expiry, at another price.
  await stage.act([], { afterMs: 1_850_000 });
  expect(isOver(today)).toBe(true);
  await stage.world.block({ market: { btc: 90_000 } });
  await stage.until(() => stage.flagged.length === 1, 130, { afterMs: BLOCK_MS });
  const cash = () => ['ann', 'ben', 'cas', 'gus', 'hal'].map((name) => stage.cash(name));
  const before = cash();
  await stage.until(() => stage.tally.settlements > 0, 130, { afterMs: BLOCK_MS });
  // Gains are looked through now and then only; until then it is a debt.
  expect(stage.cash('ann')).toBeLessThan(0n);
  await stage.until(() => stage.flagged.length === 0, 160);
  const { deleveraged, lossesShared } = stage.tally;
  expect({ deleveraged, lossesShared }).toEqual({ deleveraged: 0, lossesShared: 1 });
  // The payout of 26,000 is what ann had: ben, who gained it, goes without the rest.
  const [ann, ben, ...others] = before;
  expect(cash()).toEqual([0n, ben! + ann!, ...others]);
});
