/**
 * The only places where doubles become money. Inside, a leg of q·1e-4 contracts weighs 100·q
 * (exactly): times a price in USD that is uusd, with one rounding and no division.
 */

/** uusd for each USD of price, for a quantity in 1e-4 contract. */
export function weightOf(quantity: number): number {
  return quantity * 100;
}

/** Requirements: never less than the amount. */
export function ceilUusd(amount: number): bigint {
  return BigInt(Math.ceil(amount));
}

/** Credits: never more than the amount. */
export function floorUusd(amount: number): bigint {
  return BigInt(Math.floor(amount));
}
