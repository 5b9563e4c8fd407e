import { band, isBetter, priceOf, remove, rest } from './matching.ts';
import type { Book } from './matching.ts';
import { besides, tickAtOrAbove, tickAtOrBelow } from './ticks.ts';
import { least, most } from './types.ts';
import type { Order, Quotes, Series } from './types.ts';

/** Of an order by volatility, what decides its price (ADR 148). */
interface ByVol {
  readonly series: Series;
  readonly isBuy: boolean;
  /** In 1e-4. */
  readonly volBp: number;
  /** Its bound. */
  readonly priceUusd: bigint;
}

interface Coming {
  readonly series: Series;
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
  readonly left: bigint;
}

/** What a volatility is worth now, on the tick table against whoever gives it; 0: nothing. */
export function worthOf({ series, isBuy, volBp }: Omit<ByVol, 'priceUusd'>, quotes: Quotes) {
  const uusd = quotes.worth(series, volBp / 10_000) * 1e6;
  const id = series.underlyingId;
  return isBuy
    ? tickAtOrBelow(id, BigInt(Math.floor(uusd)))
    : tickAtOrAbove(id, BigInt(Math.ceil(uusd)));
}

/** As good as that, and no better than its bound. */
export function offerOf(order: ByVol, quotes: Quotes): bigint {
  const worth = worthOf(order, quotes);
  return (order.isBuy ? least : most)(worth, order.priceUusd);
}

/** Behind the best of the other side, and in the band: it does not take by being repriced. */
function makerPrice(order: ByVol, book: Book, quotes: Quotes): bigint {
  const { series, isBuy } = order;
  const id = series.underlyingId;
  const other = (isBuy ? book.asks : book.bids)[0];
  const { low, high } = band(quotes, series);
  const edge = isBuy
    ? tickAtOrBelow(id, BigInt(Math.floor(high)))
    : tickAtOrAbove(id, BigInt(Math.ceil(low)));
  const behind = other === undefined ? edge : besides(id, isBuy, priceOf(other));
  const inner = isBuy ? least : most;
  return inner(offerOf(order, quotes), inner(edge, behind));
}

export const isByVol = (order: Order): order is Order & ByVol => order.volBp !== undefined;

/** Of two on one side: by the block in which each came or was replaced, in it by id. */
const older = (a: Order, b: Order): number => a.since - b.since || Number(a.id - b.id);

/** Who waits outside the book on a side, by volatility. */
export const ladder = ({ outside }: Book, isBuy: boolean): (Order & ByVol)[] =>
  outside
    .filter((order) => order.isBuy === isBuy)
    .filter(isByVol)
    .sort((a, b) => (isBuy ? b.volBp - a.volBp : a.volBp - b.volBp) || older(a, b));

/** By one order (genesis). With 200,000 gas, as an allowance covers, some forty. */
const MAX_PRICED = 100;

const reaches = (taker: Coming, priceUusd: bigint): boolean =>
  taker.isBuy ? priceUusd <= taker.priceUusd : priceUusd >= taker.priceUusd;

const sizeOf = (orders: readonly Order[]): bigint =>
  orders.reduce((sum, { left }) => sum + left, 0n);

/**
 * Before an order meets the book: who waits by volatility on the other side is priced, best first,
 * and put into it as far as the order may meet them; who rests at a bound and is worth less leaves.
 *
 * @returns who is to go back afterwards
 */
export function bring(book: Book, taker: Coming, quotes: Quotes): Order[] {
  const left = MAX_PRICED - leaveBounds(book, taker, quotes);
  const isBuy = !taker.isBuy;
  const side = isBuy ? book.bids : book.asks;
  const found: Order[] = [];
  for (const order of ladder(book, isBuy)) {
    const worth = worthOf(order, quotes);
    if (worth === 0n || !reaches(taker, worth)) break;
    const nowUusd = makerPrice(order, book, quotes);
    const isAtBound = nowUusd === order.priceUusd;
    if (!isAtBound && (nowUusd <= 0n || !reaches(taker, nowUusd))) break;
    const ahead = [...side, ...found].filter((o) => !isBetter(isBuy, nowUusd, priceOf(o)));
    if (!isAtBound && sizeOf(ahead) >= taker.left) break;
    if (found.length === left) break;
    order.nowUusd = nowUusd;
    found.push(order);
  }
  for (const order of found) {
    remove(book, order);
    rest(book, order);
  }
  for (const order of found) if (priceOf(order) === order.priceUusd) delete order.nowUusd;
  return found.filter(({ nowUusd }) => nowUusd !== undefined);
}

/** Whether somebody who waits by volatility would be offered at what an order reaches. */
export function meetsByVol(book: Book, taker: Coming, quotes: Quotes): boolean {
  for (const order of ladder(book, !taker.isBuy)) {
    const worth = worthOf(order, quotes);
    if (worth === 0n || !reaches(taker, worth)) return false;
    const priceUusd = makerPrice(order, book, quotes);
    if (priceUusd > 0n && reaches(taker, priceUusd)) return true;
    if (priceUusd !== order.priceUusd) return false;
  }
  return false;
}

/** Returns how many were looked at. */
function leaveBounds(book: Book, taker: Coming, quotes: Quotes): number {
  const isBuy = !taker.isBuy;
  const side = isBuy ? book.bids : book.asks;
  const atBounds = side
    .filter(isByVol)
    .sort((a, b) =>
      a.priceUusd === b.priceUusd
        ? older(a, b)
        : isBetter(isBuy, a.priceUusd, b.priceUusd)
          ? -1
          : 1,
    );
  let looked = 0;
  for (const order of atBounds) {
    const better = side.filter((o) => isBetter(isBuy, priceOf(o), order.priceUusd));
    if (!reaches(taker, order.priceUusd) || sizeOf(better) >= taker.left) break;
    if (looked === MAX_PRICED) break;
    looked++;
    if (!isBetter(isBuy, order.priceUusd, worthOf(order, quotes))) continue;
    waitOutside(book, order);
  }
  return looked;
}

/** An order comes to wait, or waits again. */
export function waitOutside(book: Book, order: Order): void {
  remove(book, order);
  delete order.nowUusd;
  book.outside.push(order);
  order.account.orders.add(order);
}

/** What is left of those that were brought. */
export function putBack(book: Book, brought: readonly Order[]): void {
  for (const order of brought) if (order.account.orders.has(order)) waitOutside(book, order);
}
