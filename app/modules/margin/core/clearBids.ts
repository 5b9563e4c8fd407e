import { splitByWeight } from './insolvency.ts';
import { liquidationStep } from './liquidation.ts';
import type { LiquidationParams, LiquidationState } from './liquidation.ts';

export interface LiquidationBid {
  /** Of the portfolio, ppb, above 0. */
  readonly fractionPpb: bigint;
  /** The highest multiple of the marked value the bidder pays, ppm. */
  readonly limitPpm: bigint;
}

export interface ClearedBids {
  /** The one multiple everybody pays, ppm. */
  readonly discountPpm: bigint;
  /** What each bid gets, in the order given; their sum is at most f at that multiple. */
  readonly fillsPpb: readonly bigint[];
}

/**
 * Clears the bids of one block together: at the highest d ≥ d_t at which the demand reaches f(d),
 * the bids at that limit sharing pro rata what is left; when the demand never reaches f, all fill
 * at d_t. f falls in d and the demand too, so only the bids' limits need to be tried. What a bid
 * gets does not depend on its place.
 *
 * @param currentPpm d_t, the schedule's multiple; bids below it get nothing
 */
export function clearBids(
  bids: readonly LiquidationBid[],
  state: LiquidationState,
  currentPpm: bigint,
  params: LiquidationParams,
): ClearedBids {
  const largest = (d: bigint): bigint => {
    const step = liquidationStep(state, d, params);
    return step.kind === 'sell' ? step.fractionPpb : 0n;
  };
  if (largest(currentPpm) === 0n) {
    return { discountPpm: currentPpm, fillsPpb: bids.map(() => 0n) };
  }
  const willing = bids.filter((bid) => bid.limitPpm >= currentPpm);
  willing.sort((a, b) => Number(b.limitPpm - a.limitPpm));
  let price = currentPpm;
  let demand = 0n;
  for (const { fractionPpb, limitPpm } of willing) {
    demand += fractionPpb;
    if (demand < largest(limitPpm)) continue;
    price = limitPpm;
    break;
  }
  const above = willing.filter((bid) => bid.limitPpm > price);
  const marginal = bids.map((bid) => (bid.limitPpm === price ? bid.fractionPpb : 0n));
  let left = largest(price);
  for (const bid of above) left -= bid.fractionPpb;
  let wanted = 0n;
  for (const fraction of marginal) wanted += fraction;
  const shares = splitByWeight(left < wanted ? left : wanted, marginal);
  const fillsPpb = bids.map((bid, i) => (bid.limitPpm > price ? bid.fractionPpb : shares[i]!));
  return { discountPpm: price, fillsPpb };
}
