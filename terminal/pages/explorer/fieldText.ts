import { base64 } from '@scure/base';
import { contractsText, usdText } from '../../../app/lib/amountText.ts';
import { formatDecimal } from '../../../app/lib/decimal.ts';
import type { FieldInfo } from '../../../proto/codec.ts';
import { moment, timeLeft } from '../../format/times.ts';

// What a field of a message holds, in the units of people: the name of a field has its unit.

const PERCENT = { ppm: 4, ppb: 7, bp: 2 } as const;

/** A share of one in 10^-6, 10^-9 or 10^-4: `2.5%`. */
export const shareText = (value: bigint | number, unit: keyof typeof PERCENT): string =>
  `${formatDecimal(BigInt(value), PERCENT[unit])}%`;

/** A moment, of seconds since 1970. */
export const momentText = (seconds: bigint): string => moment(Number(seconds) * 1_000, 'utc');

/** How long: `250ms`, `1.5s`, `10m 0s`. */
export function durationText(ms: bigint | number): string {
  const value = Number(ms);
  if (value < 1_000) return `${value}ms`;
  return value % 1_000 !== 0 && value < 60_000 ? `${value / 1_000}s` : timeLeft(value);
}

/** A number of things: `2,000,000`. */
export const countText = (value: bigint): string => formatDecimal(value, 0, { grouped: true });

const WORDS: Readonly<Record<string, string>> = {
  TIME_IN_FORCE_GTC: 'good till cancelled',
  TIME_IN_FORCE_IOC: 'immediate or cancel',
  TIME_IN_FORCE_FOK: 'fill or kill',
  SELF_TRADE_EXPIRE_TAKER: 'cancels the new one',
  SELF_TRADE_EXPIRE_MAKER: 'cancels the resting one',
  SELF_TRADE_EXPIRE_BOTH: 'cancels both',
  POST_ONLY_REJECT: 'or refused',
  POST_ONLY_SLIDE: 'or moved to where it rests',
};

/** A value of an enum without the enum's own name before it: `SIDE_BUY` is `buy`. */
export function enumText(values: Readonly<Record<string, number>>, value: number): string {
  const names = Object.keys(values);
  const name = names.find((each) => values[each] === value);
  if (name === undefined) return `unknown (${value})`;
  const word = WORDS[name];
  if (word !== undefined) return word;
  const parts = names.map((each) => each.split('_'));
  const [first = []] = parts;
  const differs = first.findIndex((part, i) => parts.some((each) => each[i] !== part));
  return name.split('_').slice(Math.max(0, differs)).join(' ').toLowerCase();
}

const CONTRACTS = /quantity$|Quantity$|^quantityLimit$|^maxQuote$|^deltaLimit$/;
/** What says nothing about how much: plain numbers, as they are. */
const NAMES = /^(id|version|subaccounts?)$|Id$/;

type Unit = 'usd' | 'contracts' | 'ppm' | 'ppb' | 'bp' | 'seconds' | 'ms' | 'name' | 'count';

/** What a number is of, by the name of its field. */
export function unitOf({ name }: Pick<FieldInfo, 'name'>): Unit {
  if (/Uusd$/.test(name)) return 'usd';
  if (CONTRACTS.test(name)) return 'contracts';
  if (/Ppm$/.test(name)) return 'ppm';
  if (/Ppb$/.test(name)) return 'ppb';
  if (/Bp$/.test(name)) return 'bp';
  if (/Seconds$/.test(name)) return 'seconds';
  if (/Ms$/.test(name)) return 'ms';
  return NAMES.test(name) ? 'name' : 'count';
}

function numberText(field: FieldInfo, value: bigint): string {
  const unit = unitOf(field);
  switch (unit) {
    case 'usd':
      return usdText(value);
    case 'contracts':
      return contractsText(value);
    case 'ppm':
    case 'ppb':
    case 'bp':
      return shareText(value, unit);
    case 'seconds':
      // Moments are signed on this chain, and how long something takes is not.
      return field.kind === 'int64' ? momentText(value) : durationText(value * 1_000n);
    case 'ms':
      return durationText(value);
    case 'name':
      return String(value);
    case 'count':
      return countText(value);
  }
}

/** One value that is no message; a list has one each. */
export function fieldText(field: FieldInfo, value: unknown): string {
  if (field.values !== undefined) return enumText(field.values, value as number);
  if (typeof value === 'bigint') return numberText(field, value);
  if (typeof value === 'number') {
    return Number.isInteger(value) ? numberText(field, BigInt(value)) : String(value);
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value instanceof Uint8Array) return base64.encode(value);
  return String(value);
}

const UNIT = /(Uusd|Ppm|Ppb|Bp|Seconds|Ms)$/;

/** The name of a field without its unit, in words: `leastPayoutUusd` is `least payout`. */
export const labelOf = (name: string): string =>
  name
    .replace(UNIT, '')
    .replace(/^vol$/, 'volatility')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase();
