import { isExempt, judge, TOLERANCE_USD } from './margin.ts';
import type { Change } from './margin.ts';
import { feePercent, fillFee, PPM, RULES, UNITS } from './types.ts';
import type { Account, Order, Quotes, SelfTrade, Series } from './types.ts';

/**
 * Two sides, each best first: plain arrays, sorted by price, then by age; and who waits outside, by
 * volatility.
 */
export interface Book {
  readonly bids: Order[];
  readonly asks: Order[];
  readonly outside: Order[];
}

/** At what an order is in its book. */
export const priceOf = ({ nowUusd, priceUusd }: Order): bigint => nowUusd ?? priceUusd;

/** Whether somebody on a side gives more than another. */
export const isBetter = (isBuy: boolean, a: bigint, b: bigint): boolean => (isBuy ? a > b : a < b);

export interface Taker {
  readonly id: bigint;
  readonly account: Account;
  readonly series: Series;
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
  readonly isReduceOnly: boolean;
  readonly selfTrade: SelfTrade;
  left: bigint;
}

/** What the rules allow: `maybe` where rounding decides. */
export type Verdict = 'yes' | 'no' | 'maybe';

export interface Fill {
  readonly maker: Order;
  readonly priceUusd: bigint;
  readonly quantity: bigint;
}

/** The band around the mark (ADR 006), in uusd; a hair of play for the mark's rounding. */
export function band(quotes: Quotes, series: Series): { low: number; high: number } {
  const mark = quotes.mark(series) * 1e6;
  const index = quotes.index(series.underlyingId) * 1e6;
  const width = Math.max(
    (mark * Number(RULES.bandOfMarkPpm)) / Number(PPM),
    (index * Number(RULES.bandOfIndexPpm)) / Number(PPM),
  );
  return { low: Math.max(mark - width, 0), high: mark + width };
}

/** What an account pays for its side of a fill. */
function feeOf(
  quotes: Quotes,
  { account, isMaker }: { readonly account: Account; readonly isMaker: boolean },
  series: Series,
  price: bigint,
  quantity: bigint,
): bigint {
  const percent = feePercent(account, quotes.timeMs, isMaker);
  return fillFee(quotes.indexUusd(series.underlyingId), price, quantity, percent);
}

interface Side {
  readonly series: Series;
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
  readonly quantity: bigint;
  /** An order that rests: it is smaller by the quantity then. */
  readonly resting?: Order;
  readonly isMaker?: boolean;
}

/** Whether an account may take its side of a fill (venue §5). */
export function mayFill(quotes: Quotes, account: Account, side: Side, isFree = false): Verdict {
  const { series, isBuy, priceUusd, quantity, resting } = side;
  const isMaker = side.isMaker ?? resting !== undefined;
  const premium = (priceUusd * quantity) / UNITS;
  const who = { account, isMaker };
  const fee = isFree ? 0n : feeOf(quotes, who, series, priceUusd, quantity);
  const change: Change = {
    cashUusd: (isBuy ? -premium : premium) - fee,
    position: { series, quantity: isBuy ? quantity : -quantity },
    ...(resting === undefined ? {} : { taken: { order: resting, quantity } }),
  };
  const before = judge(account, quotes);
  const after = judge(account, quotes, change);
  if (account.mode === 'covered') {
    // To the uusd: no price comes in.
    return after.maintenance >= 0 ? 'yes' : 'no';
  }
  const at = (slack: number) =>
    (after.initial >= slack && after.cash >= 0) ||
    isExempt(before, after, Number(fee) / 1e6, -slack);
  return verdictOf(at(TOLERANCE_USD), at(-TOLERANCE_USD));
}

export const verdictOf = (strictly: boolean, loosely: boolean): Verdict =>
  strictly ? 'yes' : loosely ? 'maybe' : 'no';

/** Whether an order may be placed beside what rests (ADR 041). */
export function mayPlace(quotes: Quotes, account: Account, order: Taker): Verdict {
  const { initial } = judge(account, quotes, { order });
  const kept = verdictOf(initial >= TOLERANCE_USD, initial >= -TOLERANCE_USD);
  // The exemption: beside nothing, or beside what can only reduce like itself (ADR 160).
  const reduces = order.isReduceOnly && [...account.orders].every((other) => other.isReduceOnly);
  if (kept === 'yes' || (account.orders.size > 0 && !reduces)) return kept;
  const side = { ...order, quantity: order.left };
  const exempt = mayFill(quotes, account, side, true);
  return exempt === 'no' ? kept : exempt;
}

/** How much of a position a side would close. */
export function reducible({ positions }: Account, series: Series, isBuy: boolean): bigint {
  const held = positions.get(series.id) ?? 0n;
  const against = isBuy ? -held : held;
  return against > 0n ? against : 0n;
}

/** Why a maker may not trade this now, or null. */
export function makerRefusal(quotes: Quotes, fill: Fill): [string, Verdict] | null {
  const { maker, priceUusd, quantity } = fill;
  const { series, isBuy, account } = maker;
  const { low, high } = band(quotes, series);
  const price = Number(priceUusd);
  if (price < low - 1 || price > high + 1) return ['price_band', 'no'];
  if (maker.isReduceOnly && reducible(account, series, isBuy) < quantity) {
    return ['reduce_only', 'no'];
  }
  if (maker.group !== undefined) return null;
  const may = mayFill(quotes, account, { series, isBuy, priceUusd, quantity, resting: maker });
  return may === 'yes' ? null : ['margin', may];
}

let cameLast = 0;

/** Puts an order behind those of its price. */
export function rest(book: Book, order: Order): void {
  order.seq = ++cameLast;
  const side = order.isBuy ? book.bids : book.asks;
  const at = side.findIndex((other) => isBetter(order.isBuy, priceOf(order), priceOf(other)));
  side.splice(at === -1 ? side.length : at, 0, order);
  if (order.group === undefined) order.account.orders.add(order);
  else order.group.quotes.push(order);
}

export function remove(book: Book, order: Order): void {
  for (const side of [book.bids, book.asks, book.outside]) {
    if (side.includes(order)) side.splice(side.indexOf(order), 1);
  }
  order.account.orders.delete(order);
  const quotes = order.group?.quotes ?? [];
  if (quotes.includes(order)) quotes.splice(quotes.indexOf(order), 1);
}

export { feeOf };
