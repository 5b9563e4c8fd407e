import { contracts, usd } from '../../format/amounts.ts';
import { shortAddress } from '../../format/address.ts';
import { expiryText, expiryTextAt } from '../../format/expiryText.ts';
import { moment } from '../../format/times.ts';
import { durationText, shareText } from './fieldText.ts';

/** Attributes of an event, by key; those that would say nothing are left out. */
export type Of = Readonly<Record<string, string | undefined>>;
export type Sentences = Readonly<Record<string, (of: Of) => string>>;

// Attributes as people read them. What is missing is a dash, never `undefined`.

export const text = (of: Of, key: string): string => of[key] ?? '–';
export const who = (of: Of, key: string): string => shortAddress(text(of, key));
export const money = (of: Of, key: string): string => `${usd(of[key])} USD`;
export const size = (of: Of, key = 'quantity'): string => contracts(of[key]);
export const order = (of: Of): string => `order ${text(of, 'order_id')}`;
export const refusal = (of: Of): string => `refused [${text(of, 'codespace')}/${text(of, 'code')}]`;
export const part = (of: Of, key: string, unit: 'ppm' | 'ppb' | 'bp'): string =>
  /^\d+$/.test(of[key] ?? '') ? shareText(BigInt(of[key]!), unit) : '–';
export const momentAt = (of: Of, key: string): string =>
  of[key] === undefined ? '–' : moment(Number(of[key]), 'utc');
export const secondsAt = (of: Of, key: string): string =>
  of[key] === undefined ? '–' : moment(1_000 * Number(of[key]), 'utc');
export const lasts = (of: Of, key: string): string =>
  of[key] === undefined ? '–' : durationText(Number(of[key]));
/** Of an expiry by name, or by seconds. */
export function expiry(of: Of): string {
  const { expiry: name, expiry_seconds: seconds } = of;
  const date = name === undefined ? seconds && expiryTextAt(seconds) : expiryText(name);
  return `${text(of, 'underlying')} ${date ?? '–'}`;
}
/** How many parts a list has that is parted by spaces. */
export const count = (of: Of, key: string): number =>
  text(of, key)
    .split(' ')
    .filter((each) => each !== '').length;
