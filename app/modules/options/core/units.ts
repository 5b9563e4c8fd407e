/** Positions, orders and open interest count in 1e-4 contracts. */
export const UNITS_PER_CONTRACT = 10_000n;

/** Strikes and settlement prices are multiples of 0.01 USD, so that every payout is exact. */
export const CENT_UUSD = 10_000n;

export const PPM = 1_000_000n;

/** ⌈a / b⌉ for b > 0 and any a. */
export function ceilDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b > 0n ? quotient + 1n : quotient;
}

export function minOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function absolute(a: bigint): bigint {
  return a < 0n ? -a : a;
}
