export { DEFAULT_LIMITS } from './limits.ts';
export type { Limits } from './limits.ts';
export { decide, notionalsOf } from './decide.ts';
export type { Bid, Decision, Leg, Offer, Pass } from './decide.ts';
export { runBidder } from './runBidder.ts';
export type { BidderOptions } from './runBidder.ts';
export type { BidderEvent, Report, Totals } from './report.ts';
