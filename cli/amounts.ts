import { DecimalError, formatDecimal, formatRounded, parseDecimal } from '../app/lib/decimal.ts';
import type { Coin } from '../proto/gen/cosmos.base.v1beta1.ts';
import { usageError } from './errors.ts';

/** Digits after the point: a contract has 10^4 units, a dollar 10^6 uusd. */
export const CONTRACT_DECIMALS = 4;
export const USD_DECIMALS = 6;
/** What people call a coin, its base unit and the digits between. */
const coins = [
  { name: 'usd', denom: 'uusd', decimals: USD_DECIMALS },
  { name: 'tenor', denom: 'utenor', decimals: 6 },
] as const;

function read(text: string, decimals: number, what: string): bigint {
  try {
    return parseDecimal(text, decimals);
  } catch (error) {
    if (error instanceof DecimalError) throw usageError(`${what}: ${error.message}.`);
    throw error;
  }
}

function positive(value: bigint, text: string, what: string): bigint {
  if (value > 0n) return value;
  throw usageError(`${what}: ${text} is not more than zero.`);
}

/** Contracts as typed, `0.5`, in 1e-4 contracts. */
export function parseQuantity(text: string): bigint {
  return positive(read(text, CONTRACT_DECIMALS, 'Quantity'), text, 'Quantity');
}

/** A price in USD per contract as typed, `1250` or `1250.5usd`, in uusd. */
export function parsePrice(text: string): bigint {
  const number = text.replace(/(?<=\d)usd$/i, '');
  return positive(read(number, USD_DECIMALS, 'Price'), text, 'Price');
}

/** `1.5usd`, `50000000000uusd`, `2tenor` or `7utenor` as a coin in base units, not zero. */
export function parseCoin(text: string): Coin {
  const match = /^([-\d.,_]+)([a-z]+)$/.exec(text);
  const known = coins.find(({ name, denom }) => match?.[2] === name || match?.[2] === denom);
  if (match === null || known === undefined) {
    throw usageError(
      `"${text.slice(0, 40)}" is not an amount.`,
      'Write 50000usd, 1.5usd, 2tenor, or base units as in 1500000uusd.',
    );
  }
  const decimals = match[2] === known.denom ? 0 : known.decimals;
  const amount = positive(read(match[1]!, decimals, 'Amount'), text, 'Amount');
  return { denom: known.denom, amount: amount.toString() };
}

/** `50000usd` or `50000000000uusd`, in uusd. */
export function parseUsd(text: string): bigint {
  const { denom, amount } = parseCoin(text);
  if (denom === 'uusd') return BigInt(amount);
  throw usageError(`${text} is not in USD.`, 'Write 50000usd or 50000000000uusd.');
}

/** `0.5` */
export const formatQuantity = (units: bigint): string =>
  formatDecimal(units, CONTRACT_DECIMALS, { grouped: true });

/** All its digits, two at the least: `1,250.00`. */
export const formatPrice = (uusd: bigint): string =>
  formatDecimal(uusd, USD_DECIMALS, { minFraction: 2, grouped: true });

/** Rounded to cents: `-1,250.00`. */
export const formatUsd = (uusd: bigint): string => formatRounded(uusd, USD_DECIMALS, 2, true);

/** `1,250.00 USD`, `2 TENOR`; a coin of an unknown denomination as it is. */
export function formatCoin({ denom, amount }: Coin): string {
  const known = coins.find((coin) => coin.denom === denom);
  if (known === undefined) return `${amount} ${denom}`;
  const minFraction = known.name === 'usd' ? 2 : 0;
  const text = formatDecimal(BigInt(amount), known.decimals, { minFraction, grouped: true });
  return `${text} ${known.name.toUpperCase()}`;
}

/** The chain's sentences speak of base units: `5000000uusd` becomes `5.00 USD`. */
export const humanise = (sentence: string): string =>
  sentence.replace(/(?<![\w.])(-?\d+)(uusd|utenor)\b/g, (_, amount: string, denom: string) =>
    formatCoin({ denom, amount }),
  );
