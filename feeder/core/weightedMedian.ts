export interface Weighted {
  readonly value: number;
  /** Positive. */
  readonly weight: number;
}

/**
 * The value at which half the weight lies on either side; the mean of the two values around the
 * middle when the halves are exactly equal, so that equal weights give the usual median.
 * Throws RangeError on an empty list.
 */
export function weightedMedian(items: readonly Weighted[]): number {
  const sorted = [...items].sort((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, item) => sum + item.weight, 0);
  let below = 0;
  for (const [i, item] of sorted.entries()) {
    below += item.weight;
    const next = sorted[i + 1];
    if (below * 2 === total && next !== undefined) return (item.value + next.value) / 2;
    if (below * 2 >= total) return item.value;
  }
  throw new RangeError('the median of nothing');
}
