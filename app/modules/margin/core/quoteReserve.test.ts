import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { GRID, positionsArb } from '../../../../test/vectors/margin/market.ts';
import { expiryPart, underlyingScenarios } from './expiryPart.ts';
import type { ExpiryPart } from './expiryPart.ts';
import { portfolioQuoteReserve, standardQuoteReserve, unitCosts } from './quoteReserve.ts';
import type { ExpiryQuotes } from './quoteReserve.ts';
import { shortRequirement } from './shortRequirement.ts';
import { standardInitial } from './standardMargin.ts';
import { DEFAULT_STANDARD_PARAMS } from './standardParams.ts';
import type { ScenarioGrid } from './scenarioGrid.ts';
import { StandardShare } from './standardShare.ts';
import type { GridPosition } from './portfolioTypes.ts';
import type { ExpiryPositions, OptionLeg } from './types.ts';

const INDEX = 60_000;
const FEE = 9;
const STRIKES = [30_000, 50_000, 58_000, 60_000, 63_000, 75_000, 140_000];
const params = DEFAULT_STANDARD_PARAMS;

interface Quote {
  readonly leg: number;
  readonly isBuy: boolean;
  readonly price: number;
}

const legArb = (strike: number, isCall: boolean): fc.Arbitrary<OptionLeg> =>
  fc
    .record({
      quantity: fc.oneof(fc.constant(0), fc.integer({ min: -90_000, max: 90_000 })),
      time: fc.integer({ min: 1, max: 6_000 }),
      orders: fc.option(
        fc.record({
          buyQuantity: fc.integer({ min: 0, max: 30_000 }),
          buyPrice: fc.integer({ min: 1, max: 9_000 }),
          sellQuantity: fc.integer({ min: 0, max: 30_000 }),
          sellPrice: fc.integer({ min: 1, max: 9_000 }),
        }),
        { nil: undefined },
      ),
    })
    .map(({ quantity, time, orders }) => {
      const inside = Math.max(0, isCall ? INDEX - strike : strike - INDEX);
      return { isCall, strike, quantity, mark: inside + time, orders };
    });
const expiryArb: fc.Arbitrary<ExpiryPositions> = fc
  .tuple(...STRIKES.flatMap((k) => [legArb(k, true), legArb(k, false)]))
  .map((options) => ({ forward: 60_500, settlementFeePerUnit: FEE, options, futures: [] }));

const quotesArb: fc.Arbitrary<Quote[]> = fc.uniqueArray(
  fc.record({
    leg: fc.nat(2 * STRIKES.length - 1),
    isBuy: fc.boolean(),
    price: fc.integer({ min: 1, max: 12_000 }),
  }),
  { minLength: 1, maxLength: 10, selector: ({ leg, isBuy }) => `${leg}/${isBuy}` },
);
/** What fills of each group, as shares of its limit: which expiry and quote, and how much. */
const fillsArb = fc.array(fc.tuple(fc.nat(1), fc.nat(9), fc.nat(4)), { maxLength: 8 });
const groupArb = fc.record({
  quotes: fc.tuple(quotesArb, fc.option(quotesArb, { nil: [] })),
  quantity: fc.integer({ min: 1, max: 60_000 }),
  fills: fillsArb,
});
type Group = typeof groupArb extends fc.Arbitrary<infer T> ? T : never;

/** Fills of a group whose quantities come to its limit at the most. */
function fillsOf({ quotes, quantity, fills }: Group): [number, Quote, number][] {
  let left = quantity;
  return fills.flatMap(([e, nth, quarters]): [number, Quote, number][] => {
    const of = quotes[e]!;
    const quote = of[nth % Math.max(of.length, 1)];
    const size = Math.ceil((left * quarters) / 4);
    if (quote === undefined || size === 0) return [];
    left -= size;
    return [[e, quote, size]];
  });
}

