import { POST_ONLY_SHIFT, STP_SHIFT } from './arena.ts';
import { keyOf, type BookState } from './bookState.ts';
import {
  AUCTION,
  BUY,
  FOK,
  GTC,
  IOC,
  POST_ONLY_NONE,
  POST_ONLY_REJECT,
  POST_ONLY_SLIDE,
  REJECT_AUCTION_PHASE,
  REJECT_BOOK_FULL,
  REJECT_DEPTH_LIMIT,
  REJECT_DUPLICATE_ID,
  REJECT_ID,
  REJECT_OPTIONS,
  REJECT_OWNER,
  REJECT_POST_ONLY,
  REJECT_PRICE,
  REJECT_REDUCE_ONLY,
  REJECT_SIDE,
  REJECT_SIZE,
  REJECT_TAG,
  SELL,
  STP_BOTH,
  STP_TAKER,
  type BookOptions,
  type OrderRequest,
  type PostOnly,
  type Side,
  type TimeInForce,
} from './types.ts';

const ACCEPT = 0;

/** Whether an option is one of the codes from 0 to the last. */
function isCode(value: number | undefined, last: number): boolean {
  return value === undefined || (value >>> 0 === value && value <= last);
}

/** Whether it is a whole number from 1 on: a limit of matches, a reason of the caller's. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

export function isPrice(limits: Required<BookOptions>, price: number): boolean {
  return Math.floor(price) === price && price >= limits.minPrice && price <= limits.maxPrice;
}

export function isSize(limits: Required<BookOptions>, size: number): boolean {
  return Math.floor(size) === size && size >= 1 && size <= limits.maxSize;
}

export function timeInForceOf(order: OrderRequest): TimeInForce {
  return order.timeInForce ?? (order.market === true ? IOC : GTC);
}

/** The code to reject an order with before it meets anyone, or 0. */
export function rejectionOf(
  state: BookState,
  limits: Required<BookOptions>,
  order: OrderRequest,
): number {
  if (!Number.isSafeInteger(order.id)) return REJECT_ID;
  if (!Number.isSafeInteger(order.owner)) return REJECT_OWNER;
  if (!Number.isSafeInteger(order.tag)) return REJECT_TAG;
  // The types forbid another side; a caller in plain JavaScript, or one that casts, may still send
  // it.
  const side: number = order.side;
  if (side !== BUY && side !== SELL) return REJECT_SIDE;
  if (!isPrice(limits, order.price)) return REJECT_PRICE;
  if (!isSize(limits, order.size)) return REJECT_SIZE;
  if (!areOptionsSound(order)) return REJECT_OPTIONS;
  if (order.reduceOnlySize === 0) return REJECT_REDUCE_ONLY;
  if (state.find(order.id) >= 0) return REJECT_DUPLICATE_ID;
  return rejectionByBook(state, limits, order);
}

function areOptionsSound(order: OrderRequest): boolean {
  if (!isCode(order.timeInForce, FOK) || !isCode(order.postOnly, POST_ONLY_SLIDE)) return false;
  if (!isCode(order.stp, STP_BOTH)) return false;
  if (order.maxMatches !== undefined && !isCount(order.maxMatches)) return false;
  const { reduceOnlySize, market } = order;
  if (reduceOnlySize !== undefined && reduceOnlySize !== 0 && !isCount(reduceOnlySize))
    return false;
  if (market !== undefined && typeof market !== 'boolean') return false;
  if (market === true && order.timeInForce === GTC) return false;
  const isPostOnly = (order.postOnly ?? POST_ONLY_NONE) !== POST_ONLY_NONE;
  return !isPostOnly || timeInForceOf(order) === GTC;
}

function rejectionByBook(
  state: BookState,
  limits: Required<BookOptions>,
  order: OrderRequest,
): number {
  if (timeInForceOf(order) !== GTC) return state.phase === AUCTION ? REJECT_AUCTION_PHASE : ACCEPT;
  if (state.orderCount >= limits.maxOrders) return REJECT_BOOK_FULL;
  if (state.ladder(order.side).depth + order.size > Number.MAX_SAFE_INTEGER) {
    return REJECT_DEPTH_LIMIT;
  }
  if (order.postOnly === undefined) return ACCEPT;
  const price = postOnlyPrice(state, order.side, order.price, order.postOnly);
  return isPrice(limits, price) ? ACCEPT : REJECT_POST_ONLY;
}

/**
 * The price an order may rest at: its own, the slid one, or infinite where it must be rejected
 * instead.
 */
export function postOnlyPrice(
  state: BookState,
  side: Side,
  price: number,
  postOnly: PostOnly,
): number {
  if (postOnly === POST_ONLY_NONE || state.phase === AUCTION) return price;
  const opposite = state.ladder(1 - side);
  if (opposite.best < 0) return price;
  const best = keyOf(1 - side, opposite.key(opposite.best));
  if (side === BUY ? price < best : price > best) return price;
  if (postOnly === POST_ONLY_REJECT) return Number.POSITIVE_INFINITY;
  return side === BUY ? best - 1 : best + 1;
}

/**
 * Writes an admitted order into the record of a free slot. Adding 0 makes −0 a 0, which it must not
 * differ from.
 */
export function writeRecord(state: BookState, slot: number, order: OrderRequest): void {
  const { arena } = state;
  const postOnly = order.postOnly ?? POST_ONLY_NONE;
  const cap = order.reduceOnlySize ?? order.size;
  arena.setId(slot, order.id + 0);
  arena.setOwner(slot, order.owner + 0);
  arena.setTag(slot, order.tag + 0);
  arena.setPrice(slot, postOnlyPrice(state, order.side, order.price + 0, postOnly));
  arena.setSize(slot, cap < order.size ? cap : order.size);
  const stp = order.stp ?? STP_TAKER;
  arena.setFlags(slot, order.side | (stp << STP_SHIFT) | (postOnly << POST_ONLY_SHIFT));
}
