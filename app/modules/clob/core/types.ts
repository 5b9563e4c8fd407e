/**
 * The vocabulary of the matching core. Prices are integer ticks, sizes integer lots; ids, owners
 * and tags are safe integers the caller chooses. Codes are numbers because they travel in hot
 * paths; they are stable and never reused.
 */

export const BUY = 0;
export const SELL = 1;
export type Side = typeof BUY | typeof SELL;

/**
 * Good-til-cancelled rests; immediate-or-cancel never rests; fill-or-kill trades in full or not at
 * all.
 */
export const GTC = 0;
export const IOC = 1;
export const FOK = 2;
export type TimeInForce = typeof GTC | typeof IOC | typeof FOK;

/**
 * What a post-only order does where it would trade: be rejected, or rest one tick from the opposite
 * best price.
 */
export const POST_ONLY_NONE = 0;
export const POST_ONLY_REJECT = 1;
export const POST_ONLY_SLIDE = 2;
export type PostOnly = typeof POST_ONLY_NONE | typeof POST_ONLY_REJECT | typeof POST_ONLY_SLIDE;

/**
 * Whose order expires when an owner would trade with itself; the mode of the later order decides.
 */
export const STP_TAKER = 0;
export const STP_MAKER = 1;
export const STP_BOTH = 2;
export type SelfTradePrevention = typeof STP_TAKER | typeof STP_MAKER | typeof STP_BOTH;

/** In the auction phase orders rest without trading, and the book may be crossed. */
export const CONTINUOUS = 0;
export const AUCTION = 1;
export type Phase = typeof CONTINUOUS | typeof AUCTION;

/** An order as it comes in. Reuse one object of one shape to place without garbage. */
export interface OrderRequest {
  id: number;
  owner: number;
  /** Stored and reported, never interpreted: a subaccount's number, say. */
  tag: number;
  side: Side;
  /** The limit; for a market order the worst price it may trade at. */
  price: number;
  size: number;
  timeInForce?: TimeInForce;
  postOnly?: PostOnly;
  stp?: SelfTradePrevention;
  /** Takes up to its bound and never rests: needs IOC (its default) or FOK. */
  market?: boolean;
  /** The most this order may still reduce its owner's position by; the size is cut to it. */
  reduceOnlySize?: number;
  /**
   * The most makers this message may meet, whether they trade or expire; the rest of the order is
   * cancelled.
   */
  maxMatches?: number;
}

export const ACCEPTED = 1;
export const TRADE = 2;
export const CANCELLED = 3;
export const REPLACED = 4;
export const REJECTED = 5;
export type ReportKind =
  typeof ACCEPTED | typeof TRADE | typeof CANCELLED | typeof REPLACED | typeof REJECTED;

/** Why an order left the book without a trade. Codes from CANCEL_CALLER on are the caller's own. */
export const CANCEL_REQUESTED = 1;
export const CANCEL_SELF_TRADE = 2;
export const CANCEL_IOC_REMAINDER = 3;
export const CANCEL_MARKET_REMAINDER = 4;
export const CANCEL_MATCH_LIMIT = 5;
export const CANCEL_VETOED = 6;
export const CANCEL_CALLER = 64;

/** Why a message changed nothing. */
export const REJECT_ID = 1;
export const REJECT_OWNER = 2;
export const REJECT_TAG = 3;
export const REJECT_SIDE = 4;
export const REJECT_PRICE = 5;
export const REJECT_SIZE = 6;
export const REJECT_OPTIONS = 7;
export const REJECT_DUPLICATE_ID = 8;
export const REJECT_UNKNOWN_ORDER = 9;
export const REJECT_POST_ONLY = 10;
export const REJECT_FOK_UNFILLABLE = 11;
/**
 * A veto stopped a fill-or-kill half way: the book is as before, earlier reports of the message are
 * void.
 */
export const REJECT_FOK_VETOED = 12;
export const REJECT_REDUCE_ONLY = 13;
export const REJECT_BOOK_FULL = 14;
export const REJECT_DEPTH_LIMIT = 15;
export const REJECT_AUCTION_PHASE = 16;

/** What became of the message's order. */
export const OUTCOME_REJECTED = 0;
export const OUTCOME_FILLED = 1;
export const OUTCOME_RESTING = 2;
export const OUTCOME_CANCELLED = 3;
export type Outcome =
  | typeof OUTCOME_REJECTED
  | typeof OUTCOME_FILLED
  | typeof OUTCOME_RESTING
  | typeof OUTCOME_CANCELLED;

/** The caller's verdict on a fill before it happens. */
export const FILL = 0;
export const VETO_MAKER = 1;
export const VETO_TAKER = 2;
export type Verdict = typeof FILL | typeof VETO_MAKER | typeof VETO_TAKER;

/**
 * One event. `id`, `owner`, `tag` and `side` are of the order the event is about, in a trade the
 * taker's. The book reuses one object: read it during the call, copy what must last.
 */
export interface Report {
  kind: number;
  id: number;
  owner: number;
  tag: number;
  side: number;
  /**
   * Accepted, replaced: the limit in force. Trade: the maker's price. Cancelled: the order's limit.
   */
  price: number;
  /** Accepted, replaced: the open size. Trade: the fill. Cancelled: the size that goes. */
  size: number;
  /** What is left open of the order after the event. */
  remaining: number;
  /**
   * Cancelled: the reason. Rejected: the code. Replaced: 1 when time priority was kept. Otherwise
   * 0.
   */
  code: number;
  /** The maker's, in a trade; otherwise 0. */
  makerId: number;
  makerOwner: number;
  makerTag: number;
  makerRemaining: number;
}

/**
 * Takes the reports in order. It may read the book but not change it. What it throws undoes the
 * message and goes on to its sender.
 */
export type ReportSink = (report: Readonly<Report>) => void;

/**
 * Judges a fill before it happens: the report is the trade as it would be reported. It may read the
 * book but not change it, nor the fill. VETO_MAKER cancels the maker and goes on; VETO_TAKER
 * cancels what is left of the taker. What it throws undoes the message.
 */
export type FillCheck = (trade: Readonly<Report>) => Verdict;

export interface BookOptions {
  /** Lowest and highest price in ticks; any safe integers. */
  minPrice?: number;
  maxPrice?: number;
  /** Largest size of one order in lots. */
  maxSize?: number;
  /** Most resting orders, at most 2^24. */
  maxOrders?: number;
}

/** A resting order. */
export interface OrderView {
  id: number;
  owner: number;
  tag: number;
  side: Side;
  price: number;
  /** Open size in lots. */
  size: number;
  /** Time priority: lower is earlier; unique in the book. */
  sequence: number;
  postOnly: PostOnly;
  stp: SelfTradePrevention;
}
