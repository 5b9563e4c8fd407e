const UNITS_PER_CONTRACT = 10_000n;

/** A position as the chain keeps it: 1e-4 contracts, uusd. */
export interface HeldPosition {
  readonly quantity: bigint;
  /** Paid for what is open, or received when negative. */
  readonly costUusd: bigint;
  /** Undefined without a volatility surface. */
  readonly markUusd: bigint | undefined;
}

export interface PositionProfit {
  readonly valueUusd: bigint;
  readonly profitUusd: bigint;
}

/** What a position is worth at the mark, rounded down, and what has been made with it. */
export function positionProfit(held: HeldPosition): PositionProfit | undefined {
  if (held.markUusd === undefined) return undefined;
  const valueUusd = floorDivide(held.quantity * held.markUusd, UNITS_PER_CONTRACT);
  return { valueUusd, profitUusd: valueUusd - held.costUusd };
}

/** Undefined when any of them has no mark: a sum without it would be wrong. */
export function totalProfit(all: readonly HeldPosition[]): PositionProfit | undefined {
  let [valueUusd, profitUusd] = [0n, 0n];
  for (const held of all) {
    const one = positionProfit(held);
    if (one === undefined) return undefined;
    valueUusd += one.valueUusd;
    profitUusd += one.profitUusd;
  }
  return { valueUusd, profitUusd };
}

function floorDivide(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  return amount % divisor < 0n ? quotient - 1n : quotient;
}
