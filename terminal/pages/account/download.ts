import { csvText } from '../../core/csv.ts';

/** Hands a table to the browser as a file. */
export function downloadCsv(
  name: string,
  heads: readonly string[],
  rows: readonly (readonly (string | number | bigint)[])[],
): void {
  const url = URL.createObjectURL(new Blob([csvText(heads, rows)], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
