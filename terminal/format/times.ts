const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const SECOND_MS = 1_000;
const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

export type Zone = 'utc' | 'local';

const two = (value: number): string => String(value).padStart(2, '0');

/** `14:03:09`, of the day that it is there. */
export function clockTime(ms: number, zone: Zone): string {
  const date = new Date(ms);
  const parts =
    zone === 'utc'
      ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
      : [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map(two).join(':');
}

/** `27 Dec 2026`. */
export function day(ms: number, zone: Zone): string {
  const date = new Date(ms);
  const [d, m, y] =
    zone === 'utc'
      ? [date.getUTCDate(), date.getUTCMonth(), date.getUTCFullYear()]
      : [date.getDate(), date.getMonth(), date.getFullYear()];
  const month = MONTHS[m]!;
  return `${d} ${month[0]!}${month.slice(1).toLowerCase()} ${y}`;
}

export const moment = (ms: number, zone: Zone): string =>
  `${day(ms, zone)} ${clockTime(ms, zone)}${zone === 'utc' ? ' UTC' : ''}`;

/** What is left until then, in its two largest units: `28d 6h`, `4m 10s`. */
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND_MS));
  const days = Math.floor(seconds / DAY_S);
  const hours = Math.floor((seconds % DAY_S) / HOUR_S);
  const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S);
  if (days > 0) return `${days}d ${hours}h`;
  if (hours > 0) return `${hours}h ${minutes}m`;
  if (minutes > 0) return `${minutes}m ${seconds % MINUTE_S}s`;
  return `${seconds}s`;
}

/** How old: `0.8s`, `12s`, `3m`. */
export function age(ms: number): string {
  const seconds = Math.max(0, ms / SECOND_MS);
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  return seconds < MINUTE_S ? `${Math.floor(seconds)}s` : (timeLeft(ms).split(' ')[0] ?? '');
}
