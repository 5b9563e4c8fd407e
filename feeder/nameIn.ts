/** USED of SOURCE_STATE_USED, in lower case. */
export function nameIn(
  values: Readonly<Record<string, number>>,
  value: number,
  prefix: string,
): string {
  const found = Object.entries(values).find(([, v]) => v === value)?.[0] ?? String(value);
  return found.replace(prefix, '').toLowerCase();
}
