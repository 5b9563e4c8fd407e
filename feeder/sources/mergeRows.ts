import type { Fields } from './values.ts';

/**
 * The rows of an answer with changes to them, by what `key` names a row by; rows that are not
 * there are added.
 */
export function mergeRows(
  rows: readonly unknown[],
  key: string,
  changes: ReadonlyMap<string, (row: Fields) => Fields>,
): unknown[] {
  const left = new Map(changes);
  const merged = rows.map((row) => {
    if (typeof row !== 'object' || row === null) return row;
    const name = (row as Fields)[key];
    const change = typeof name === 'string' ? left.get(name) : undefined;
    if (change === undefined) return row;
    left.delete(name as string);
    return change(row as Fields);
  });
  return [...merged, ...[...left].map(([name, change]) => change({ [key]: name }))];
}
