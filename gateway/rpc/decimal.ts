/** Base units of a contract and of a dollar. */
export const QUANTITY_DECIMALS = 4;
export const USD_DECIMALS = 6;

const DECIMAL = /^(\d{1,15})(?:\.(\d{1,15}))?$/;
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
  const match = DECIMAL.exec(plain(String(value)));
  if (match === null) return null;
  const [, whole, fraction = ''] = match;
  const digits = fraction.replace(/0+$/, '');
  if (digits.length > decimals) return null;
  return BigInt(whole! + digits.padEnd(decimals, '0'));
}

type Units = bigint | string | number;

/** uusd as dollars. */
export const usd = (uusd: Units): number => Number(uusd) / 1e6;
/** 1e-4 contracts as contracts. */
export const contracts = (quantity: Units): number => Number(quantity) / 1e4;
/** To so many decimals, for numbers that are for people. */
export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
