import { AuctionKind } from '../proto/gen/tenor.liquidation.v1.ts';
import type { AuctionTerms } from '../proto/gen/tenor.liquidation.v1.ts';
import { PPB, PPM, ceilDivide } from '../app/modules/margin/core/index.ts';
import { UNITS_PER_CONTRACT, absolute, ceilDiv, minOf } from '../app/modules/options/core/index.ts';
import type { Limits } from './limits.ts';

/** A leg of an account under liquidation with two prices, in USD a contract. */
export interface Leg {
  readonly underlyingId: number;
  /** In 1e-4 contracts; negative is short. */
  readonly quantity: bigint;
  readonly indexUusd: bigint;
  /** By the chain's own arithmetic on its own records. */
  readonly mark: number;
  /** What the bidder takes it for, at a volatility that is wrong against it. */
  readonly own: number;
}

/** An account under liquidation as a bidder sees it. */
export interface Offer {
  readonly accountId: bigint;
  readonly version: bigint;
  readonly kind: AuctionKind;
  readonly terms: AuctionTerms;
  readonly cashUusd: bigint;
  readonly legs: readonly Leg[];
}

/** Why it does not bid: see the README. */
export type Pass = 'closed' | 'notLive' | 'unlike' | 'nothing' | 'tooDear' | 'noRoom';

export interface Bid {
  readonly fractionPpb: number;
  /** Solvent: the highest multiple of the marked value. */
  readonly limitPpm: number;
  /** Insolvent: the least that the funds must pay for all of it. */
  readonly leastPayoutUusd: bigint;
  /** What it brings over the bidder's own value at the terms of now. */
  readonly edgeUusd: bigint;
  /** Index notional it would add, by underlying. */
  readonly notionals: ReadonlyMap<number, bigint>;
}

export type Decision = { readonly bid: Bid } | { readonly pass: Pass };

/** How far the chain's marked value may be from the bidder's own: prices move between queries. */
const UNLIKE_PPM = 10_000n;
const UNLIKE_UUSD = 1_000_000n;

/** Index notional of a fraction of the legs, units rounded up as the chain hands them out. */
export function notionalsOf(legs: readonly Leg[], fractionPpb = PPB): Map<number, bigint> {
  const sums = new Map<number, bigint>();
  for (const { underlyingId, quantity, indexUusd } of legs) {
    const units = ceilDiv(absolute(quantity) * fractionPpb, PPB);
    const uusd = ceilDiv(units * indexUusd, UNITS_PER_CONTRACT);
    sums.set(underlyingId, (sums.get(underlyingId) ?? 0n) + uusd);
  }
  return sums;
}

const valueOf = (legs: readonly Leg[], price: (leg: Leg) => number): number =>
  legs.reduce((sum, leg) => sum + Number(leg.quantity) * price(leg) * 100, 0);

/**
 * Whether to bid, for how much and how high. Whoever takes a fraction f of a solvent account at the
 * multiple d gets legs at the marks and f·(MtM − R)·(1 − d) in cash; of an insolvent one legs at
 * the marks, f·MtM and f of the payout (ADR 100). So the edge over the bidder's own value is that
 * cash less what it takes the legs to be worth below their marks.
 *
 * @param room index notional that may still be added, by underlying
 */
export function decide(
  { terms, kind, cashUusd, legs }: Offer,
  limits: Limits,
  room: (underlyingId: number) => bigint,
): Decision {
  if (!terms.isOpen) return { pass: 'closed' };
  if (legs.length === 0) return { pass: 'nothing' };
  const whole = notionalsOf(legs);
  const notionalUusd = [...whole.values()].reduce((sum, uusd) => sum + uusd, 0n);
  const markedUusd = valueOf(legs, ({ mark }) => mark);
  const apart = absolute(cashUusd + BigInt(Math.round(markedUusd)) - terms.markToMarketUusd);
  if (apart > (notionalUusd * UNLIKE_PPM) / PPM + UNLIKE_UUSD) return { pass: 'unlike' };
  const belowUusd = BigInt(Math.ceil(markedUusd - valueOf(legs, ({ own }) => own)));
  const neededUusd = ceilDivide(notionalUusd * limits.minEdgePpm, PPM) + belowUusd;
  const priced = kind === AuctionKind.AUCTION_KIND_INSOLVENT ? insolvent : solvent;
  const offered = priced(terms, neededUusd);
  if ('pass' in offered) return offered;
  const fractionPpb = fitting(legs, minOf(offered.mostPpb, limits.maxFractionPpb), room);
  if (fractionPpb === 0n) return { pass: 'noRoom' };
  return {
    bid: {
      ...{ fractionPpb: Number(fractionPpb), notionals: notionalsOf(legs, fractionPpb) },
      ...{ limitPpm: offered.limitPpm, leastPayoutUusd: offered.leastPayoutUusd },
      edgeUusd: ((offered.cashUusd - belowUusd) * fractionPpb) / PPB,
    },
  };
}

interface Priced {
  readonly limitPpm: number;
  readonly leastPayoutUusd: bigint;
  /** The most that is sold. */
  readonly mostPpb: bigint;
  /** In cash beside all legs at their marks, at the terms of now. */
  readonly cashUusd: bigint;
}

function solvent(terms: AuctionTerms, neededUusd: bigint): Priced | { pass: Pass } {
  const paidUusd = terms.markToMarketUusd - terms.bidInUusd;
  const mostPpb = BigInt(terms.fractionPpb);
  if (paidUusd <= 0n || mostPpb === 0n) return { pass: 'nothing' };
  const limit = PPM - ceilDivide(neededUusd * PPM, paidUusd);
  if (limit < BigInt(terms.discountPpm)) return { pass: 'tooDear' };
  const cashUusd = (paidUusd * (PPM - BigInt(terms.discountPpm))) / PPM;
  return { limitPpm: Number(limit), leastPayoutUusd: 0n, mostPpb, cashUusd };
}

function insolvent(terms: AuctionTerms, neededUusd: bigint): Priced | { pass: Pass } {
  const { markToMarketUusd, payoutUusd, payableUusd } = terms;
  const needed = neededUusd - markToMarketUusd;
  const leastPayoutUusd = needed > 0n ? needed : 0n;
  if (payoutUusd < leastPayoutUusd) return { pass: 'tooDear' };
  const mostPpb = payoutUusd === 0n ? PPB : minOf(PPB, (payableUusd * PPB) / payoutUusd);
  if (mostPpb === 0n) return { pass: 'nothing' };
  return { limitPpm: 0, leastPayoutUusd, mostPpb, cashUusd: markToMarketUusd + payoutUusd };
}

/** Halvings in which the largest fraction that fits is found: finer than a unit of any leg. */
const HALVINGS = 32;

/** The largest fraction up to `most` whose notionals all have room. */
function fitting(
  legs: readonly Leg[],
  most: bigint,
  room: (underlyingId: number) => bigint,
): bigint {
  const fits = (ppb: bigint): boolean =>
    [...notionalsOf(legs, ppb)].every(([id, uusd]) => uusd <= room(id));
  if (fits(most)) return most;
  let [low, high] = [0n, most];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2n;
    if (middle > 0n && fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
