import { afterEach, expect, test } from '@jest/globals';
import { BTC, Stage } from './stage.ts';
import type { Act } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  await stage.close();
});

test('liquidations that buy a thin book empty bring nobody else into liquidation', async () => {
  stage = await Stage.set({
    ...{ ann: 9_750, ben: 10_500, cas: 12_000, dan: 40_000 },
    ...{ eve: 200_000, mak: 200_000 },
  });
  const call = stage.option(BTC, true, 64_000, 3);
  for (const name of ['ann', 'ben', 'cas', 'dan']) await stage.trade(name, 'eve', call, 1);
  await stage.world.block({ market: { btc: 70_000 } });
  // A few lots at ever worse prices, up to the end of the band.
  const ladder = [1.01, 1.03, 1.06, 1.1, 1.2, 1.3, 1.4].map((times): Act => [
    'mak',
    stage.order(call, false, 0.1, times),
  ]);
  await stage.act(ladder);
  const { flags } = stage.tally;
  expect(flags).toBeGreaterThanOrEqual(2);
  expect(flags).toBeLessThan(4);
  await stage.until(() => stage.flagged.length === 0, 40);
  expect(stage.tally.liquidationTrades).toBeGreaterThan(0);
  // Marks come from the validators: what liquidations pay moves nobody’s margin.
  expect(stage.tally.flags).toBe(flags);
  expect(stage.account('dan').liquidation).toBeNull();
  expect(stage.held('dan', call)).toBe(-10_000n);
});
