import type { StreamTrade } from '../../client/index.ts';
import type { TradeContext } from '../market/tape.ts';

/** What a client asked for that the chain does not keep. */
export interface AskedTerms {
  readonly timeInForce: string;
  readonly type: 'limit' | 'market';
  readonly postOnly: boolean;
  readonly rejectPostOnly: boolean;
}

/** An order of the account, as far as the gateway knows it. */
export interface Order {
  readonly id: string;
  readonly symbol: string;
  readonly isBuy: boolean;
  priceUusd: bigint;
  quantity: bigint;
  filled: bigint;
  /** Of the fills that are known: price times quantity. Less than all after a start. */
  knownFilled: bigint;
  costUusd: bigint;
  state: 'open' | 'filled' | 'cancelled' | 'rejected';
  /** The chain's word for why the rest of it is gone. */
  reason: string | null;
  readonly clientOrderId: string;
  readonly reduceOnly: boolean;
  asked: AskedTerms;
  /** In 1e-4, of an order by volatility. */
  volBp: number | null;
  /** Where it was seen first. */
  readonly height: number;
  readonly createdMs: number;
  updatedMs: number;
  isReplaced: boolean;
  /** It would take, and waits for the end of the next block, where takers do (ADR 149). */
  isDelayed: boolean;
}

/** A trade from the account's side of it. */
export interface Fill extends StreamTrade, TradeContext {
  readonly orderId: string;
  readonly isBuy: boolean;
  readonly isMaker: boolean;
  readonly feeUusd: bigint;
}

export const PLAIN: AskedTerms = {
  ...{ timeInForce: 'good_til_cancelled', type: 'limit', postOnly: false, rejectPostOnly: false },
};
