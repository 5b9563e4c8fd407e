import type { Series, Underlying } from '../../../../proto/gen/tenor.options.v1.ts';
import { priceAtVol } from '../../margin/index.ts';
import type { Band } from '../../margin/index.ts';
import type { View } from '../../../runtime/context.ts';
import type { Book } from '../core/index.ts';
import { tickAbove, tickAtOrAbove, tickAtOrBelow, tickBelow } from '../orders/admit/priceRules.ts';
import { toUusd } from '../units.ts';

const BP = 10_000;

/** What is asked of an order by volatility. */
export interface VolTerms {
  readonly isBuy: boolean;
  /** In 1e-4. */
  readonly volBp: number;
  /** It pays no more, and takes no less; a contract. */
  readonly boundUusd: bigint;
}

/** Where in the market an order by volatility may be. */
export interface VolMarket {
  readonly series: Series;
  readonly underlying: Underlying;
  readonly band: Band;
  readonly book: Book | undefined;
}

/**
 * What a volatility is worth now, a contract, on the tick table and rounded against whoever gives
 * it; 0 for a bid of less than the first price. Undefined without prices. It grows with the
 * volatility, so that who bids the most of it bids the most.
 */
export function volPrice(
  view: View,
  series: Series,
  underlying: Underlying,
  { isBuy, volBp }: Pick<VolTerms, 'isBuy' | 'volBp'>,
): bigint | undefined {
  const usd = priceAtVol(view, series, volBp / BP);
  if (usd === undefined) return undefined;
  const uusd = usd * 1e6;
  return isBuy
    ? tickAtOrBelow(underlying, BigInt(Math.floor(uusd)))
    : tickAtOrAbove(underlying, BigInt(Math.ceil(uusd)));
}

/** Within the bound. */
export function withinBound({ isBuy, boundUusd }: VolTerms, priceUusd: bigint): bigint {
  return isBuy ? smaller(priceUusd, boundUusd) : larger(priceUusd, boundUusd);
}

/**
 * Where it may rest as a maker: within its bound and the band, and behind the best of the other
 * side, which it does not take by being repriced. 0 where there is no such price.
 */
export function makerPrice(terms: VolTerms, market: VolMarket, priceUusd: bigint): bigint {
  const { underlying, band, book } = market;
  const wanted = withinBound(terms, priceUusd);
  const best = terms.isBuy ? book?.bestAsk() : book?.bestBid();
  const other = best === undefined || best === null ? undefined : toUusd(best);
  if (terms.isBuy) {
    const highest = tickAtOrBelow(underlying, band.highUusd);
    const behind = other === undefined ? highest : smaller(highest, tickBelow(underlying, other));
    return smaller(wanted, behind);
  }
  const lowest = tickAtOrAbove(underlying, band.lowUusd);
  return larger(
    wanted,
    other === undefined ? lowest : larger(lowest, tickAbove(underlying, other)),
  );
}

/** Whether a maker's price is within what a taker pays or takes. */
export const crosses = (isMakerBuy: boolean, makerUusd: bigint, limitUusd: bigint): boolean =>
  isMakerBuy ? makerUusd >= limitUusd : makerUusd <= limitUusd;

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
const larger = (a: bigint, b: bigint) => (a > b ? a : b);
