import { absolute, ceilDiv } from '../../options/core/index.ts';

export interface OpenPosition {
  /** 1e-4 contracts; negative is short. */
  readonly quantity: bigint;
  /** Paid (positive) or received (negative) for what is open, in uusd. */
  readonly costUusd: bigint;
}

/**
 * A position after a fill. What closes takes its share of the cost with it, at average price; what
 * opens adds its share of the cash. Shares round up: cost is never understated. Cost informs people
 * only; nobody's cash depends on it.
 */
export function applyToPosition(
  before: OpenPosition,
  quantityDelta: bigint,
  cashDeltaUusd: bigint,
): OpenPosition {
  const quantity = before.quantity + quantityDelta;
  const paid = -cashDeltaUusd;
  const grows = before.quantity === 0n || before.quantity > 0n === quantityDelta > 0n;
  if (grows) return { quantity, costUusd: before.costUusd + paid };
  if (quantity === 0n) return { quantity, costUusd: 0n };
  const turns = quantity > 0n === quantityDelta > 0n;
  const costUusd = turns
    ? ceilDiv(paid * absolute(quantity), absolute(quantityDelta))
    : ceilDiv(before.costUusd * absolute(quantity), absolute(before.quantity));
  return { quantity, costUusd };
}

/** Longs of a quantity: what counts as open interest. */
export function longsOf(quantity: bigint): bigint {
  return quantity > 0n ? quantity : 0n;
}
