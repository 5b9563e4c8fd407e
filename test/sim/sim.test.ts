import { expect, test } from '@jest/globals';
import { Liquidations } from './model/liquidation.ts';
import type { BlockEnd } from './model/liquidation.ts';
import { judge } from './model/margin.ts';
import { Model } from './model/model.ts';
import { black76, normal } from './model/prices.ts';
import { Simulation } from './simulation.ts';
import { feePercent } from './model/types.ts';
import type { Account, Quotes, Series } from './model/types.ts';
import { saidOf, Told } from './told.ts';

const BLOCKS = 60;
const LONG = 80;
/** Some forty blocks before a day begins, on which traders pay by tiers. */
const EVENING_MS = Date.UTC(2026, 10, 23, 17);

test('a random market agrees with the naive model to the unit in every block', async () => {
  const simulation = await Simulation.start({
    seed: 23,
    startMs: EVENING_MS,
    auctions: false,
    outages: false,
  });
  try {
    while (simulation.tally.blocks < BLOCKS) await simulation.block();
  } finally {
    await simulation.world.close();
  }
  const tiers = [...simulation.world.model.accounts.values()].map((account) =>
    feePercent(account, simulation.world.chain.timeMs, true),
  );
  expect(tiers.filter((percent) => percent < 100n).length).toBeGreaterThan(1);
  const { accepted, trades, judged, undecided } = simulation.tally;
  expect(accepted).toBeGreaterThan(BLOCKS);
  expect(trades).toBeGreaterThan(10);
  const { replaced, batched, market } = simulation.tally;
  expect(Math.min(replaced, batched, market)).toBeGreaterThan(2);
  const { sentAgain, namesTaken, byName, switchesFired, referred } = simulation.tally;
  expect(Math.min(sentAgain, byName, switchesFired, referred)).toBeGreaterThan(3);
  const { triggersFired, pairsFired, triggersRefused } = simulation.tally;
  expect(Math.min(triggersFired - pairsFired, pairsFired, triggersRefused)).toBeGreaterThan(3);
  const { byVol, volsFilled, volsMoved } = simulation.tally;
  expect(byVol).toBeGreaterThan(10);
  expect(Math.min(volsFilled, volsMoved)).toBeGreaterThan(0);
  const { quoted, quotesRefused, quotesFilled, quotesFrozen, groupsPulled } = simulation.tally;
  expect(Math.min(quoted, quotesRefused, quotesFilled)).toBeGreaterThan(10);
  expect(Math.min(namesTaken, quotesFrozen, groupsPulled)).toBeGreaterThan(0);
  expect(undecided).toBeLessThan(judged / 50);
});

test('so do auctions, takers that wait, outages, stopped markets and full blocks', async () => {
  const all = { auctions: true, delayTakers: true, outages: true, governed: true, tight: true };
  const simulation = await Simulation.start({ seed: 2, startMs: EVENING_MS, alone: true, ...all });
  try {
    while (simulation.tally.blocks < LONG) await simulation.block();
  } finally {
    await simulation.world.close();
  }
  const { callsEnded, metInCalls, heldByAuctions, callsGoingOn } = simulation.tally;
  expect(Math.min(callsEnded, metInCalls, callsGoingOn)).toBeGreaterThan(3);
  const { delayed, delaysRefused, queueFull, delayedAgain } = simulation.tally;
  expect(delayed - delaysRefused).toBeGreaterThan(3);
  expect(Math.min(heldByAuctions, delaysRefused, queueFull)).toBeGreaterThan(1);
  expect(delayedAgain).toBeGreaterThan(0);
  const { withoutPrices, callsByPrices, governed, whileDisabled } = simulation.tally;
  expect(Math.min(withoutPrices, callsByPrices)).toBeGreaterThan(20);
  expect(Math.min(governed, whileDisabled)).toBeGreaterThan(3);
});

test('the model finds money that comes from nowhere', async () => {
  const simulation = await Simulation.start({ seed: 3 });
  try {
    for (let i = 0; i < 5; i++) await simulation.block();
    [...simulation.world.model.accounts.values()][0]!.cashUusd += 1n;
    await expect(simulation.block()).rejects.toThrow('by the rules');
  } finally {
    await simulation.world.close();
  }
});

test('where a few uusd decide the model follows the chain, and nowhere else', () => {
  const end = (type: string): BlockEnd => {
    const attributes = [{ key: 'subaccount_id', value: '5', index: false }];
    const told = new Told([saidOf({ type, attributes })]);
    return { told, height: 1 } as unknown as BlockEnd;
  };
  const all = new Liquidations(new Model(0n), { fast: 1n, slow: 1n, insolvent: 1n });
  // A leg worth less than a uusd: to the chain a requirement of one, which it rounds up.
  const goesOn = (uusd: bigint, type: string) =>
    all.goesOn(5n, (off) => uusd + off < 0n, end(type), ['deleveraged']);
  expect([goesOn(0n, 'deleveraged'), goesOn(0n, 'liquidation_released')]).toEqual([true, false]);
  expect(all.undecided).toBe(2);
  expect([goesOn(-5n, 'liquidation_released'), goesOn(5n, 'deleveraged')]).toEqual([true, false]);
  expect(all.undecided).toBe(2);
});

test('the model prices and margins as the rules’ examples say', () => {
  expect(normal(1.96)).toBeCloseTo(0.9750021048517795, 14);
  expect(black76(true, 100, 100, 0.04)).toBeCloseTo(7.965567455405804, 12);
  const base = { underlyingId: 1, expirySeconds: 1, symbol: '', isDaily: true };
  const call: Series = { ...base, id: 1n, isCall: true, strikeUusd: 100_000_000n };
  const account: Account = {
    ...{ id: 1n, owner: '', number: 0, mode: 'standard', cashUusd: 100_000_000n },
    ...{ liquidation: null, lossUnderlyingId: null },
    positions: new Map([[1n, -10_000n]]),
    costs: new Map(),
    orders: new Set(),
    groups: [],
    paidUusd: new Map(),
  };
  const quotes: Quotes = {
    index: () => 100,
    indexUusd: () => 100_000_000n,
    mark: () => 8,
    worth: () => 8,
    greeks: () => ({ delta: 0.5, vega: 1 }),
    series: () => call,
    trades: () => true,
    ...{ timeMs: 0, vol: () => 0.6, doubt: () => undefined, collateral: 1 },
    settling: () => ({ secondsLeft: 0, average: { weighted: 100, seconds: 1 } }),
  };
  // venue §5: at the money IM = 0.15·S + M, MM = 0.09·S + M for one short call.
  const { initial, maintenance } = judge(account, quotes);
  expect([initial, maintenance]).toEqual([expect.closeTo(77, 9), expect.closeTo(83, 9)]);
});
