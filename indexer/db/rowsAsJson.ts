/** JSON's escapes of what PostgreSQL's text cannot hold: zero, and halves of surrogate pairs. */
const UNSTORABLE = /\0/g;

const storable = (text: string): string => text.replace(UNSTORABLE, '\uFFFD').toWellFormed();

/** Rows as one parameter: 64-bit numbers as text, which columns read; text that can be stored. */
export const rowsAsJson = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_key, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    return typeof value === 'string' ? storable(value) : value;
  });
