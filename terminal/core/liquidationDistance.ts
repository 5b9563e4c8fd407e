import { priceAroundSettlement } from '../../app/lib/math/index.ts';
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

/**
 * Searches the first move in either direction at which the maintenance margin falls below 0, by the
 * rules and from the numbers with which the chain judged it: volatilities stay at their strikes,
 * other underlyings where they are. A covered account, or an empty one, is never liquidated.
 */
export function liquidationDistances(explanation: Explanation): LiquidationDistance[] {
  if (explanation.margin?.mode === MarginMode.MARGIN_MODE_COVERED) return [];
  return explanation.underlyings
    .filter(({ expiries }) => expiries.some(({ legs }) => legs.length > 0))
    .map(({ underlyingId }) => ({
      underlyingId,
      down: firstBreach(explanation, underlyingId, LOWEST),
      up: firstBreach(explanation, underlyingId, HIGHEST),
    }));
}

function firstBreach(explanation: Explanation, underlyingId: number, last: number): number | null {
  const isBreach = (move: number) => marginAfter(explanation, underlyingId, move) < 0n;
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
export function marginAfter(explanation: Explanation, underlyingId: number, move: number): bigint {
  const underlyings = explanation.underlyings.map((one) =>
    one.underlyingId === underlyingId ? movedUnderlying(one, 1 + move) : one,
  );
  return replayExplained({ ...explanation, underlyings }).maintenanceMarginUusd;
}

function movedUnderlying(one: ExplainedUnderlying, factor: number): ExplainedUnderlying {
  const expiries = one.expiries.map((expiry) => movedExpiry(expiry, factor));
  return { ...one, index: one.index * factor, expiries };
}

function movedExpiry(expiry: ExplainedExpiry, factor: number): ExplainedExpiry {
  const forward = expiry.forward * factor;
  const legs = expiry.legs.map((leg) => ({ ...leg, mark: movedMark(leg, expiry, forward) }));
  return { ...expiry, forward, legs, settlementFee: expiry.settlementFee * factor };
}

function movedMark(leg: ExplainedLeg, expiry: ExplainedExpiry, forward: number): number {
  const { isCall, strike, volatility } = leg;
  const { fixed, share, varianceYears, yearsToExpiry } = expiry;
  const terms = { fixed, share, varianceYears, yearsToExpiry, varianceSpeed: 0, shareSpeed: 0 };
  if (volatility > 0) return priceAroundSettlement(isCall, forward, strike, volatility, terms);
  // Without a volatility the mark moves with what exercise would bring.
  const of = { isCall, strike, expirySeconds: Number(expiry.expirySeconds) };
  const [then, now] = [forward, expiry.forward].map((price) => payoff(of, fixed + share * price));
  return Math.max(leg.mark + then! - now!, then!);
}
