import { afterEach, expect, test } from '@jest/globals';
import { BTC, ETH, Stage, switchTo } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  await stage.close();
});

const SHORTS = ['ann', 'ben', 'cas', 'dan'];

test('a market-wide gap of 30% with an empty fund is paid by who gains', async () => {
  stage = await Stage.set(
    {
      ...{ ann: 16_000, ben: 26_000, cas: 18_000, dan: 40_000 },
      ...{ eve: 120_000, fay: 120_000, gus: 60_000, hal: 60_000 },
    },
    { fundFeePpm: 0 },
  );
  const btc = stage.option(BTC, true, 64_000, 3);
  const put = stage.option(BTC, false, 62_000, 3);
  const eth = stage.option(ETH, true, 3_200, 3);
  await stage.trade('ann', 'eve', btc, 1);
  await stage.trade('ben', 'fay', btc, 1.5);
  await stage.trade('cas', 'eve', btc, 1);
  await stage.act([['dan', switchTo('portfolio')]]);
  await stage.trade('dan', 'fay', btc, 2);
  await stage.trade('dan', 'eve', put, 1);
  await stage.trade('gus', 'hal', eth, 5);
  const others = ['gus', 'hal'].map((name) => stage.cash(name));
  const worthBefore = SHORTS.map((name) => stage.cash(name));

  await stage.world.block({ market: { btc: 83_200 } });
  await stage.until(() => stage.flagged.length === SHORTS.length, 2);
  await stage.until(() => stage.flagged.length === 0, 40);

  const { flags, releases, deleveraged } = stage.tally;
  expect({ flags, releases }).toEqual({ flags: 4, releases: 4 });
  expect(deleveraged).toBeGreaterThanOrEqual(4);
  expect(stage.world.model.funds.totalUusd).toBe(0n);
  // Who failed has lost all of it and owes nothing; who gained has less than the marks said.
  for (const [i, name] of SHORTS.entries()) {
    if (name !== 'dan') expect(stage.account(name).positions.size).toBe(0);
    expect(stage.cash(name)).toBeGreaterThanOrEqual(0n);
    expect(stage.cash(name)).toBeLessThan(worthBefore[i]!);
  }
  expect(['gus', 'hal'].map((name) => stage.cash(name))).toEqual(others);
  expect([stage.held('gus', eth), stage.held('hal', eth)]).toEqual([-50_000n, 50_000n]);
});

test('a volatility that doubles overnight liquidates, and bidders take it over', async () => {
  stage = await Stage.set({ ann: 5_950, ben: 9_500, cas: 300_000, dan: 400_000 });
  const call = stage.option(BTC, true, 64_000, 40);
  const put = stage.option(BTC, false, 64_000, 40);
  await stage.act([['ben', switchTo('portfolio')]]);
  await stage.trade('ann', 'cas', call, 0.6);
  await stage.trade('ben', 'cas', call, 0.5);
  await stage.trade('ben', 'cas', put, 0.5);
  await stage.world.block({ market: { vol: 1.2 } });
  await stage.until(() => stage.flagged.length === 2, 2);
  for (let i = 0; i < 30 && stage.flagged.length > 0; i++) {
    const names = ['ann', 'ben'].filter((name) => stage.account(name).liquidation !== null);
    await stage.act(names.map((name) => ['dan', stage.bidFor(name, 1, 0.97 - 0.02 * i)]));
  }
  const { flags, releases, soldSolvent, soldInsolvent, deleveraged } = stage.tally;
  expect({ flags, releases, soldInsolvent, deleveraged }).toEqual({
    ...{ flags: 2, releases: 2, soldInsolvent: 0, deleveraged: 0 },
  });
  expect(soldSolvent).toBeGreaterThanOrEqual(2);
  expect(stage.held('dan', call)).toBeLessThan(0n);
});

test('one liquidation closes a whole market and leaves no open interest behind', async () => {
  stage = await Stage.set({ ann: 30_000, ben: 150_000, cas: 90_000, dan: 60_000 });
  const call = stage.option(BTC, true, 64_500, 3);
  await stage.trade('ann', 'ben', call, 1.4);
  await stage.trade('ann', 'cas', call, 0.7);
  await stage.trade('ann', 'dan', call, 0.1);
  await stage.world.block({ market: { btc: 90_000 } });
  await stage.until(() => stage.flagged.length === 1, 2);
  await stage.until(() => stage.flagged.length === 0, 40);
  expect(stage.tally.deleveraged).toBe(3);
  for (const { positions } of stage.world.model.accounts.values()) expect(positions.size).toBe(0);
  expect(stage.cash('ann')).toBeGreaterThanOrEqual(0n);
});
