import type { Underlying } from '../../proto/gen/tenor.options.v1.ts';

const UNITS_PER_CONTRACT = 10_000;

/** A notional in whole lots of 1e-4 contracts, within what an order may be. */
export function quoteSize(
  { lot, minOrder, maxOrder }: Pick<Underlying, 'lot' | 'minOrder' | 'maxOrder'>,
  forwardUsd: number,
  notionalUsd: number,
): bigint {
  const units = BigInt(Math.floor((notionalUsd / forwardUsd) * UNITS_PER_CONTRACT));
  const lots = (units / lot) * lot;
  if (lots < minOrder) return minOrder;
  return lots > maxOrder ? maxOrder : lots;
}
