import { DecimalError, parseDecimal } from '../../app/lib/decimal.ts';

/** Base units of a contract and of a dollar. */
export const QUANTITY_DECIMALS = 4;
export const USD_DECIMALS = 6;

/** What 64 bits with a sign hold: no amount is more. */
const MOST_UNITS = (1n << 63n) - 1n;
const EXPONENT = /^(\d)(?:\.(\d{1,16}))?e-(\d{1,2})$/;

/** The number as decimal text, without an exponent: JavaScript writes 1e-7 so. */
function plain(text: string): string {
  const match = EXPONENT.exec(text);
  if (match === null) return text;
  const [, first, rest = '', exponent] = match;
  return `0.${'0'.repeat(Number(exponent) - 1)}${first!}${rest}`;
}

/**
 * A decimal in units of 10^-decimals, exactly; null where it is none, negative, or finer. Numbers
 * are read as JavaScript writes them: 0.1 is a tenth.
 */
export function toUnits(value: unknown, decimals: number): bigint | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  // Zeros at the end say nothing.
  const text = plain(String(value))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  try {
    const units = parseDecimal(text, decimals);
    return units < 0n || text.startsWith('-') || units > MOST_UNITS ? null : units;
  } catch (error) {
    if (error instanceof DecimalError) return null;
    throw error;
  }
}

type Units = bigint | string | number;

/** uusd as dollars. */
export const usd = (uusd: Units): number => Number(uusd) / 1e6;
/** 1e-4 contracts as contracts. */
export const contracts = (quantity: Units): number => Number(quantity) / 1e4;
/** To so many decimals, for numbers that are for people. */
export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
