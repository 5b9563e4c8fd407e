import { afterEach, expect, test } from '@jest/globals';
import { BTC, Stage } from './stage.ts';

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
