import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { MsgSetMarginMode } from '../../../proto/gen/tenor.margin.v1.ts';
import { OptionKind } from '../../../proto/gen/tenor.options.v1.ts';
import { userAddress } from '../accounts/fixture.ts';
import { getSubaccount, positionOf, positionsOf, setFlagged } from '../accounts/index.ts';
import { black76Price, settlementTerms } from '../../lib/math/index.ts';
import { portfolioMargin } from '../margin/core/index.ts';
import type { PortfolioExpiry, PortfolioOption } from '../margin/core/index.ts';
import { marginModule, marginOf, markOf, openOrdersOf } from '../margin/index.ts';
import { mustSeriesBySymbol, seriesById } from '../options/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, ClobChain, PUT, SOON } from './fixture.ts';

const USD = 1_000_000n;
const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const USERS = 4;
const RUNS = Number(process.env['CLOB_RUNS'] ?? 4);
const VOL = 0.6;
const TAKER_FEE = 0.0003;
/** What rounding a volatility back from its variance may change, in uusd. */
const NEAR_UUSD = 2_000n;

const idOf = (user: number): bigint => BigInt(user + 1);

function setMode(chain: ClobChain, user: number, mode: MarginMode = MARGIN_MODE_PORTFOLIO): string {
  const msg = { sender: userAddress(user), subaccount: 0, mode };
  const handler = marginModule.msgs.find((m) => m.codec === MsgSetMarginMode)!;
  return refusalCode(() => {
    handler.validate(msg);
    handler.execute(chain.ctx, msg);
  });
}

function created(cashUsd: readonly bigint[], portfolio: readonly number[]): ClobChain {
  const chain = ClobChain.create(cashUsd.map((usd) => usd * USD));
  for (const user of portfolio) expect(setMode(chain, user)).toBe('done');
  return chain;
}

/**
 * The portfolio margin of a user from nothing but positions, orders, the index and the flat 60% of
 * the fixture: the module's own way to it is not used.
 */
function fromScratch(chain: ClobChain, user: number) {
  const index = Number(chain.indexUusd) / 1e6;
  const legs = new Map<bigint, PortfolioOption & { expiry: number }>();
  const legOf = (seriesId: bigint) => {
    const { kind, strikeUusd, expirySeconds } = seriesById(chain.ctx, seriesId)!;
    const isCall = kind === OptionKind.OPTION_KIND_CALL;
    const strike = Number(strikeUusd) / 1e6;
    const expiry = Number(expirySeconds);
    const { varianceYears } = termsOf(chain, expiry);
    const mark = black76Price(isCall, index, strike, VOL * VOL * varianceYears);
    return legs.get(seriesId) ?? { isCall, strike, volatility: VOL, mark, quantity: 0, expiry };
  };
  for (const { seriesId, quantity } of positionsOf(chain.ctx, idOf(user))) {
    legs.set(seriesId, { ...legOf(seriesId), quantity: Number(quantity) });
  }
  for (const [, { seriesId, isBuy, quantity, priceUusd }] of openOrdersOf(chain.ctx, idOf(user))) {
    const leg = legOf(seriesId);
    const price = Number(priceUusd) / 1e6;
    const fee = index * TAKER_FEE;
    const none = { buyQuantity: 0, buyPrice: 0, sellQuantity: 0, sellPrice: 0 };
    const o = leg.orders ?? none;
    const orders = isBuy
      ? {
          ...o,
          buyQuantity: o.buyQuantity + Number(quantity),
          buyPrice: Math.max(o.buyPrice, price + fee),
        }
      : {
          ...o,
          sellQuantity: o.sellQuantity + Number(quantity),
          sellPrice: Math.min(
            o.sellQuantity > 0 ? o.sellPrice : Infinity,
            Math.max(price - fee, 0),
          ),
        };
    legs.set(seriesId, { ...leg, orders });
  }
  const byExpiry = new Map<number, PortfolioOption[]>();
  for (const { expiry, ...leg } of legs.values()) {
    byExpiry.set(expiry, [...(byExpiry.get(expiry) ?? []), leg]);
  }
  const expiries = [...byExpiry]
    .sort(([a], [b]) => a - b)
    .map(([expiry, options]): PortfolioExpiry => ({
      ...{ forward: index, terms: termsOf(chain, expiry), options, futures: [] },
    }));
  const { cashUusd } = getSubaccount(chain.ctx, idOf(user))!;
  return portfolioMargin({ cashUusd, underlyings: [{ index, confidence: 1, expiries }] });
}

