/**
 * Amounts as people type and read them: the one place where base units become dollars, contracts
 * and coins, for the chain's sentences and for the command line alike (docs/adr/098).
 */
import { formatDecimal } from './decimal.ts';

/** Digits after the point: a contract has 10^4 units, a dollar 10^6 uusd. */
export const CONTRACT_DECIMALS = 4;
export const USD_DECIMALS = 6;
/** What people call a coin, its base unit and the digits between. */
export const COINS = [
  { name: 'usd', denom: 'uusd', decimals: USD_DECIMALS },
  { name: 'tenor', denom: 'utenor', decimals: 6 },
] as const;

const CENT_UUSD = 10_000n;

/** A price or an amount of dollars, exact: `1,084.45`, `0.000001`. */
export const priceText = (uusd: bigint): string =>
  formatDecimal(uusd, USD_DECIMALS, { minFraction: 2, grouped: true });

/** The same with its unit: `1,084.45 USD`. */
export const usdText = (uusd: bigint): string => `${priceText(uusd)} USD`;

/** What is missing, never less than it: 4,001 uusd are `0.01 USD`. */
export const shortfallText = (uusd: bigint): string =>
  usdText(((uusd + CENT_UUSD - 1n) / CENT_UUSD) * CENT_UUSD);

/** Contracts of 1e-4: `0.01`, `5,000`. */
export const quantityText = (units: bigint): string =>
  formatDecimal(units, CONTRACT_DECIMALS, { grouped: true });

/** `5,000 contracts`, `1 contract`. */
export const contractsText = (units: bigint): string =>
  `${quantityText(units)} contract${quantityText(units) === '1' ? '' : 's'}`;

/** `1,250.00 USD`, `2 TENOR`; base units of an unknown denomination as they are. */
export function coinText(amount: bigint, denom: string): string {
  const known = COINS.find((coin) => coin.denom === denom);
  if (known === undefined) return `${amount} ${denom}`;
  const minFraction = known.name === 'usd' ? 2 : 0;
  const text = formatDecimal(amount, known.decimals, { minFraction, grouped: true });
  return `${text} ${known.name.toUpperCase()}`;
}

/** `0.10 USD or 0.20 USD` of values that may be used; of one only that. */
export const choiceText = (choices: readonly string[]): string =>
  choices.length < 2
    ? choices.join('')
    : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)!}`;
