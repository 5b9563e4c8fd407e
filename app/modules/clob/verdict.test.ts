import { describe, expect, test } from '@jest/globals';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { GAS, GasMeter } from '../../lib/gas.ts';
import { Ctx } from '../../runtime/context.ts';
import { AssertionFailure } from '../../lib/assert.ts';
import { changeCash, getSubaccount, holdingsOf, setMode } from '../accounts/index.ts';
import { ROW } from '../accounts/core/holdings.ts';
import type { ExpiryHoldings } from '../accounts/core/holdings.ts';
import { MAX_LEGS } from '../margin/core/index.ts';
import { marginOf } from '../margin/index.ts';
import type { Change } from '../margin/index.ts';
import { judgedExpiries, verdictOf } from '../margin/judge/verdict.ts';
import { CALL, ClobChain, PUT, SOON } from './fixture.ts';
import { quoting, setGroup } from './quotes/fixture.ts';

const USD = 1_000_000n;
const ETH = 'ETH-17NOV26-3000-C';
const { MARGIN_MODE_COVERED, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const MODES = [MARGIN_MODE_STANDARD, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_COVERED];

/** User 0 holds and orders at three expiries of two underlyings. */
function held(mode: MarginMode): ClobChain {
  const chain = ClobChain.create([300_000n * USD, 900_000n * USD]);
  const { accounts } = chain;
  for (const [symbol, quantity] of [
    [CALL, 12_000n],
    [SOON, 3_000n],
    [ETH, 20_000n],
  ] as const) {
    accounts.trade(1n, 2n, quantity, symbol);
  }
  accounts.trade(2n, 1n, 10_000n, PUT);
  chain.place(0, 'buy', 650, { quantity: 500n });
  chain.place(0, 'sell', 100, { series: ETH, quantity: 10_000n });
  setMode(chain.ctx, 1n, mode);
  return chain;
}

function verdict(chain: ClobChain, change: Change = {}) {
  return verdictOf(chain.ctx, getSubaccount(chain.ctx, 1n)!, change);
}

/** What is judged and what is shown to people must be the same, to the unit. */
function expectAlike(chain: ClobChain, change: Change): void {
  const judged = verdict(chain, change);
  const shown = marginOf(chain.ctx, 1n, change);
  expect([
    ...[judged.cashUusd, judged.initialMarginUusd],
    ...[judged.maintenanceMarginUusd, judged.markToMarketUusd],
  ]).toEqual([shown.cashUusd, shown.initialUusd, shown.maintenanceUusd, shown.markToMarketUusd]);
  expect(judged.hasInitialMargin).toBe(shown.initialUusd >= 0n);
  // With the last uusd of its initial margin it has it, and with one less it has not.
  const cashUusd = (change.cashUusd ?? 0n) - shown.initialUusd;
  for (const [less, has] of [
    [0n, true],
    [1n, false],
  ] as const) {
    const edge = verdict(chain, { ...change, cashUusd: cashUusd - less });
    expect([edge.hasInitialMargin, edge.initialMarginUusd]).toEqual([has, -less]);
  }
}

describe.each(MODES)('the verdict on an account in margin mode %s', (mode) => {
  test('is its margin, as it stands and after a change', () => {
    const chain = held(mode);
    const [call, eth, soon] = [CALL, ETH, SOON].map((symbol) => chain.accounts.seriesId(symbol));
    const order = { seriesId: soon!, isBuy: false, quantity: 2_000n, priceUusd: 20n * USD };
    for (const change of [
      {},
      { cashUusd: 123_456n },
      { order },
      { order: { ...order, seriesId: eth!, isBuy: true, priceUusd: 5n * USD } },
      { positions: new Map([[call!, -2_000n]]) },
      { positions: new Map([[eth!, -20_000n]]), cashUusd: -7n },
    ]) {
      expectAlike(chain, change);
    }
  });

  test('is that of its cash where it holds nothing', () => {
    const chain = ClobChain.create([5n * USD]);
    setMode(chain.ctx, 1n, mode);
    expectAlike(chain, {});
    changeCash(chain.ctx, 1n, -6n * USD);
    expect(verdict(chain)).toMatchObject({ cashUusd: -USD, hasInitialMargin: false });
  });
});

describe.each([MARGIN_MODE_STANDARD, MARGIN_MODE_PORTFOLIO])('in margin mode %s', (mode) => {
  test('a spread needs less than its short by itself, to the last uusd', () => {
    const spread = () => {
      const chain = ClobChain.create([300_000n * USD, 900_000n * USD]);
      for (const index of [65_000n, 64_000n]) {
        chain.indexUusd = index * USD;
        chain.block();
      }
      chain.accounts.trade(1n, 2n, 10_000n, CALL);
      chain.accounts.trade(2n, 1n, 10_000n, 'BTC-17NOV26-65000-C');
      setMode(chain.ctx, 1n, mode);
      return chain;
    };
    const { initialMarginUusd } = verdict(spread());
    expectAlike(spread(), {});
    // Asked for first, when nothing is remembered yet.
    const has = (lessUusd: bigint) =>
      verdict(spread(), { cashUusd: -initialMarginUusd - lessUusd }).hasInitialMargin;
    expect([has(0n), has(1n)]).toEqual([true, false]);
  });

  test('a dollar of collateral that is worth less counts for what it is', () => {
    const before = verdict(held(mode));
    const chain = held(mode);
    chain.usdcUusd = 900_000n;
    chain.setPrices();
    expect(verdict(chain).initialMarginUusd).toBeLessThan(before.initialMarginUusd);
    expectAlike(chain, {});
  });

  test('quotes reserve their part of the initial margin, and of nothing else', () => {
    const chain = held(mode);
    const before = verdict(chain);
    setGroup(chain, 0, 'g');
    quoting(chain, 0, 'g', [[CALL, [600, 1], [710, 1]]]);
    expectAlike(chain, {});
    const after = verdict(chain);
    expect(after.initialMarginUusd).toBeLessThan(before.initialMarginUusd);
    expect(after.maintenanceMarginUusd).toBe(before.maintenanceMarginUusd);
  });

  test('without a young volatility the standard rules hold', () => {
    const chain = held(mode);
    chain.surfaceAgeMs = 3_600_000n;
    chain.surfaceFeed = 3;
    chain.setPrices();
    expect(marginOf(chain.ctx, 1n)).toMatchObject({ degraded: true, mode: MARGIN_MODE_STANDARD });
    expectAlike(chain, {});
    // They do for the whole account, also where it is of one of its underlyings.
    chain.surfacesOf = [2];
    chain.setPrices();
    expect(marginOf(chain.ctx, 1n)).toMatchObject({ degraded: true, mode: MARGIN_MODE_STANDARD });
    expectAlike(chain, {});
  });

  test('more legs than an account may have are an assertion that fails', () => {
    const chain = held(mode);
    const [{ underlyingId, expirySeconds, rows: own }] = holdingsOf(chain.ctx, 1n) as [
      ExpiryHoldings,
    ];
    const row = [...own.subarray(0, ROW)];
    const judge = (legs: number) => {
      const rows = Float64Array.from({ length: legs * ROW }, (_, i) => row[i % ROW]!);
      return judgedExpiries(chain.ctx, [], [{ underlyingId, expirySeconds, rows }]);
    };
    expect(judge(MAX_LEGS)[0]!.legs).toHaveLength(MAX_LEGS);
    expect(() => judge(MAX_LEGS + 1)).toThrow(AssertionFailure);
  });

  test('its gas follows the expiries, and the legs that a change makes new', () => {
    const chain = held(mode);
    const gasOf = (change: Change) => {
      const view = new Ctx(chain.state, chain.ctx.header, new GasMeter(1_000_000));
      expect(verdictOf(view, getSubaccount(chain.ctx, 1n)!, change)).toBeDefined();
      return view.gas.used;
    };
    const orderIn = (symbol: string) => {
      const seriesId = chain.accounts.seriesId(symbol);
      return gasOf({ order: { seriesId, isBuy: true, quantity: 1_000n, priceUusd: 5n * USD } });
    };
    // One leg of ETH is made anew, or two of BTC.
    expect(orderIn(CALL) - orderIn(ETH)).toBe(GAS.step);
    const plain = gasOf({});
    chain.accounts.trade(2n, 1n, 3_000n, SOON);
    // It is at two expiries, and was at three.
    expect(plain - gasOf({})).toBe(GAS.step);
    expect(gasOf({})).toBe(2 * GAS.step + 2 * GAS.read);
  });

  test('cash that covers each short by itself is enough, and no rules are read', () => {
    const chain = ClobChain.create([300_000n * USD, 900_000n * USD]);
    // One short call: what covers it by itself is what it needs.
    chain.accounts.trade(2n, 1n, 10_000n, CALL);
    setMode(chain.ctx, 1n, mode);
    const gasOf = (change: Change, asked: boolean) => {
      const view = new Ctx(chain.state, chain.ctx.header, new GasMeter(1_000_000));
      const of = verdictOf(view, getSubaccount(chain.ctx, 1n)!, change);
      expect(asked ? of.hasInitialMargin : true).toBe(true);
      return view.gas.used;
    };
    const cashUusd = -verdict(chain).initialMarginUusd;
    for (const change of [{}, { cashUusd }]) {
      expect(gasOf(change, true)).toBe(gasOf(change, false));
    }
  });
});
