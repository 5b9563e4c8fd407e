import { afterEach, expect, test } from '@jest/globals';
import { BTC, ETH, Stage } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  await stage.close();
});

const STOP_MS = 8 * 3_600_000;
/** Quorums in a row after which feeds carry a liquidation. */
const FRESH_NEEDED = 5;

test('after a stop of eight hours nothing is sold before five fresh quorums', async () => {
  stage = await Stage.set({ ann: 12_700, ben: 200_000, dan: 300_000, uma: 1_000 });
  const call = stage.option(BTC, true, 64_000, 3);
  await stage.trade('ann', 'ben', call, 1);
  await stage.act([
    ['uma', { kind: 'underwrite', underlyingId: BTC, amountUusd: 50_000_000_000n }],
  ]);
  const before = stage.held('ann', call);

  // The votes of the first block were cast before the stop.
  await stage.act([], { afterMs: STOP_MS, market: { btc: 83_200 } });
  expect(stage.flagged).toEqual([]);
  // At the first fresh price its owner loses control; bids wait for the fifth.
  await stage.world.block();
  expect(stage.flagged.length).toBe(1);
  for (let fresh = 2; fresh < FRESH_NEEDED; fresh++) {
    await stage.act([['dan', stage.bidFor('ann', 1, 1)]]);
    expect(stage.held('ann', call)).toBe(before);
  }
  expect(stage.tally.bids).toBe(0);
  await stage.act([['dan', stage.bidFor('ann', 1, 1)]]);
  expect(stage.tally).toMatchObject({ soldInsolvent: 1, deleveraged: 0 });
  expect(stage.held('dan', call)).toBe(before);
  await stage.until(() => stage.flagged.length === 0, 2);
});

test('without prices of BTC nobody is judged by them, and nobody hides behind them', async () => {
  const pace = { staleMs: 60_000, haltMs: 180_000 };
  const deposits = { ann: 15_500, ben: 200_000, dan: 300_000, sid: 12_700 };
  stage = await Stage.set(deposits, { alone: true, pace });
  const [call, other] = [stage.option(BTC, true, 64_000, 3), stage.option(ETH, true, 3_200, 3)];
  await stage.trade('ann', 'ben', call, 0.5);
  await stage.trade('ann', 'ben', other, 10);
  await stage.trade('sid', 'ben', call, 1);

  const unseen = new Set([BTC]);
  const blind = (market = {}) => stage.act([], { unseen, afterMs: 40_000, market });
  for (let i = 0; i < 3; i++) await blind();
  await stage.act(
    [
      ['sid', stage.order(call, true, 0.1)],
      ['sid', stage.order(call, true, 0.1, 1, { isReduceOnly: true })],
    ],
    { unseen, afterMs: 40_000 },
  );
  expect([stage.tally.withoutPrices, stage.account('sid').orders.size]).toEqual([1, 1]);
  // What is short in ETH is in breach whatever BTC is worth; who is short in BTC waits for prices.
  await blind({ btc: 83_200, eth: 4_800 });
  await blind();
  expect(stage.flagged).toEqual([stage.account('ann')]);
  await stage.act([['dan', stage.bidFor('ann', 1, 1)]], { unseen, afterMs: 40_000 });
  expect([stage.tally.bids, stage.tally.judgedInPart > 0]).toEqual([0, true]);
  await stage.world.block();
  expect(stage.flagged).toEqual([stage.account('ann')]);
  await stage.world.block();
  expect(stage.flagged).toEqual([stage.account('ann'), stage.account('sid')]);
});
