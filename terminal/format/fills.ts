import type { StreamTrade } from '../../client/streamTypes.ts';

export interface Fill {
  readonly symbol: string;
  readonly isBuy: boolean;
  quantity: bigint;
  valueUusd: bigint;
  feeUusd: bigint;
}

/** Trades of one order in one block are one fill, as people think of it. */
export function fillsOf(trades: readonly StreamTrade[], owner: string): readonly Fill[] {
  const fills = new Map<string, Fill>();
  const add = (trade: StreamTrade, isTaker: boolean) => {
    const { symbol, takerSide, takerOrderId, makerOrderId, takerFeeUusd, makerFeeUusd } = trade;
    const order = isTaker ? takerOrderId : makerOrderId;
    const empty = { symbol, isBuy: (takerSide === 1) === isTaker };
    const fill = fills.get(order) ?? { ...empty, quantity: 0n, valueUusd: 0n, feeUusd: 0n };
    fill.quantity += BigInt(trade.quantity);
    fill.valueUusd += BigInt(trade.quantity) * BigInt(trade.priceUusd);
    fill.feeUusd += BigInt(isTaker ? takerFeeUusd : makerFeeUusd);
    fills.set(order, fill);
  };
  for (const trade of trades) {
    if (trade.taker === owner) add(trade, true);
    if (trade.maker === owner) add(trade, false);
  }
  return [...fills.values()];
}
