import { afterEach, expect, test } from '@jest/globals';
import type { Quotes } from '../model/types.ts';
import { markUusd } from '../model/standing.ts';
import { BTC, Stage } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  await stage.close();
});

const USD = 1_000_000n;
const UNITS = 10_000n;

/** Cash of some together, and what they hold as one. */
function together(names: readonly string[]) {
  const held = new Map<bigint, bigint>();
  let cashUusd = 0n;
  for (const name of names) {
    const account = stage.account(name);
    cashUusd += account.cashUusd;
    for (const [id, q] of account.positions) held.set(id, (held.get(id) ?? 0n) + q);
  }
  return { cashUusd, held: [...held].filter(([, quantity]) => quantity !== 0n) };
}

const worth = ({ cashUusd, held }: ReturnType<typeof together>, quotes: Quotes): bigint =>
  held.reduce((sum, [id, q]) => sum + (q * markUusd(quotes, quotes.series(id))) / UNITS, cashUusd);

test('an owner who bids through an accomplice gains nothing, at any price', async () => {
  stage = await Stage.set({ ann: 9_700, acc: 300_000, ben: 200_000 });
  const call = stage.option(BTC, true, 64_000, 3);
  await stage.trade('ann', 'ben', call, 1);
  await stage.world.block({ market: { btc: 70_000 } });
  await stage.until(() => stage.flagged.length === 1, 2);
  const { model } = stage.world;
  const both = ['ann', 'acc'];
  for (const limit of [1, 0.97, 0.93, 0.8, 0.5, 0.97]) {
    const before = together(both);
    const income = model.fees.totalUusd + model.funds.totalUusd;
    await stage.act([['acc', stage.bidFor('ann', 0.08, limit)]]);
    const after = together(both);
    expect(after.held).toEqual(before.held);
    // To the unit: what the two have less is what venue and fund have more.
    const fees = model.fees.totalUusd + model.funds.totalUusd - income;
    expect(after.cashUusd - before.cashUusd).toBe(-fees);
  }
  expect(stage.tally.soldSolvent).toBeGreaterThanOrEqual(3);
  expect(stage.held('acc', call)).toBeLessThan(0n);
});

test('who crosses with himself leaves others no more than a gap beyond his margin', async () => {
  stage = await Stage.set(
    { att: 20_000, alt: 20_000, ben: 60_000, gus: 50_000 },
    { fundFeePpm: 0 },
  );
  const call = stage.option(BTC, true, 64_000, 3);
  // To his other account at the far end of the band, and to somebody else at the mark.
  await stage.act([
    ['att', stage.order(call, false, 1, 0.55)],
    ['alt', stage.order(call, true, 1, 0.55)],
  ]);
  await stage.trade('att', 'ben', call, 0.5);
  expect(stage.held('alt', call)).toBe(UNITS);
  const { quotes } = stage.world.end;
  const own = worth(together(['att']), quotes);
  const attackers = worth(together(['att', 'alt']), quotes);
  const [markBefore, gus] = [markUusd(quotes, call), stage.cash('gus')];

  await stage.world.block({ market: { btc: 90_000 } });
  await stage.until(() => stage.flagged.length === 1, 2);
  const now = stage.world.end.quotes;
  const benBefore = worth(together(['ben']), now);
  const gap = ((markUusd(now, call) - markBefore) * 15_000n) / UNITS;
  await stage.until(() => stage.flagged.length === 0, 40);
  const end = stage.world.end.quotes;
  // His margin, at the least, stands between the gap and everybody else.
  const left = gap - own;
  const lost = benBefore - worth(together(['ben']), end);
  expect(left).toBeGreaterThan(0n);
  expect(lost).toBeLessThanOrEqual(left + USD);
  expect(worth(together(['att', 'alt']), end) - attackers).toBeLessThanOrEqual(
    (gap * 10_000n) / 15_000n,
  );
  expect(stage.cash('att')).toBeGreaterThanOrEqual(0n);
  expect(stage.cash('gus')).toBe(gus);
});
