import { GRID } from './market.ts';

/** A strike of the first underlying at two expiries. */
export const [NEAR, FAR] = [2, 3].map((e) =>
  GRID.strikes.findIndex((strike, i) => GRID.expiryOf[i] === e && strike === 60_000),
) as [number, number];

/** One contract is offered, and nothing held. */
export const offered = (instrument: number, sellPrice: number) => ({
  ...{ instrument, quantity: 0 },
  orders: { buyQuantity: 0, buyPrice: 0, sellQuantity: 1, sellPrice },
});

/** One contract is bid for, and nothing held. */
export const wanted = (instrument: number, buyPrice: number) => ({
  ...{ instrument, quantity: 0 },
  orders: { buyQuantity: 1, buyPrice, sellQuantity: 0, sellPrice: 0 },
});
