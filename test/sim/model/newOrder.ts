import type { Taker } from './matching.ts';
import type { Account, SelfTrade, Series } from './types.ts';

/** What the chain did with an order, as it answered. */
export interface Outcome {
  readonly orderId: bigint;
  readonly filled: bigint;
  readonly resting: bigint;
  /** It would take, and waits for the end of the next block. */
  readonly delayed?: boolean | undefined;
}

export interface NewOrder {
  readonly account: Account;
  readonly series: Series;
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
  /** In 1e-4: its price is what that is worth, within its bound, which it reserves at. */
  readonly volBp?: number;
  readonly boundUusd?: bigint;
  readonly quantity: bigint;
  readonly timeInForce: 'gtc' | 'ioc' | 'fok';
  readonly postOnly: 'none' | 'reject' | 'slide';
  readonly isReduceOnly: boolean;
  readonly selfTrade: SelfTrade;
  /** Unix seconds; 0: until it is cancelled. */
  readonly goodTilSeconds: number;
  /** Of an order that is placed again under its id: what it had filled before. */
  readonly filledBefore?: bigint;
  /** Its price is only a bound. */
  readonly isMarket?: boolean;
  /** Of its client; '' if absent. */
  readonly name?: string;
  /** The message that it came in, to tell it from another of the same name. */
  readonly terms?: string;
  /** Whatever it was made from. */
  readonly intent?: unknown;
}

export const takerOf = (order: NewOrder, id: bigint): Taker => ({
  ...order,
  id,
  left: order.quantity,
});

/** What an order reserves margin and cash at: of one by volatility its bound. */
export const reservedBy = <T extends { readonly priceUusd: bigint }>(
  { boundUusd }: Pick<NewOrder, 'boundUusd'>,
  of: T,
): T => ({ ...of, priceUusd: boundUusd ?? of.priceUusd });

export const nameOf = ({ account, series, isBuy, quantity, priceUusd }: NewOrder) =>
  `${isBuy ? 'buy' : 'sell'} ${quantity} ${series.symbol} at ${priceUusd} by ${account.id}`;
