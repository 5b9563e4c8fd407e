import { CONTRACT_DECIMALS, COINS, USD_DECIMALS, coinText } from '../app/lib/amountText.ts';
import { DecimalError, formatRounded, parseDecimal } from '../app/lib/decimal.ts';
import type { Coin } from '../proto/gen/cosmos.base.v1beta1.ts';
import { usageError } from './errors.ts';

export { quantityText as formatQuantity, priceText as formatPrice } from '../app/lib/amountText.ts';

/** The largest amount that a message of the exchange carries, in base units. */
const MAX_UNITS = (1n << 64n) - 1n;
/** The largest amount of a coin has so many digits. */
const MAX_COIN = 10n ** 39n - 1n;
/** Commas between thousands, as this command prints them. */
const GROUPED = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/;

/** More than zero and at most `max`, in base units. */
function read(text: string, decimals: number, what: string, max = MAX_UNITS): bigint {
  const digits = GROUPED.test(text) ? text.replaceAll(',', '') : text;
  let value: bigint;
  try {
    value = parseDecimal(digits, decimals);
  } catch (error) {
    if (error instanceof DecimalError) throw usageError(`${what}: ${error.message}.`);
    throw error;
  }
  if (value <= 0n) throw usageError(`${what}: ${text} is not more than zero.`);
  if (value > max) throw usageError(`${what}: ${text} is more than there can be.`);
  return value;
}

/** Contracts as typed, `0.5`, in 1e-4 contracts. */
export function parseQuantity(text: string): bigint {
  return read(text, CONTRACT_DECIMALS, 'Quantity');
}

/** A price in USD per contract as typed, `1250`, `1,250.00` or `1250.5 USD`, in uusd. */
export function parsePrice(text: string): bigint {
  return read(text.replace(/(?<=\d) ?usd$/i, ''), USD_DECIMALS, 'Price');
}

/** `1.5usd`, `1,250.00 USD`, `50000000000uusd`, `2tenor` or `7utenor` as a coin, not zero. */
export function parseCoin(text: string): Coin {
  const match = /^([-\d.,_]+) ?([a-z]+)$/.exec(text.toLowerCase());
  const known = COINS.find(({ name, denom }) => match?.[2] === name || match?.[2] === denom);
  if (match === null || known === undefined) {
    throw usageError(
      `"${text.slice(0, 40)}" is not an amount.`,
      'Write 50000usd, 1.5usd, 2tenor, or base units as in 1500000uusd.',
    );
  }
  const decimals = match[2] === known.denom ? 0 : known.decimals;
  const amount = read(match[1]!, decimals, 'Amount', MAX_COIN);
  return { denom: known.denom, amount: amount.toString() };
}

/** `50000usd` or `50000000000uusd`, in uusd. */
export function parseUsd(text: string): bigint {
  const { denom, amount } = parseCoin(text);
  if (denom === 'uusd' && BigInt(amount) <= MAX_UNITS) return BigInt(amount);
  if (denom === 'uusd') throw usageError(`Amount: ${text} is more than there can be.`);
  throw usageError(`${text} is not in USD.`, 'Write 50000usd or 50000000000uusd.');
}

/** Rounded to cents: `-1,250.00`. */
export const formatUsd = (uusd: bigint): string => formatRounded(uusd, USD_DECIMALS, 2, true);

/** `1,250.00 USD`, `2 TENOR`; a coin of an unknown denomination as it is. */
export const formatCoin = ({ denom, amount }: Coin): string =>
  /^-?\d+$/.test(amount) ? coinText(BigInt(amount), denom) : `${amount} ${denom}`;

/** Sentences in the shape of the Cosmos SDK have base units: `5000000uusd` becomes `5.00 USD`. */
export const humanise = (sentence: string): string =>
  sentence.replace(/(?<![\w.])(-?\d+)(uusd|utenor)\b/g, (_, amount: string, denom: string) =>
    formatCoin({ denom, amount }),
  );
