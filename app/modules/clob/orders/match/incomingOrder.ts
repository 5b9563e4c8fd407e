import type { SelfTrade, TimeInForce } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { Taker } from './judgeFill.ts';

/** An order that has passed its checks. */
export interface IncomingOrder extends Taker {
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  /** A contract; a multiple of a cent. */
  readonly priceUusd: bigint;
  readonly timeInForce: TimeInForce;
  readonly isPostOnly: boolean;
  readonly isReduceOnly: boolean;
  readonly selfTrade: SelfTrade;
  readonly clientOrderId: string;
  /** Unix seconds from which on it may not rest. */
  readonly goodTilSeconds?: bigint | undefined;
  /** Of its message, when it has a client order id. */
  readonly terms?: Uint8Array | undefined;
  /** It is by volatility: the price is what that is worth now. */
  readonly vol?: { readonly volBp: number; readonly boundUusd: bigint } | undefined;
}
