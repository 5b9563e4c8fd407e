/** A row as the API shows it: `price_uusd` is `priceUusd`, times are Unix milliseconds as text. */
export function shown(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    if (value instanceof Date) out[timeName(column)] = String(value.getTime());
    else out[camel(column)] = value;
  }
  return out;
}

const camel = (column: string): string =>
  column.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** `time` is `timeMs`, `placed_at` is `placedMs`; those that say what happens then get `Ms`. */
const timeName = (column: string): string => `${camel(column).replace(/At$/, '')}Ms`;