function summary(expiry: ExpiryPositions, quotes: readonly Quote[]): ExpiryQuotes | undefined {
  if (quotes.length === 0) return undefined;
  const sold = quotes.filter(({ isBuy }) => !isBuy).map(({ leg }) => expiry.options[leg]!);
  const calls = sold.filter(({ isCall }) => isCall).map(({ strike }) => strike);
  const puts = sold.filter(({ isCall }) => !isCall).map(({ strike }) => strike);
  const each = sold.map(
    ({ isCall, strike, mark }) => shortRequirement(isCall, strike, mark, INDEX, params).initial,
  );
  return {
    buyPrice: Math.max(0, ...quotes.filter(({ isBuy }) => isBuy).map(({ price }) => price)),
    sellEach: Math.max(0, ...each),
    isSelling: sold.length > 0,
    putStrike: Math.max(0, ...puts),
    lowestCall: Math.min(...calls),
    highestCall: Math.max(0, ...calls),
  };
}

function filled(expiry: ExpiryPositions, fills: readonly [Quote, number][]): ExpiryPositions {
  const options = expiry.options.map((leg, i) => {
    let quantity = leg.quantity;
    for (const [quote, size] of fills) {
      if (quote.leg === i) quantity += quote.isBuy ? size : -size;
    }
    return { ...leg, quantity };
  });
  return { ...expiry, options };
}

const requirement = (
  expiries: readonly ExpiryPositions[],
  confidence: number,
  collateralPrice: number,
): bigint => {
  const shares = expiries.map((expiry) => new StandardShare(expiry, INDEX, params));
  return standardInitial([{ index: INDEX, confidence, params, shares }], collateralPrice);
};

describe('groups of quotes in the standard margin', () => {
  test('no set of fills within the limits needs more than was reserved', () => {
    const groupsArb = fc.array(groupArb, { minLength: 1, maxLength: 3 });
    const doubtArb = fc.constantFrom(1, 0.3);
    const booksArb = fc.tuple(expiryArb, expiryArb, doubtArb, doubtArb, fc.constantFrom(1, 0.9));
    let tight = 0;
    fc.assert(
      fc.property(booksArb, groupsArb, ([near, far, confidence, ofFar, price], groups) => {
        const expiries = [near, { ...far, confidence: ofFar }];
        const quoted = expiries.map((expiry, e) => ({
          share: new StandardShare(expiry, INDEX, params),
          forward: expiry.forward,
          settlementFeePerUnit: FEE,
          confidence: expiry.confidence ?? 1,
          quotes: groups.map(({ quotes }) => summary(expiry, quotes[e]!)),
        }));
        const limits = groups.map(({ quantity }) => quantity);
        const market = { index: INDEX, confidence, params };
        const reserve = standardQuoteReserve(market, quoted, limits, price);
        const fills = groups.flatMap(fillsOf);
        let paid = 0;
        for (const [, quote, size] of fills) if (quote.isBuy) paid += 100 * size * quote.price;
        const after = expiries.map((expiry, e) =>
          filled(
            expiry,
            fills.filter(([of]) => of === e).map(([, quote, size]) => [quote, size]),
          ),
        );
        const before = requirement(expiries, confidence, price);
        const need = Number(requirement(after, confidence, price) - before) + paid;
        expect(reserve).toBeGreaterThanOrEqual(0);
        expect(need).toBeLessThanOrEqual(reserve + 2);
        if (need > 0.9 * reserve) tight++;
      }),
      { numRuns: 600 },
    );
    // The bound is not so loose that nothing could come near it.
    expect(tight).toBeGreaterThan(0);
  });

  test('from nothing, a contract is reserved as its short, whatever the strikes', () => {
    const quotesOf = (highestCall: number): ExpiryQuotes => ({
      ...{ buyPrice: 900, sellEach: 9_000, isSelling: true, putStrike: 0 },
      ...{ lowestCall: 60_000, highestCall },
    });
    const expiry = {
      ...{ share: undefined, forward: 60_500, settlementFeePerUnit: FEE, confidence: 1 },
    };
    const market = { index: INDEX, confidence: 1, params };
    for (const highest of [60_000, 140_000]) {
      const quoted = [{ ...expiry, quotes: [quotesOf(highest)] }];
      expect(standardQuoteReserve(market, quoted, [50_000])).toBe(5 * 9_000 * 1e6);
    }
  });

  test('what cannot fill reserves nothing', () => {
    const market = { index: INDEX, confidence: 1, params };
    expect(standardQuoteReserve(market, [], [50_000])).toBe(0);
  });
});

