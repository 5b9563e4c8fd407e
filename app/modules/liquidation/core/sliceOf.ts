import { PPM, ceilDiv } from '../../options/core/index.ts';

/**
 * How much of a leg to close when at least `wanted` should be, in 1e-4 contracts: whole lots, and
 * all of the leg rather than leave less than a lot of it.
 */
export function closeable(held: bigint, lot: bigint, wanted: bigint): bigint {
  const quantity = ceilDiv(wanted, lot) * lot;
  return held - quantity < lot ? held : quantity;
}

/** A share of a leg, in millionths, as `closeable`. */
export function sliceOf(held: bigint, lot: bigint, slicePpm: bigint): bigint {
  return closeable(held, lot, ceilDiv(held * slicePpm, PPM));
}
