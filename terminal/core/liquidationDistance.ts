import { priceAroundSettlement, settlementTerms } from '../../app/lib/math/index.ts';
import type { SettlementTerms } from '../../app/lib/math/index.ts';
import { replayExplained } from '../../app/modules/margin/core/index.ts';
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import type {
  ExplainedExpiry,
  ExplainedLeg,
  ExplainedUnderlying,
  Explanation,
} from '../../proto/gen/tenor.margin.v1.ts';
import { payoff } from './leg.ts';

/** How far the index of an underlying may move, as fractions, before an account is liquidated. */
export interface LiquidationDistance {
  readonly underlyingId: number;
  /** Negative; null: no fall down to -95% does it. */
  readonly down: number | null;
  /** Null: no rise up to +400% does it. */
  readonly up: number | null;
}

const LOWEST = -0.95;
const HIGHEST = 4;
/** Steps of the search grow with the distance: this share of it, and at least half a percent. */
const STEP_SHARE = 0.05;
const LEAST_STEP = 0.005;
const HALVINGS = 24;
/** A standard margin is explained without the settlement average, which it does not need. */
const WINDOW_SECONDS = 1_800;

/**
 * Searches the first move in either direction at which the maintenance margin falls below 0, by the
 * rules and from the numbers with which the chain judged it: volatilities stay at their strikes,
 * other underlyings where they are. A covered account, or an empty one, is never liquidated.
 *
 * @param seconds Unix time of the explanation
 */
export function liquidationDistances(
  explanation: Explanation,
  seconds: number,
): LiquidationDistance[] {
  if (explanation.margin?.mode === MarginMode.MARGIN_MODE_COVERED) return [];
  return explanation.underlyings
    .filter(({ expiries }) => expiries.some(({ legs }) => legs.length > 0))
    .map(({ underlyingId }) => ({
      underlyingId,
      down: firstBreach({ explanation, underlyingId, seconds }, LOWEST),
      up: firstBreach({ explanation, underlyingId, seconds }, HIGHEST),
    }));
}

/** Whose index moves, of which account, and when. */
export interface MovedIndex {
  readonly explanation: Explanation;
  readonly underlyingId: number;
  readonly seconds: number;
}

function firstBreach(of: MovedIndex, last: number): number | null {
  const isBreach = (move: number) => marginAfter(of, move) < 0n;
  if (isBreach(0)) return 0;
  const sign = Math.sign(last);
  let safe = 0;
  while (safe !== last) {
    const step = Math.max(LEAST_STEP, Math.abs(safe) * STEP_SHARE);
    const next = sign * Math.min(Math.abs(safe) + step, Math.abs(last));
    if (isBreach(next)) return halved(safe, next, isBreach);
    safe = next;
  }
  return null;
}

function halved(from: number, to: number, isBreach: (move: number) => boolean): number {
  let [safe, breach] = [from, to];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (safe + breach) / 2;
    if (isBreach(middle)) breach = middle;
    else safe = middle;
  }
  return breach;
}

/** The maintenance margin that would be, with the index of one underlying moved. */
export function marginAfter(
  { explanation, underlyingId, seconds }: MovedIndex,
  move: number,
): bigint {
  const underlyings = explanation.underlyings.map((one) =>
    one.underlyingId === underlyingId ? movedUnderlying(one, 1 + move, seconds) : one,
  );
  // Quotes count in the initial margin only.
  return replayExplained({ ...explanation, underlyings, quotes: [] }).maintenanceMarginUusd;
}

function movedUnderlying(
  one: ExplainedUnderlying,
  factor: number,
  seconds: number,
): ExplainedUnderlying {
  const expiries = one.expiries.map((expiry) => movedExpiry(expiry, factor, seconds));
  return { ...one, index: one.index * factor, expiries };
}

function movedExpiry(expiry: ExplainedExpiry, factor: number, seconds: number): ExplainedExpiry {
  const [now, forward] = [expiry.forward, expiry.forward * factor];
  const terms = termsOf(expiry, seconds);
  const legs = expiry.legs.map((leg) => ({ ...leg, mark: movedMark(leg, terms, now, forward) }));
  return { ...expiry, forward, legs, settlementFee: expiry.settlementFee * factor };
}

/** Of the explanation; where it has none, as if nothing were in the average yet. */
function termsOf(expiry: ExplainedExpiry, seconds: number): SettlementTerms {
  const { fixed, share, varianceYears, yearsToExpiry } = expiry;
  if (fixed > 0 || share > 0) {
    return { fixed, share, varianceYears, yearsToExpiry, varianceSpeed: 0, shareSpeed: 0 };
  }
  return settlementTerms({
    secondsToExpiry: Math.max(Number(expiry.expirySeconds) - seconds, 1),
    windowSeconds: WINDOW_SECONDS,
    weightedSum: 0,
    weightSeconds: 0,
  });
}

function movedMark(
  leg: ExplainedLeg,
  terms: SettlementTerms,
  forwardNow: number,
  forward: number,
): number {
  const { isCall, strike, volatility } = leg;
  if (volatility > 0) return priceAroundSettlement(isCall, forward, strike, volatility, terms);
  // Without a volatility the mark moves with what exercise would bring.
  const worth = (price: number) => payoff({ isCall, strike }, terms.fixed + terms.share * price);
  const [then, now] = [worth(forward), worth(forwardNow)];
  return Math.max(leg.mark + then - now, then);
}
