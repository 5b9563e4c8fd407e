import type { Leg, LegMarket } from './leg.ts';

export const NOW = 1_795_900_000;
export const DAY = 86_400;

export const market: LegMarket = {
  ...{ index: 64_000, forward: 64_400, volatility: 0.5, seconds: NOW },
  ...{ windowSeconds: 1_800, weightedSum: 0, weightSeconds: 0 },
};

/** A leg of 30 days at a price; `given` says what differs. */
export function leg(
  kind: 'C' | 'P',
  strike: number,
  contracts: number,
  price: number,
  given: Partial<Leg> = {},
): Leg {
  const expirySeconds = NOW + 30 * DAY;
  const symbol = `BTC-27DEC26-${strike}-${kind}`;
  return {
    symbol,
    isCall: kind === 'C',
    strike,
    contracts,
    price,
    expirySeconds,
    market,
    ...given,
  };
}
