import type { Outcome, StreamAccountEvents, StreamTrade, TxEvent } from '../../client/index.ts';

/** What a transaction's answer tells of an account, as its stream will (docs/streams.md). */
export function toldBy({ events, height }: Outcome, timeMs: number): StreamAccountEvents {
  return {
    fills: events.filter(({ type }) => type === 'trade').map((e) => tradeOf(e, height, timeMs)),
    events: events
      .filter(({ type }) => type !== 'trade')
      .map(({ type: event, attributes }) => ({ event, attributes })),
    txs: [],
  };
}

function tradeOf({ attributes }: TxEvent, height: number, timeMs: number): StreamTrade {
  const of = (key: string): string => attributes[key] ?? '';
  const side = (who: 'maker' | 'taker') => ({
    ...{ owner: of(who), subaccount: Number(of(`${who}_subaccount`)) },
    ...{ orderId: of(`${who}_order_id`), feeUusd: of(`${who}_fee_uusd`) },
  });
  const [maker, taker] = [side('maker'), side('taker')];
  return {
    ...{ id: of('trade_id'), symbol: of('series'), height: String(height) },
    ...{ timeMs: String(timeMs), priceUusd: of('price_uusd'), quantity: of('quantity') },
    ...{ takerSide: of('taker_side') === 'buy' ? 1 : 2, maker: maker.owner, taker: taker.owner },
    ...{ makerSubaccount: maker.subaccount, takerSubaccount: taker.subaccount },
    ...{ makerOrderId: maker.orderId, takerOrderId: taker.orderId },
    ...{ makerFeeUusd: maker.feeUusd, takerFeeUusd: taker.feeUusd },
    ...{ fundFeeUusd: of('fund_fee_uusd'), isLiquidation: false },
  };
}
