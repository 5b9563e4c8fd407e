/** What does not exist: a bid where nothing rests, a mark without a surface. */
export const NONE = '–';

const UUSD_PER_USD = 1_000_000;
const UNITS_PER_CONTRACT = 10_000;

type Units = string | bigint | number;

/** With commas, and just so many decimals. */
export function decimal(value: number, decimals: number): string {
  const fixed = Math.abs(value).toFixed(decimals);
  const [whole = '', fraction] = fixed.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const isZero = !/[1-9]/.test(fixed);
  const sign = value < 0 && !isZero ? '−' : '';
  return sign + grouped + (fraction === undefined ? '' : `.${fraction}`);
}

/** Dollars of base units: `1,250.00`. */
export function usd(uusd: Units | null | undefined, decimals = 2): string {
  return uusd === null || uusd === undefined
    ? NONE
    : decimal(Number(uusd) / UUSD_PER_USD, decimals);
}

/** The same with its sign said: `+12.50`. */
export function signedUsd(uusd: Units | null | undefined, decimals = 2): string {
  const text = usd(uusd, decimals);
  return uusd !== null && uusd !== undefined && Number(uusd) > 0 ? `+${text}` : text;
}

/** A price of an option: cents only where they matter. */
export function price(uusd: Units | null | undefined): string {
  if (uusd === null || uusd === undefined) return NONE;
  const dollars = Number(uusd) / UUSD_PER_USD;
  return decimal(dollars, Number.isInteger(dollars) ? 0 : Math.abs(dollars) < 0.1 ? 4 : 2);
}

/** Contracts of 1e-4: `0.5`, `12`. */
export function contracts(units: Units | null | undefined): string {
  if (units === null || units === undefined) return NONE;
  const value = Number(units) / UNITS_PER_CONTRACT;
  const decimals = Number.isInteger(value)
    ? 0
    : Math.abs(value).toFixed(4).replace(/0+$/, '').split('.')[1]!.length;
  return decimal(value, Math.max(0, Math.min(4, decimals)));
}

/** A share of one: `54.2%`. */
export function percent(value: number | null | undefined, decimals = 1): string {
  return value === null || value === undefined ? NONE : `${decimal(100 * value, decimals)}%`;
}

export function number(value: number | null | undefined, decimals: number): string {
  return value === null || value === undefined ? NONE : decimal(value, decimals);
}
