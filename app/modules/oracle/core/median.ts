/** Millionths in one. */
export const PPM = 1_000_000n;

/** A validator's value with its power. `order` breaks ties: a total order, such as its address. */
export interface Weighted<T> {
  readonly value: T;
  readonly power: bigint;
  readonly order: string;
}

/**
 * Power-weighted median: in the order of (value, order), the first whose cumulated power, doubled,
 * reaches the total. Whoever holds less than half of the reporting power cannot move it outside the
 * range of the others. Undefined for no entries.
 */
export function weightedMedian<T extends bigint | number>(
  entries: readonly Weighted<T>[],
): T | undefined {
  const sorted = entries.toSorted((a, b) =>
    a.value < b.value ? -1 : a.value > b.value ? 1 : a.order < b.order ? -1 : 1,
  );
  const total = sorted.reduce((sum, e) => sum + e.power, 0n);
  let cumulated = 0n;
  for (const entry of sorted) {
    cumulated += entry.power;
    if (cumulated * 2n >= total) return entry.value;
  }
  return undefined;
}

/**
 * How far reports are from their median: the weighted median of the distances, in millionths of the
 * median, rounded down, at most `PPM`. As robust as the median itself, unlike a range of quantiles:
 * with three reports of equal power, any one of them is the upper quartile.
 */
export function dispersionPpm(entries: readonly Weighted<bigint>[], median: bigint): number {
  const distances = entries.map((e) => ({
    ...e,
    value: e.value > median ? e.value - median : median - e.value,
  }));
  const ppm = ((weightedMedian(distances) ?? 0n) * PPM) / median;
  return Number(ppm < PPM ? ppm : PPM);
}
