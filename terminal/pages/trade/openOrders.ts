import type { StreamSubaccount } from '../../../client/streamTypes.ts';

/** An open order as `account:` has it. */
export interface OpenOrder {
  readonly id: string;
  readonly symbol: string;
  /** 1: buys. */
  readonly side: 1 | 2;
  readonly priceUusd: string;
  readonly remaining: string;
  readonly quantity: string;
  readonly reduceOnly: boolean;
  readonly goodTilSeconds?: string;
  /** Of an order by volatility, in 1e-4; its price is its bound. */
  readonly volBp?: number;
  readonly nowUusd?: string;
}

/** The newest first; of one series when a symbol is given. */
export function ordersOf(account: StreamSubaccount | null, symbol?: string): readonly OpenOrder[] {
  const all = Object.values(account?.orders ?? {}) as unknown as readonly OpenOrder[];
  return all
    .filter((order) => symbol === undefined || order.symbol === symbol)
    .sort((a, b) => Number(b.id) - Number(a.id));
}
