import type { StreamTrade } from '../../client/streamTypes.ts';
import { contracts, price, usd } from '../format/amounts.ts';
import { partsOf } from '../format/series.ts';
import { wallet } from '../wallet/wallet.ts';
import { useEvents } from './streams.ts';
import { toast } from './toasts.ts';

interface Fill {
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

/** Says what was bought and sold, whoever came to whom. */
export function useFillToasts(): void {
  const owner = wallet.value?.owner;
  useEvents(owner === undefined ? null : `account:${owner}`, ({ fills }) => {
    for (const { symbol, isBuy, quantity, valueUusd, feeUusd } of fillsOf(fills, owner!)) {
      const title = `${isBuy ? 'Bought' : 'Sold'} ${contracts(quantity)} ${partsOf(symbol).text}`;
      toast('good', title, `at ${price(valueUusd / quantity)}, fee ${usd(feeUusd)} USD`);
    }
  });
}
