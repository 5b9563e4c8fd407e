import Table from 'cli-table3';

export interface Column {
  readonly title: string;
  /** Words go left (the default), numbers right. */
  readonly align?: 'left' | 'right' | 'center';
}

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '' },
  middle: '  ',
};

/** Columns by spaces, without rules or trailing blanks: for eyes and for `awk` alike. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  bold: (text: string) => string,
): string[] {
  const table = new Table({
    head: columns.map(({ title }) => bold(title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Names and values, one a line. */
export function renderFields(
  fields: readonly (readonly [string, string])[],
  dim: (text: string) => string,
): string[] {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${dim(name.padEnd(width))}  ${value}`);
}
