import { absolute } from '../../options/core/index.ts';

/** A position on the other side of what is closed. */
export interface Opposite {
  readonly subaccountId: bigint;
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  /** What it paid (positive) or received for it, and what it is worth at the mark, in uusd. */
  readonly costUusd: bigint;
  readonly valueUusd: bigint;
  /** Index notional of the position, and the cash behind it. */
  readonly notionalUusd: bigint;
  readonly cashUusd: bigint;
  /** Under liquidation itself: comes last. */
  readonly isFlagged: boolean;
}

const SCALE = 1_000_000_000_000n;

/**
 * Who is deleveraged first: the most profit for what the position cost, times its leverage (its
 * notional over the cash of its account); a loss is divided by the leverage, so that of losers too
 * the more leveraged go first. Exact, and no two are equal: the lower id goes first.
 */
export function rankOpposite(positions: readonly Opposite[]): Opposite[] {
  const scored = positions.map((position) => ({ position, score: scoreOf(position) }));
  scored.sort((a, b) => {
    if (a.position.isFlagged !== b.position.isFlagged) return a.position.isFlagged ? 1 : -1;
    if (a.score !== b.score) return a.score > b.score ? -1 : 1;
    return a.position.subaccountId < b.position.subaccountId ? -1 : 1;
  });
  return scored.map(({ position }) => position);
}

function scoreOf({ costUusd, valueUusd, notionalUusd, cashUusd }: Opposite): bigint {
  const profitUusd = valueUusd - costUusd;
  const base = absolute(costUusd) + 1n;
  const cash = (cashUusd > 0n ? cashUusd : 0n) + 1n;
  const notional = notionalUusd + 1n;
  return profitUusd > 0n
    ? (profitUusd * notional * SCALE) / (base * cash)
    : (profitUusd * cash * SCALE) / (base * notional);
}
