import { portfolioRisk, unitOf } from './portfolio.ts';
import {
  byExpiry,
  chargeOf,
  methodsOf,
  perShort,
  RATES,
  SETTLEMENT_FEE,
  TRADING_FEE,
  usd,
} from './standard.ts';
import { pricesOf } from './lines.ts';
import { least } from './types.ts';
import type { Group, Line, Mode, Order, Quotes } from './types.ts';

/** R: the most that can fill of a group, its budget or all that it quotes. */
export const mostFilled = ({ budget, quotes }: Group): bigint =>
  least(
    budget,
    quotes.reduce((sum, { left }) => sum + left, 0n),
  );

/** What groups of quotes reserve of the initial margin beside lines, in USD (ADR 114). */
export function reserveOf(
  groups: readonly Group[],
  lines: readonly Line[],
  quotes: Quotes,
  mode: Mode,
): number {
  const quoting = groups.filter((group) => group.quotes.length > 0);
  let reserve = 0;
  for (const id of new Set(quoting.map(({ underlyingId }) => underlyingId))) {
    const own = quoting.filter(({ underlyingId }) => underlyingId === id);
    const held = lines.filter(({ series }) => series.underlyingId === id);
    reserve += mode === 'portfolio' ? portfolio(own, held, quotes) : standard(own, held, quotes);
    // A uusd for each unit, as fees of fills round up.
    for (const group of own) reserve += usd(mostFilled(group));
  }
  return reserve;
}

interface Way {
  readonly base: number;
  /** By group: what a contract of its quotes adds at most. */
  readonly rates: readonly number[];
}

const contractsOf = (group: Group) => Number(mostFilled(group)) / 1e4;
const highest = ({ rates }: Way) => Math.max(0, ...rates);

/**
 * For every rate the cheapest ways of those expiries whose rates are not above it, and the least of
 * all these sums, less what is needed without quotes.
 */
function standard(groups: readonly Group[], lines: readonly Line[], quotes: Quotes): number {
  const seconds = [
    ...new Set(groups.flatMap((g) => g.quotes.map(({ series }) => series.expirySeconds))),
  ];
  const index = quotes.index(groups[0]!.underlyingId);
  const expiries = seconds.map((at) => {
    const own = lines.filter(({ series }) => series.expirySeconds === at);
    const quoted = groups.map((g) => g.quotes.filter((q) => q.series.expirySeconds === at));
    return { own, ways: waysOf(own, quoted, index, quotes) };
  });
  const before = expiries.reduce(
    (sum, { own }) => sum + (own.length === 0 ? 0 : Math.min(...methodsOf(own, index, 0))),
    0,
  );
  const limits = expiries.flatMap(({ ways }) => ways.map(highest));
  const needs = limits.map((limit) => {
    const chosen = expiries.map(({ ways }) => choose(ways, limit));
    const bases = chosen.reduce((sum, { base }) => sum + base, 0);
    return groups.reduce((sum, group, g) => {
      const rate = Math.max(...chosen.map(({ rates }) => rates[g]!));
      return sum + contractsOf(group) * rate;
    }, bases);
  });
  const sold = groups.filter((group) => group.quotes.some(({ isBuy }) => !isBuy)).map(contractsOf);
  const charge = chargeOf(quotes, groups[0]!.underlyingId);
  const charged = sold.reduce((sum, size) => sum + size * charge, 0);
  return Math.max(0, Math.min(...needs) - before) + charged;
}

/** The way with the lower rates, unless the other one's are within the limit and it is cheaper. */
function choose([a, b]: readonly [Way, Way], limit: number): Way {
  const [low, high] = highest(a) <= highest(b) ? [a, b] : [b, a];
  return highest(high) <= limit && high.base < low.base ? high : low;
}

/** Every short by itself, or the maximum loss with K* at or above every call on offer. */
function waysOf(
  lines: readonly Line[],
  quoted: readonly (readonly Order[])[],
  index: number,
  quotes: Quotes,
): readonly [Way, Way] {
  const strike = ({ series }: Order) => usd(series.strikeUusd);
  const sold = (of: readonly Order[], isCall: boolean) =>
    of.filter(({ isBuy, series }) => !isBuy && series.isCall === isCall);
  const offered = quoted.flatMap((of) => sold(of, true).map(strike));
  const shorts = lines.filter((l) => l.held - l.sells < 0).map((l) => usd(l.series.strikeUusd));
  const from = Math.max(index, ...shorts, ...offered);
  const [sum, loss] = lines.length === 0 ? [0, 0] : methodsOf(lines, index, from);
  const price = (of: readonly Order[]) =>
    Math.max(0, ...of.filter((q) => q.isBuy).map((q) => usd(q.priceUusd) + TRADING_FEE * index));
  const each = ({ series }: Order) => perShort(pricesOf(series, quotes), index, true);
  const fee = ({ series }: Order) => (series.isDaily ? 0 : SETTLEMENT_FEE * index);
  const freeCall = RATES.initial.freeCall * index;
  return [
    {
      base: sum,
      rates: quoted.map((of) => Math.max(price(of), ...of.filter((q) => !q.isBuy).map(each))),
    },
    {
      base: loss,
      rates: quoted.map((of) =>
        Math.max(
          price(of),
          ...sold(of, false).map((q) => strike(q) + fee(q)),
          ...sold(of, true).map((q) => freeCall + from - strike(q) + fee(q)),
        ),
      ),
    },
  ];
}

/** Measure by measure the dearest contract of each group, times what can fill of it. */
function portfolio(groups: readonly Group[], lines: readonly Line[], quotes: Quotes): number {
  const extra = groups.map((group) => ({
    contracts: contractsOf(group),
    isSelling: group.quotes.some(({ isBuy }) => !isBuy),
    units: group.quotes.map((quote) => unitOf(lineOf(quote, quotes), quotes)),
  }));
  const expiries = byExpiry(lines);
  const { underlyingId } = groups[0]!;
  const without = portfolioRisk(expiries, quotes, underlyingId);
  return Math.max(
    0,
    without.initial - portfolioRisk(expiries, quotes, underlyingId, extra).initial,
  );
}

/** One contract of a quote as an order. */
function lineOf({ series, isBuy, priceUusd }: Order, quotes: Quotes): Line {
  const fee = TRADING_FEE * quotes.index(series.underlyingId);
  const none = { held: 0, buys: 0, highestBid: 0, sells: 0, lowestOffer: 0 };
  const line = { ...pricesOf(series, quotes), ...none };
  return isBuy
    ? { ...line, buys: 1, highestBid: usd(priceUusd) + fee }
    : { ...line, sells: 1, lowestOffer: Math.max(usd(priceUusd) - fee, 0) };
}
