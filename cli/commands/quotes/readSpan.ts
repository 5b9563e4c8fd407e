import { usageError } from '../../errors.ts';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** `500ms`, `1s`, `10m` or `1h` in milliseconds; plain 0 is none. */
export function readSpan(text: string): number {
  if (text === '0') return 0;
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text.toLowerCase());
  const span = match === null ? NaN : Number(match[1]) * UNITS[match[2]!]!;
  if (span <= 2 ** 32 - 1) return span;
  throw usageError(`"${text}" is no time.`, 'Write 500ms, 10s, 5m or 1h.');
}
