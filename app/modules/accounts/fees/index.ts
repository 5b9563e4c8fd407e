export { feeInvariants, heldForReferrers } from './invariants.ts';
export { feeQueries } from './queries.ts';
export { setReferrer } from './msgs/setReferrer.ts';
export { accrueTradingFee, payReferrers } from './tradingFee.ts';
export { termsOf } from './ownerFees.ts';
