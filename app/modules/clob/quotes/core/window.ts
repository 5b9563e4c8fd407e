import type { QuoteFills, QuoteGroup } from '../../../../../proto/gen/tenor.clob.v1.ts';

/** Parts of a window: it is at least as long as was asked for, and a fifteenth longer at most. */
const PARTS = 15;

type Limits = Pick<
  QuoteGroup,
  'quantityLimit' | 'maxQuote' | 'deltaLimit' | 'vegaLimitUusd' | 'windowMs'
>;

/** Sums of fills, in the units of `QuoteFills`. */
export type FillSums = Omit<QuoteFills, 'slot'>;

const slotOf = (windowMs: number, timeMs: number): number =>
  Math.floor(timeMs / Math.ceil(windowMs / PARTS));

/** The fills that still count at a time. */
export function fillsWithin(
  fills: readonly QuoteFills[],
  windowMs: number,
  timeMs: number,
): QuoteFills[] {
  const now = slotOf(windowMs, timeMs);
  return fills.filter(({ slot }) => Number(slot) + PARTS >= now);
}

/** The fills with one more, of a time not before theirs. At most `PARTS + 1` of them. */
export function addFill(
  fills: readonly QuoteFills[],
  windowMs: number,
  timeMs: number,
  fill: FillSums,
): QuoteFills[] {
  const kept = fillsWithin(fills, windowMs, timeMs);
  const slot = BigInt(slotOf(windowMs, timeMs));
  const last = kept.at(-1);
  if (last?.slot !== slot) return [...kept, { slot, ...fill }];
  return [...kept.slice(0, -1), { slot, ...sum([last, fill]) }];
}

export function sum(fills: readonly FillSums[]): FillSums {
  let [quantity, delta, vegaUusd] = [0n, 0n, 0n];
  for (const fill of fills) {
    quantity += fill.quantity;
    delta += fill.delta;
    vegaUusd += fill.vegaUusd;
  }
  return { quantity, delta, vegaUusd };
}

/** Whether fills have brought a group to one of its limits. */
export function isAtLimit(
  { quantityLimit, deltaLimit, vegaLimitUusd }: Limits,
  { quantity, delta, vegaUusd }: FillSums,
): boolean {
  if (quantity >= quantityLimit) return true;
  if (deltaLimit > 0n && abs(delta) >= deltaLimit) return true;
  return vegaLimitUusd > 0n && abs(vegaUusd) >= vegaLimitUusd;
}

/**
 * What may still fill: the last fill may begin one unit below the limit, and takes a whole quote.
 */
export function budgetOf({ quantityLimit, maxQuote }: Limits, filled: bigint): bigint {
  const left = quantityLimit + maxQuote - 1n - filled;
  return left > 0n ? left : 0n;
}

const abs = (n: bigint): bigint => (n < 0n ? -n : n);