function termsOf(chain: ClobChain, expiry: number) {
  return settlementTerms({
    secondsToExpiry: expiry - chain.ctx.header.timeMs / 1000,
    ...{ windowSeconds: 20, weightedSum: 0, weightSeconds: 0 },
  });
}

const isNear = (a: bigint, b: bigint): boolean => a - b <= NEAR_UUSD && b - a <= NEAR_UUSD;

describe('the margin mode', () => {
  test('is chosen by its owner, and changed back', () => {
    const chain = created([20_000n], []);
    expect(setMode(chain, 0)).toBe('done');
    expect(getSubaccount(chain.ctx, idOf(0))!.mode).toBe(MARGIN_MODE_PORTFOLIO);
    expect(marginOf(chain.ctx, idOf(0)).mode).toBe(MARGIN_MODE_PORTFOLIO);
    expect(setMode(chain, 0)).toBe('margin/6');
    expect(setMode(chain, 0, MARGIN_MODE_STANDARD)).toBe('done');
    expect(setMode(chain, 0, 7 as MarginMode)).toBe('margin/6');
  });

  test('is not changed without a subaccount, in liquidation, or at prices not live', () => {
    const chain = created([20_000n, 20_000n], []);
    expect(setMode(chain, 99)).toBe('margin/4');
    setFlagged(chain.ctx, idOf(0), true);
    expect(setMode(chain, 0)).toBe('margin/7');
    chain.place(1, 'buy', 100);
    chain.feed = 2;
    chain.setPrices();
    expect(setMode(chain, 1)).toBe('margin/2');
  });

  test('is not changed back when the standard rules ask for more than there is', () => {
    const chain = created([20_000n, 1_000_000n], [0]);
    calendar(chain);
    const { initialUusd, mode, underlyings } = marginOf(chain.ctx, idOf(0));
    expect(mode).toBe(MARGIN_MODE_PORTFOLIO);
    expect(initialUusd).toBeGreaterThan(0n);
    expect(underlyings[0]!.worstUusd).toBeLessThan(0n);
    expect(setMode(chain, 0, MARGIN_MODE_STANDARD)).toBe('margin/1');
  });
});

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      user: fc.nat(USERS - 1),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      series: fc.constantFrom(CALL, PUT),
      // Around the mark of 20 hours at the money, so that many trade.
      usd: fc.integer({ min: 600, max: 800 }),
      quantity: fc.integer({ min: 1, max: 40 }).map((lots) => BigInt(lots) * 1_000n),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      indexUsd: fc.integer({ min: 62_500, max: 65_500 }),
    }),
  },
);

