import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import type { Json } from '../../../proto/json.ts';
import { toJson } from '../../../proto/json.ts';
import type { BlockFacts, Fact } from '../facts.ts';
import type { JsonObject } from '../mergePatch.ts';
import type { Source } from '../source.ts';

const SNAPSHOT_TRADES = 100;

/**
 * A trade as `/tenor/v1/trades` shows it, of the event that told it. What an event leaves out is
 * its default; the id of the series is not in it.
 */
export function tradeOf({ attributes }: Fact, { height, timeMs }: BlockFacts): Json {
  const of = (key: string) => attributes[key] ?? '';
  return {
    id: of('trade_id'),
    symbol: of('series'),
    height: String(height),
    timeMs: String(timeMs),
    priceUusd: of('price_uusd'),
    quantity: of('quantity'),
    takerSide: of('taker_side') === 'buy' ? clob.Side.SIDE_BUY : clob.Side.SIDE_SELL,
    maker: of('maker'),
    taker: of('taker'),
    makerOrderId: of('maker_order_id'),
    takerOrderId: of('taker_order_id'),
    makerFeeUusd: of('maker_fee_uusd'),
    takerFeeUusd: of('taker_fee_uusd'),
    isLiquidation: attributes['liquidation'] === 'true',
    makerSubaccount: Number(of('maker_subaccount')),
    takerSubaccount: Number(of('taker_subaccount')),
    fundFeeUusd: of('fund_fee_uusd'),
    makerReferrerUusd: attributes['maker_referrer_uusd'] ?? '0',
    takerReferrerUusd: attributes['taker_referrer_uusd'] ?? '0',
    treasuryFeeUusd: attributes['treasury_fee_uusd'] ?? '0',
    validatorsFeeUusd: of('validators_fee_uusd'),
  };
}

function withoutSeriesId(trade: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(trade).filter(([key]) => key !== 'seriesId'));
}

/** Trades of an underlying, or of a series: the last ones, newest first, then each as it comes. */
export function tradesSource({ symbol = '', underlying = '' }): Source {
  const isOurs = ({ event, attributes: { series = '' } }: Fact) =>
    event === 'trade' && (symbol === '' ? series.startsWith(`${underlying}-`) : series === symbol);
  return {
    read: (reader) => {
      const { trades } = reader.ask(
        '/tenor.clob.v1.Query/Trades',
        clob.QueryTradesRequest,
        clob.QueryTradesResponse,
        { symbol, underlying, limit: SNAPSHOT_TRADES },
      );
      // Events do not tell it.
      const described = trades.map((trade) => withoutSeriesId(toJson(trade) as JsonObject));
      return { trades: described };
    },
    events: (block) => {
      const trades = block.events.filter(isOurs).map((fact) => tradeOf(fact, block));
      return trades.length === 0 ? undefined : { trades };
    },
  };
}