/** Prices of the first expiry are in doubt, and the collateral is below par. */
const MARKET: ScenarioGrid = {
  ...GRID,
  expiries: GRID.expiries.map((expiry, e) => ({ ...expiry, doubt: e === 0 ? 0.6 : 0 })),
};
const COLLATERAL = 0.95;
const UNDERLYING = 0;
const ofUnderlying = (e: number): boolean => MARKET.expiries[e]!.underlying === UNDERLYING;
const OPTIONS = [...MARKET.marks.keys()].filter(
  (i) => MARKET.isFuture[i] === 0 && ofUnderlying(MARKET.expiryOf[i]!),
);

function partsOf(held: readonly GridPosition[]): ExpiryPart[] {
  const factors = MARKET.underlyings[UNDERLYING]!;
  return [...MARKET.expiries.keys()].filter(ofUnderlying).flatMap((e) => {
    const of = held.filter(({ instrument }) => MARKET.expiryOf[instrument] === e);
    return of.length === 0 ? [] : [expiryPart(MARKET, factors, of, COLLATERAL)];
  });
}

/** Marked value and risk together, uusd. */
function netOf(held: readonly GridPosition[]): number {
  const parts = partsOf(held);
  const risk = underlyingScenarios(MARKET.underlyings[UNDERLYING]!, parts, COLLATERAL);
  let value = 0;
  for (const { scenarios } of parts) value += scenarios.optionsValue;
  return value + risk.initialRisk - risk.initialContingency;
}

describe('groups of quotes in the portfolio margin', () => {
  const quoteArb = fc.record({
    instrument: fc.constantFrom(...OPTIONS),
    buy: fc.option(fc.constantFrom(0.9, 0.99, 1.1), { nil: undefined }),
    sell: fc.option(fc.constantFrom(0.8, 1.01, 1.4), { nil: undefined }),
  });
  const quotingArb = fc.record({
    quantity: fc.integer({ min: 1, max: 200_000 }),
    quotes: fc.uniqueArray(quoteArb, {
      minLength: 1,
      maxLength: 12,
      selector: (q) => q.instrument,
    }),
    fills: fc.array(fc.tuple(fc.nat(11), fc.boolean(), fc.nat(4)), { maxLength: 8 }),
  });

  test('no set of fills within the limits needs more than was reserved', () => {
    const groupsArb = fc.array(quotingArb, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(positionsArb, groupsArb, (positions, groups) => {
        const held = positions.filter(({ instrument }) =>
          ofUnderlying(MARKET.expiryOf[instrument]!),
        );
        const factors = MARKET.underlyings[UNDERLYING]!;
        const quantities = new Map(held.map((p) => [p.instrument, p.quantity]));
        let gained = 0;
        const units = groups.map(({ quotes, quantity, fills }) => {
          let left = quantity;
          for (const [nth, isBuy, quarters] of fills) {
            const { instrument, buy, sell } = quotes[nth % quotes.length]!;
            const share = isBuy ? buy : sell;
            const size = Math.ceil((left * quarters) / 4);
            if (share === undefined) continue;
            left -= size;
            const signed = isBuy ? size : -size;
            quantities.set(instrument, (quantities.get(instrument) ?? 0) + signed);
            gained -= 100 * signed * share * MARKET.marks[instrument]!;
          }
          const quoted = quotes.map(({ instrument, buy, sell }) => ({
            instrument,
            buyPrice: buy && buy * MARKET.marks[instrument]!,
            sellPrice: sell && sell * MARKET.marks[instrument]!,
          }));
          return { unit: unitCosts(MARKET, factors, quoted, COLLATERAL), quantity };
        });
        const reserve = portfolioQuoteReserve(factors, partsOf(held), units, COLLATERAL);
        const after = [...quantities]
          .map(([instrument, quantity]) => ({ instrument, quantity }))
          .filter(({ quantity }) => quantity !== 0)
          .sort((a, b) => a.instrument - b.instrument);
        expect(netOf(after) + gained - netOf(held)).toBeGreaterThanOrEqual(-reserve - 2);
      }),
      { numRuns: 500 },
    );
  });
});
