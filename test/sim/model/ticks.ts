const CENT = 10_000n;
const USD = 1_000_000n;

/** From so many USD on, a tick of so many cents (venue §1, genesis). */
const TICKS: Readonly<Record<number, readonly (readonly [bigint, bigint])[]>> = {
  1: [
    [5000n, 500n],
    [500n, 100n],
    [10n, 50n],
    [0n, 10n],
  ],
  2: [
    [500n, 50n],
    [100n, 10n],
    [10n, 5n],
    [0n, 1n],
  ],
};

function tickFor(underlyingId: number, priceUusd: bigint): bigint {
  return TICKS[underlyingId]!.find(([from]) => priceUusd >= from * USD)![1] * CENT;
}

export const tickAtOrBelow = (underlyingId: number, priceUusd: bigint): bigint =>
  priceUusd - (priceUusd % tickFor(underlyingId, priceUusd));

/** More than 0, as every price is. */
export function tickAtOrAbove(underlyingId: number, priceUusd: bigint): bigint {
  const below = tickAtOrBelow(underlyingId, priceUusd);
  return below === priceUusd && priceUusd > 0n ? below : below + tickFor(underlyingId, priceUusd);
}

/** A price of a trader: at a tick, rather low. */
export function onTick(underlyingId: number, usd: number): bigint {
  const priceUusd = BigInt(Math.max(Math.round(usd * 100), 1)) * CENT;
  const rounded = tickAtOrBelow(underlyingId, priceUusd);
  return rounded > 0n ? rounded : tickFor(underlyingId, priceUusd);
}

/** The nearest price that does not meet the best of the other side; 0 where there is none. */
export const besides = (underlyingId: number, isBuy: boolean, bestUusd: bigint): bigint =>
  isBuy
    ? tickAtOrBelow(underlyingId, bestUusd - CENT)
    : tickAtOrAbove(underlyingId, bestUusd + CENT);
