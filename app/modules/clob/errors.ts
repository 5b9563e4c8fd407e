import { defineErrors } from '../../runtime/errors.ts';

/** Codes are part of the protocol: never renumbered, never reused. */
export const clobErrors = defineErrors('clob', {
  /** The order contradicts itself, or lacks something. Do: Correct what the sentence names. */
  badOrder: 1,
  /** The series has expired, or is not traded. Do: See what is traded: tenor market list */
  notTrading: 2,
  /** The price is between two ticks, or out of range. Do: Use a price that the sentence names. */
  badTick: 3,
  /**
   * The size is no multiple of the lot, or too small or too large.
   * Do: Use a size that the sentence names.
   */
  badSize: 4,
  /** The price is too far from the mark. Do: See the mark and its band: tenor market show SERIES */
  priceBand: 5,
  /**
   * Prices are not live, so that nothing but reductions is taken.
   * Do: See when prices are live: tenor oracle prices
   */
  noMark: 6,
  /**
   * There is no position that the order would reduce.
   * Do: See what there is to reduce: tenor position list
   */
  reduceOnly: 7,
  /** The post-only order would trade at once. Do: See the best prices: tenor market book SERIES */
  postOnly: 8,
  /** The order cannot be filled in full. Do: See how much there is: tenor market book SERIES */
  fillOrKill: 9,
  /**
   * Another order has this client order id, or had it not long ago.
   * Do: Give each order a name of its own, or see that one: tenor order show
   */
  duplicateClientId: 10,
  /** There is no such open order (any more). Do: See your open orders: tenor order list */
  unknownOrder: 11,
  /**
   * The side of the book has no room for the order.
   * Do: Offer a better price, take with --ioc, or come back.
   */
  bookFull: 12,
  /** The request is malformed. Do: Correct what the sentence names. */
  badRequest: 13,
  /** The account is being liquidated. Do: Deposit until it is healthy: tenor account deposit */
  underLiquidation: 14,
  /** The batch is malformed: nothing of it was done. Do: Correct what the sentence names. */
  badBatch: 15,
  /**
   * A replaced order would meet an order of its own owner.
   * Do: Cancel that one first: tenor order list
   */
  selfTrade: 16,
  /** The time until which the order is good is past. Do: Give a later one. */
  tooLate: 17,
  /** A market order found nobody within its bound. Do: See the book: tenor market book SERIES */
  nothingToTake: 18,
  /** The trigger contradicts itself, or lacks something. Do: Correct what the sentence names. */
  badTrigger: 19,
  /** The trigger would fire at once. Do: Place the order itself: tenor order place */
  triggerTrue: 20,
  /** There is no such trigger (any more). Do: See yours: tenor order triggers */
  unknownTrigger: 21,
  /** The subaccount has as many triggers as it may. Do: Cancel some: tenor order triggers */
  tooManyTriggers: 22,
  /** The volatility is not possible, or not of this order. Do: Correct what the sentence names. */
  badVol: 23,
  /**
   * Orders that would take wait for the end of the next block: this one cannot be changed.
   * Do: Wait for it, or see what became of it: tenor order show
   */
  delayed: 24,
  /**
   * The series is in an auction: only orders that rest are taken.
   * Do: Let it rest, or wait: tenor market auctions
   */
  auction: 25,
  /**
   * The auction is in its last part, in which nothing is taken back.
   * Do: Wait for its end: tenor market auctions
   */
  auctionLocked: 26,
  /** As many orders as may wait for the next block. Do: Send it again in that one. */
  delayedFull: 27,
  /** A quote contradicts itself or another of its message. Do: Correct what the sentence names. */
  badQuote: 40,
  /**
   * There is no group of quotes of that name.
   * Do: Set its limits first: tenor quote mmp GROUP --quantity 5 --window 1s --freeze 10s
   */
  unknownGroup: 41,
  /** The limits of a group of quotes are not possible. Do: Correct what the sentence names. */
  badGroup: 42,
  /** The group takes no quotes for a time. Do: Wait, or reset it: tenor quote reset GROUP */
  groupFrozen: 43,
  /** The subaccount has as many groups of quotes as it may. Do: Size one of them anew. */
  tooManyGroups: 44,
  /**
   * The owner has as many quotes, in all accounts, as the cash in them carries.
   * Do: Cancel some first (tenor quote cancel), or deposit more: tenor account limits
   */
  ownerQuotesCap: 45,
  /**
   * The owner has as many triggers, in all accounts, as the cash in them carries.
   * Do: Cancel some first (tenor order triggers), or deposit more: tenor account limits
   */
  ownerTriggersCap: 46,
  /**
   * As many orders of the owner as may wait for the next block, for the cash in its accounts.
   * Do: Send it in that one, or deposit more: tenor account limits
   */
  ownerDelayedCap: 47,
});
