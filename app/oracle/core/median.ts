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
  return weightedQuantile(entries, 1n, 2n);
}

/** The first value whose cumulated power reaches numerator/denominator of the total. */
export function weightedQuantile<T extends bigint | number>(
  entries: readonly Weighted<T>[],
  numerator: bigint,
  denominator: bigint,
): T | undefined {
  const sorted = entries.toSorted((a, b) =>
    a.value < b.value ? -1 : a.value > b.value ? 1 : a.order < b.order ? -1 : 1,
  );
  const total = sorted.reduce((sum, e) => sum + e.power, 0n);
  let cumulated = 0n;
  for (const entry of sorted) {
    cumulated += entry.power;
    if (cumulated * denominator >= total * numerator) return entry.value;
  }
  return undefined;
}
