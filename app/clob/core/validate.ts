import {
  BUY,
  FOK,
  GTC,
  POST_ONLY_NONE,
  POST_ONLY_SLIDE,
  REJECT_ID,
  REJECT_OPTIONS,
  REJECT_OWNER,
  REJECT_REDUCE_ONLY,
  REJECT_SIDE,
  REJECT_TAG,
  SELL,
  STP_BOTH,
  type OrderRequest,
} from './types.ts';

function isCode(value: number, last: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= last;
}

/** The code to reject an order with for what it says regardless of any book, or 0. Price and size bounds are the book's. */
export function rejectionOf(order: OrderRequest): number {
  if (!Number.isSafeInteger(order.id)) return REJECT_ID;
  if (!Number.isSafeInteger(order.owner)) return REJECT_OWNER;
  if (!Number.isSafeInteger(order.tag)) return REJECT_TAG;
  // The types forbid it; a caller in plain JavaScript, or one that casts, may still do it.
  const side: number = order.side;
  if (side !== BUY && side !== SELL) return REJECT_SIDE;
  const { timeInForce, postOnly, stp, maxMatches, reduceOnlySize } = order;
  if (timeInForce !== undefined && !isCode(timeInForce, FOK)) return REJECT_OPTIONS;
  if (postOnly !== undefined && !isCode(postOnly, POST_ONLY_SLIDE)) return REJECT_OPTIONS;
  if (stp !== undefined && !isCode(stp, STP_BOTH)) return REJECT_OPTIONS;
  if (maxMatches !== undefined && !(Number.isSafeInteger(maxMatches) && maxMatches >= 1)) {
    return REJECT_OPTIONS;
  }
  if (order.market === true && timeInForce === GTC) return REJECT_OPTIONS;
  if (postOnly !== undefined && postOnly !== POST_ONLY_NONE) {
    if (order.market === true || (timeInForce ?? GTC) !== GTC) return REJECT_OPTIONS;
  }
  if (reduceOnlySize === undefined) return 0;
  if (!Number.isSafeInteger(reduceOnlySize) || reduceOnlySize < 0) return REJECT_OPTIONS;
  return reduceOnlySize === 0 ? REJECT_REDUCE_ONLY : 0;
}