describe('a portfolio account', () => {
  test('has the margin of the core, and opens nothing without it, whatever is traded', () => {
    let trades = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 80 }), (steps) => {
        const chain = created([9_000n, 30_000n, 15_000n, 200_000n], [0, 1, 3]);
        for (const given of steps) {
          if (given.kind === 'block') {
            chain.indexUusd = BigInt(given.indexUsd) * USD;
            chain.block();
            continue;
          }
          const portfolios = [0, 1, 3];
          const before = portfolios.map((user) => fromScratch(chain, user));
          const held = portfolios.map((user) => JSON.stringify(holdings(chain, user)));
          const { user, side, usd, series, quantity } = given;
          refusalCode(() => chain.place(user, side, usd, { series, quantity }));
          for (const [i, who] of portfolios.entries()) {
            const after = fromScratch(chain, who);
            const margin = marginOf(chain.ctx, idOf(who));
            expect(isNear(margin.initialUusd, after.initialMarginUusd)).toBe(true);
            expect(isNear(margin.maintenanceUusd, after.maintenanceMarginUusd)).toBe(true);
            if (JSON.stringify(holdings(chain, who)) === held[i]) continue;
            trades++;
            // Below its initial margin it may only have traded what does not lower maintenance.
            const isCovered = after.initialMarginUusd >= -NEAR_UUSD;
            const fell = before[i]!.maintenanceMarginUusd - after.maintenanceMarginUusd;
            expect(isCovered || fell <= NEAR_UUSD).toBe(true);
          }
          expect(chain.broken()).toEqual([]);
        }
      }),
      { numRuns: RUNS, seed: 5 },
    );
    expect(trades).toBeGreaterThan(RUNS * 5);
  });

  test('pays no premium and no fee with cash it does not have, whatever its options lend', () => {
    // A call at 700 USD, and 19.20 of fee on an index of 64,000, of which twice as much is kept.
    for (const [cashUusd, filled] of [
      [738_400_000n, 10_000n],
      [738_399_999n, 0n],
      [700_000_000n, 0n],
      [1n, 0n],
    ] as const) {
      for (const isTaker of [true, false]) {
        const chain = ClobChain.create([20_000n * USD + cashUusd, 900_000n * USD]);
        expect(setMode(chain, 0)).toBe('done');
        for (const symbol of [CALL, PUT]) {
          chain.accounts.trade(idOf(0), idOf(1), 100_000n, symbol);
        }
        expect(getSubaccount(chain.ctx, idOf(0))!.cashUusd).toBe(cashUusd);
        const { id } = mustSeriesBySymbol(chain.ctx, CALL);
        const held = () => positionOf(chain.ctx, idOf(0), id)!.quantity - 100_000n;
        const buy = () => refusalCode(() => chain.place(0, 'buy', 700));
        const sell = () => refusalCode(() => chain.place(1, 'sell', 700));
        const codes = isTaker ? [sell(), buy()] : [buy(), sell()];
        // What it lends is enough for the order: the cash is not.
        const bought = filled === 0n ? 'margin/8' : 'done';
        expect(codes).toEqual(isTaker ? ['done', bought] : [bought, 'done']);
        expect(marginOf(chain.ctx, idOf(0)).initialUusd).toBeGreaterThan(0n);
        expect(held()).toBe(filled);
        expect(chain.broken()).toEqual([]);
      }
    }
  });

  test('is judged through an expiry without a sample, which nothing moves any more', () => {
    const chain = created([200_000n, 200_000n], [0]);
    chain.accounts.trade(idOf(1), idOf(0), 10_000n, SOON);
    chain.seal();
    chain.accounts.options.block(240_000, { 2: 3000n * USD });
    chain.indexUusd = 65_000n * USD;
    chain.setPrices();
    const { expirySeconds } = mustSeriesBySymbol(chain.ctx, SOON);
    const { underlyings, maintenanceUusd, markToMarketUusd } = marginOf(chain.ctx, idOf(0));
    const optionsValueUusd = -1_000n * USD;
    expect(underlyings[0]!.expiries).toEqual([
      { expirySeconds, optionsValueUusd, basisUusd: 0n, termUusd: 0n, worstPnlUusd: 0n },
    ]);
    // 0.3% of the index for the naked short is left.
    expect(markToMarketUusd - maintenanceUusd).toBe(195n * USD);
  });

  test('may sell a calendar that the standard rules would not let it', () => {
    const standard = created([20_000n, 1_000_000n], []);
    expect(refusalCode(() => calendar(standard))).toBe('margin/1');
    calendar(created([20_000n, 1_000_000n], [0]));
  });
});

/** User 0 buys four far calls and sells four near ones, to user 1. */
function calendar(chain: ClobChain): void {
  const quantity = 40_000n;
  for (const [series, side, other] of [
    [CALL, 'buy', 'sell'],
    [SOON, 'sell', 'buy'],
  ] as const) {
    const { mark } = markOf(chain.ctx, mustSeriesBySymbol(chain.ctx, series))!;
    const usd = Math.round(mark / 5) * 5;
    chain.place(1, other, usd, { series, quantity });
    chain.place(0, side, usd, { series, quantity });
  }
}

function holdings(chain: ClobChain, user: number): string[] {
  return positionsOf(chain.ctx, idOf(user)).map((p) => `${p.seriesId}:${p.quantity}`);
}
