import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tickAt } from '../../app/modules/options/core/index.ts';
import { exposureOfAll } from './exposure.ts';
import type { Market, MarkedSeries } from './market.ts';
import { quoteSize } from './quoteSize.ts';
import { DEFAULT_SETTINGS as settings } from './settings.ts';
import { wantedQuotes } from './wantedQuotes.ts';

const USD = 1_000_000n;
const ticks = [
  { fromUusd: 0n, tickUusd: 100_000n },
  { fromUusd: 10n * USD, tickUusd: 500_000n },
  { fromUusd: 500n * USD, tickUusd: USD },
];
const rules = { ticks, lot: 100n, minOrder: 100n, maxOrder: 10_000_000n };
const NOW = 1_800_000_000n;

const call: MarkedSeries = {
  ...{ symbol: 'BTC-X-64000-C', expirySeconds: NOW + 86_400n, markUsd: 950, forward: 64_000 },
  ...{ delta: 0.5, vega: 1_340, lowUusd: 100n * USD, highUusd: 3_000n * USD },
};
const put: MarkedSeries = { ...call, symbol: 'BTC-X-64000-P', delta: -0.5 };
const market = (...series: MarkedSeries[]): Market => ({
  ...{ rules, series, blockSeconds: NOW, quantity: 4_600n },
});
const middle = (quote: ReturnType<typeof wantedQuotes>[number]): number =>
  Number(quote.bid!.priceUusd + quote.ask!.priceUusd) / 2e6;

describe('quotes', () => {
  test('lie around the mark, half a spread of vega and delta to each side', () => {
    const [quote] = wantedQuotes(market(call), new Map(), settings);
    // 0.01 of 1,340 and 0.0003 of half of 64,000 are 13.4 and 9.6 USD.
    expect(quote).toMatchObject({
      bid: { priceUusd: 927n * USD, quantity: 4_600n },
      ask: { priceUusd: 973n * USD, quantity: 4_600n },
    });
  });

  test('a long inventory lowers calls, and lifts puts by its delta', () => {
    const flat = wantedQuotes(market(call, put), new Map(), settings).map(middle);
    const longCalls = new Map([[call.symbol, 2]]);
    const skewed = wantedQuotes(market(call, put), longCalls, settings).map(middle);
    expect(skewed[0]!).toBeLessThan(flat[0]!);
    const longDelta = new Map([
      [call.symbol, 2],
      [put.symbol, -2],
    ]);
    const [, lifted] = wantedQuotes(market(call, put), longDelta, settings).map(middle);
    expect(lifted!).toBeGreaterThan(flat[1]!);
  });

  test('what is at a limit is only lessened', () => {
    const tight = { ...settings, maxDeltaUsd: 30_000 };
    const [onCall, onPut] = wantedQuotes(market(call, put), new Map([[call.symbol, 1]]), tight);
    expect([onCall!.bid, onPut!.ask]).toEqual([null, null]);
    expect([onCall!.ask, onPut!.bid]).not.toContain(null);
    const full = { ...settings, maxPositionUsd: 64_000 };
    const [short] = wantedQuotes(market(call), new Map([[call.symbol, -1]]), full);
    expect(short!.ask).toBeNull();
    expect(short!.bid).not.toBeNull();
  });

  test('only so many of the nearest expiries, nothing deep or about to expire', () => {
    const at = (symbol: string, seconds: bigint, delta = 0.5) => ({
      ...{ ...call, symbol, delta, expirySeconds: NOW + seconds },
    });
    const all = market(at('late', 9_000n), at('near', 600n), at('gone', 59n), at('mid', 700n));
    const symbols = (m: Market) =>
      wantedQuotes(m, new Map(), { ...settings, expiries: 2 }).map(({ symbol }) => symbol);
    expect(symbols(all)).toEqual(['near', 'mid']);
    expect(symbols(market(at('deep', 600n, 0.98), at('wing', 600n, -0.01)))).toEqual([]);
  });

  test('are on ticks, in the band, apart, and never add to a full inventory', () => {
    const price = fc.double({ min: 0.01, max: 20_000, noNaN: true });
    const signed = fc.double({ min: -1, max: 1, noNaN: true });
    const held = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(price, signed, price, held, (markUsd, delta, vega, contracts) => {
        const lowUusd = BigInt(Math.floor(markUsd * 500_000));
        const highUusd = BigInt(Math.ceil(markUsd * 1_500_000)) + USD;
        const series = { ...call, markUsd, delta, vega, lowUusd, highUusd };
        const inventory = new Map([[series.symbol, contracts]]);
        const all = exposureOfAll([series], inventory);
        for (const { bid, ask } of wantedQuotes(market(series), inventory, settings)) {
          for (const side of [bid, ask]) {
            if (side === null) continue;
            expect(side.priceUusd % tickAt(ticks, side.priceUusd)).toBe(0n);
            expect(side.priceUusd).toBeGreaterThan(0n);
          }
          if (bid !== null) expect(bid.priceUusd <= highUusd).toBe(true);
          if (ask !== null) expect(ask.priceUusd >= lowUusd).toBe(true);
          if (bid !== null && ask !== null) expect(bid.priceUusd < ask.priceUusd).toBe(true);
          const isFull = Math.abs(all.deltaUsd) >= settings.maxDeltaUsd;
          if (isFull) expect(contracts > 0 ? bid : ask).toBeNull();
        }
      }),
    );
  });
});

test('a quote is its notional in whole lots, within what an order may be', () => {
  expect(quoteSize(rules, 64_000, 30_000)).toBe(4_600n);
  expect(quoteSize(rules, 64_000, 1)).toBe(100n);
  expect(quoteSize({ ...rules, maxOrder: 1_000n }, 64_000, 30_000)).toBe(1_000n);
});
