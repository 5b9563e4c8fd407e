import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import { CENT_UUSD } from './units.ts';

/**
 * Names of option series: `BTC-27DEC26-100000-C`. The day has no leading zero (`5JAN27`), as on
 * Deribit; an expiry at another time than 08:00 UTC carries it: `BTC-27DEC26T0915-100000-C`.
 * Strikes are USD with at most two decimals and no trailing zeros: `12.5`. A series has exactly one
 * spelling.
 */
export interface SeriesName {
  readonly underlying: string;
  readonly expirySeconds: bigint;
  readonly strikeUusd: bigint;
  readonly kind: OptionKind;
}

const MONTHS = [
  ...['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN'],
  ...['JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
];
const UUSD_PER_USD = 1_000_000n;
const EXPIRY_HOUR = 8;
/** The years that two digits can say: 2000-01-01 to 2099-12-31, as Unix seconds. */
const FIRST_SECOND = 946_684_800n;
const END_SECOND = 4_102_444_800n;

export const UNDERLYING_SYMBOL = /^[A-Z][A-Z0-9]{1,9}$/;
const DATE = /^([1-9]\d?)([A-Z]{3})(\d\d)(?:T(\d\d)(\d\d))?$/;
const STRIKE = /^(0|[1-9]\d{0,11})(?:\.(\d{1,2}))?$/;

const two = (n: number): string => n.toString().padStart(2, '0');

/** True when an expiry can be named: a whole minute of the years 2000 to 2099. */
export function isNameable(expirySeconds: bigint): boolean {
  return expirySeconds >= FIRST_SECOND && expirySeconds < END_SECOND && expirySeconds % 60n === 0n;
}

/** `27DEC26`, or with its time when that is not 08:00 UTC. The expiry must be nameable. */
export function formatExpiry(expirySeconds: bigint): string {
  const date = new Date(Number(expirySeconds) * 1000);
  const hour = date.getUTCHours();
  const minute = date.getUTCMinutes();
  const month = MONTHS[date.getUTCMonth()]!;
  const day = `${date.getUTCDate()}${month}${two(date.getUTCFullYear() % 100)}`;
  return hour === EXPIRY_HOUR && minute === 0 ? day : `${day}T${two(hour)}${two(minute)}`;
}

/** Unix seconds, or null when this is not the name of an expiry. */
export function parseExpiry(text: string): bigint | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [, day, month, year, hour, minute] = match;
  const ms = Date.UTC(
    2000 + Number(year),
    MONTHS.indexOf(month!),
    Number(day),
    hour === undefined ? EXPIRY_HOUR : Number(hour),
    Number(minute ?? 0),
  );
  const seconds = BigInt(ms / 1000);
  // Days and hours out of range roll over, and 08:00 must not be spelled out: one way round only.
  return isNameable(seconds) && formatExpiry(seconds) === text ? seconds : null;
}

/** USD with at most two decimals; the strike is a multiple of 0.01 USD. */
export function formatStrike(strikeUusd: bigint): string {
  const whole = strikeUusd / UUSD_PER_USD;
  const cents = (strikeUusd % UUSD_PER_USD) / CENT_UUSD;
  if (cents === 0n) return whole.toString();
  return `${whole}.${two(Number(cents)).replace(/0$/, '')}`;
}

/** In uusd, or null when this is not the spelling of a positive strike. */
export function parseStrike(text: string): bigint | null {
  const match = STRIKE.exec(text);
  if (match === null) return null;
  const cents = BigInt((match[2] ?? '').padEnd(2, '0'));
  const strike = BigInt(match[1]!) * UUSD_PER_USD + cents * CENT_UUSD;
  return strike > 0n && formatStrike(strike) === text ? strike : null;
}

export function formatSymbol(name: SeriesName): string {
  const kind = name.kind === OptionKind.OPTION_KIND_CALL ? 'C' : 'P';
  const expiry = formatExpiry(name.expirySeconds);
  return `${name.underlying}-${expiry}-${formatStrike(name.strikeUusd)}-${kind}`;
}

/** What a symbol names, or null when it is not the one spelling of a series. */
export function parseSymbol(symbol: string): SeriesName | null {
  const parts = symbol.split('-');
  if (parts.length !== 4) return null;
  const [underlying, date, strike, letter] = parts as [string, string, string, string];
  const expirySeconds = parseExpiry(date);
  const strikeUusd = parseStrike(strike);
  if (!UNDERLYING_SYMBOL.test(underlying) || expirySeconds === null || strikeUusd === null) {
    return null;
  }
  if (letter !== 'C' && letter !== 'P') return null;
  const kind = letter === 'C' ? OptionKind.OPTION_KIND_CALL : OptionKind.OPTION_KIND_PUT;
  return { underlying, expirySeconds, strikeUusd, kind };
}
