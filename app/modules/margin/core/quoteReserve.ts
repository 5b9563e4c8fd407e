import { doubtOf } from './doubt.ts';
import { sumOrderCosts, orderCosts } from './orderCosts.ts';
import type { OrderCosts } from './orderCosts.ts';
import { initialFactor, underlyingScenarios } from './expiryPart.ts';
import type { ExpiryPart } from './expiryPart.ts';
import { weightOf } from './rounding.ts';
import type { GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';
import type { StandardShare } from './standardShare.ts';
import type { StandardParams } from './types.ts';

/**
 * What a group of quotes needs. However many series it quotes, no more than a stated quantity of
 * them fills: so each contract of that is charged at the dearest of its quotes, and only once
 * (ADR 114). Everything is linear in what fills, which is why the dearest one bounds all mixtures.
 */

/** What a contract of one group's quotes at one expiry can come to, USD; 0 where none is quoted. */
export interface ExpiryQuotes {
  /** The highest bid, fee included. */
  readonly buyPrice: number;
  /** The largest initial requirement of a short that is offered. */
  readonly sellEach: number;
  readonly isSelling: boolean;
  /** The highest strike of a put on offer. */
  readonly putStrike: number;
  /** The strikes of calls on offer; the lowest is infinite without any. */
  readonly lowestCall: number;
  readonly highestCall: number;
}

/** One expiry that groups quote, with what the account holds of it. */
export interface QuotedStandard {
  readonly share: StandardShare | undefined;
  readonly forward: number;
  readonly settlementFeePerUnit: number;
  /** Of its forward and volatilities. */
  readonly confidence: number;
  /** By group, undefined for one that does not quote here. */
  readonly quotes: readonly (ExpiryQuotes | undefined)[];
}

/** A way to judge an expiry: what it needs as it is, and what a contract of each group adds. */
interface Method {
  readonly base: number;
  readonly rates: readonly number[];
  readonly highest: number;
}

/**
 * What the groups of one underlying add to the initial requirement of an account, uusd.
 *
 * Fills add to each method of an expiry no more than their quantity times its rate, and an expiry
 * needs no more than any one of its methods. So for every choice of methods
 * sum of bases + sum over groups of quantity × highest rate chosen is enough; the least of some
 * choices is taken: for each rate, the cheapest methods of all whose rate is not higher.
 *
 * @param quantities what can fill of each group, 1e-4 contract
 * @param collateralPrice in USD
 */
export function standardQuoteReserve(
  { index, confidence, params }: { index: number; confidence: number; params: StandardParams },
  expiries: readonly QuotedStandard[],
  quantities: readonly number[],
  collateralPrice = 1,
): number {
  const methods = expiries.map((expiry) => methodsOf(expiry, params));
  let before = 0;
  for (const { share } of expiries) before += share?.initial.requirement ?? 0;
  let least = Infinity;
  for (const { highest } of methods.flat()) {
    least = Math.min(least, needOf(methods, quantities, highest));
  }
  if (least === Infinity) return 0;
  const depeg = Math.max(0, params.collateralThreshold - collateralPrice);
  let charged = 0;
  quantities.forEach((quantity, g) => {
    const selling = expiries.filter(({ quotes }) => quotes[g]?.isSelling === true);
    if (selling.length === 0) return;
    const doubts = selling.map((e) =>
      doubtOf(confidence, e.confidence, params.confidenceThreshold),
    );
    charged += weightOf(quantity) * (Math.max(...doubts) + depeg * params.collateralFactor);
  });
  return Math.max(0, least - before) + charged * index;
}

/** What is enough with no method whose rate is above `limit`, where there is another. */
function needOf(
  methods: readonly (readonly Method[])[],
  quantities: readonly number[],
  limit: number,
): number {
  let need = 0;
  const rates = quantities.map(() => 0);
  for (const [sum, loss] of methods) {
    const chosen = choose(sum!, loss!, limit);
    need += chosen.base;
    chosen.rates.forEach((rate, g) => {
      rates[g] = Math.max(rates[g]!, rate);
    });
  }
  quantities.forEach((quantity, g) => {
    need += weightOf(quantity) * rates[g]!;
  });
  return need;
}

function choose(a: Method, b: Method, limit: number): Method {
  const [low, high] = a.highest <= b.highest ? [a, b] : [b, a];
  return high.highest <= limit && high.base < low.base ? high : low;
}

function methodsOf(expiry: QuotedStandard, params: StandardParams): [Method, Method] {
  const { share, forward, settlementFeePerUnit: fee, quotes } = expiry;
  let freeStrike = Math.max(forward, share?.initial.maximumLoss.freeStrike ?? 0);
  for (const quoted of quotes) freeStrike = Math.max(freeStrike, quoted?.highestCall ?? 0);
  const bySum = quotes.map((q) => (q === undefined ? 0 : Math.max(q.buyPrice, q.sellEach)));
  const byLoss = quotes.map((q) => {
    if (q === undefined) return 0;
    const put = q.putStrike > 0 ? q.putStrike + fee : 0;
    // One more free call at K*, which is at or above every strike on offer.
    const call =
      q.highestCall > 0 ? params.nakedCallInitial * forward + freeStrike - q.lowestCall + fee : 0;
    return Math.max(q.buyPrice, put, call);
  });
  const sum = share === undefined ? 0 : share.initial.sum + share.initial.futures;
  return [method(sum, bySum), method(share?.initialLossFrom(freeStrike) ?? 0, byLoss)];
}

const method = (base: number, rates: readonly number[]): Method => ({
  base,
  rates,
  highest: Math.max(0, ...rates),
});

/** What a contract of a group's quotes can take from each measure of risk, uusd. */
export interface UnitCosts {
  readonly costs: OrderCosts | null;
  readonly isSelling: boolean;
  /** Of what is offered: as of `Exposure`. */
  readonly doubt: number;
}

/** One quoted series: limits of either side, fees as in `OpenOrders`; undefined where none is. */
export interface QuotedInstrument {
  readonly instrument: number;
  readonly buyPrice: number | undefined;
  readonly sellPrice: number | undefined;
}

const CONTRACT = 10_000;

/** The dearest contract of some series, measure by measure. */
export function unitCosts(
  grid: ScenarioGrid,
  factors: GridUnderlyingFactors,
  quoted: readonly QuotedInstrument[],
  collateralPrice = 1,
): UnitCosts {
  const factor = initialFactor(factors.params, collateralPrice);
  let dearest: OrderCosts | null = null;
  let isSelling = false;
  let doubt = 0;
  for (const { instrument, buyPrice, sellPrice } of quoted) {
    const orders = {
      buyQuantity: buyPrice === undefined ? 0 : CONTRACT,
      buyPrice: buyPrice ?? 0,
      sellQuantity: sellPrice === undefined ? 0 : CONTRACT,
      sellPrice: sellPrice ?? 0,
    };
    if (sellPrice !== undefined) {
      isSelling = true;
      doubt = Math.max(doubt, grid.expiries[grid.expiryOf[instrument]!]!.doubt);
    }
    dearest = dearer(dearest, orderCosts(grid, factors, [{ instrument, orders }], factor));
  }
  return { costs: dearest, isSelling, doubt };
}

/** Of several expiries of one group. */
export function dearestOf(parts: readonly UnitCosts[]): UnitCosts {
  let costs: OrderCosts | null = null;
  let doubt = 0;
  for (const part of parts) {
    costs = dearer(costs, part.costs);
    doubt = Math.max(doubt, part.doubt);
  }
  return { costs, isSelling: parts.some((part) => part.isSelling), doubt };
}

function dearer(a: OrderCosts | null, b: OrderCosts | null): OrderCosts | null {
  if (a === null || b === null) return a ?? b;
  return {
    scenarios: a.scenarios.map((cost, s) => Math.min(cost, b.scenarios[s]!)),
    basis: Math.min(a.basis, b.basis),
    term: Math.min(a.term, b.term),
    none: Math.min(a.none, b.none),
  };
}

/**
 * What the groups of one underlying add to the portfolio margin of an account, uusd: each measure
 * takes from the dearest contract of each group, times what can fill of it.
 *
 * @param parts what the account holds and orders, by expiry
 */
export function portfolioQuoteReserve(
  factors: GridUnderlyingFactors,
  parts: readonly ExpiryPart[],
  groups: readonly { readonly unit: UnitCosts; readonly quantity: number }[],
  collateralPrice = 1,
): number {
  const quoted = groups.map(({ unit, quantity }) => partOf(factors, unit, quantity));
  const need = (of: readonly ExpiryPart[]): number => {
    const { initialRisk, initialContingency } = underlyingScenarios(factors, of, collateralPrice);
    return initialContingency - initialRisk;
  };
  return Math.max(0, need([...parts, ...quoted]) - need(parts));
}

/** Quotes as an expiry that holds nothing and has orders. */
function partOf(
  { damping }: GridUnderlyingFactors,
  { costs, isSelling, doubt }: UnitCosts,
  quantity: number,
): ExpiryPart {
  const contracts = quantity / CONTRACT;
  const scaled = sumOrderCosts([costs]);
  const naked = isSelling ? weightOf(quantity) : 0;
  return {
    scenarios: { optionsValue: 0, scenarioPnl: Array.from(damping, () => 0), basis: 0, term: 0 },
    costs: scaled && {
      scenarios: scaled.scenarios.map((cost) => cost * contracts),
      basis: scaled.basis * contracts,
      term: scaled.term * contracts,
      none: scaled.none * contracts,
    },
    exposure: {
      ...{ naked: 0, nakedReserved: naked },
      ...{ notional: 0, notionalReserved: 0, futuresReserved: 0, doubt },
    },
  };
}
