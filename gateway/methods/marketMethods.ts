import { queries } from '../../client/index.ts';
import type { Level } from '../../proto/gen/tenor.clob.v1.ts';
import { candlesOf, MAX_CANDLES, RESOLUTIONS } from '../market/chart.ts';
import { describeInstrument, describeSummary, describeTicker } from '../market/describe.ts';
import { indexNameOf } from '../market/describe.ts';
import { SETTLEMENT } from '../market/instrument.ts';
import type { Listed } from '../market/market.ts';
import { underlyingOfIndex, underlyingsOf } from '../market/select.ts';
import { contracts, usd } from '../rpc/decimal.ts';
import type { Method, Methods } from '../rpc/method.ts';
import type { Params } from '../rpc/params.ts';
import { badParam, RpcError } from '../rpc/rpcError.ts';
import type { Services } from '../services.ts';
import { getVolatilityIndexData } from './volIndexMethod.ts';
import { tradeMethods } from './tradeMethods.ts';

export const KINDS = ['future', 'option', 'spot', 'future_combo', 'option_combo'] as const;
const DEPTHS = [1, 5, 10, 20, 50, 100, 1_000, 10_000];
/** As many prices a side as a node shows. */
const MOST_DEPTH = 200;

/** What is listed of a currency and a kind: only options are. */
export function listedBy({ market }: Services, params: Params, isNeeded: boolean): Listed[] {
  const currency = isNeeded ? params.text('currency', 16) : params.textOr('currency', 'any', 16);
  const kind = params.oneOf('kind', [...KINDS, 'any', 'combo'], 'any');
  if (kind !== 'any' && kind !== 'option') return [];
  return underlyingsOf(market, currency).flatMap((underlying) => market.listed(underlying));
}

const getInstruments: Method = {
  differs: 'creation_timestamp is when the gateway first saw it; expired ones are not listed',
  run(services, params) {
    if (params.flag('expired')) return [];
    return listedBy(services, params, false)
      .filter((listed) => services.market.isTrading(listed))
      .map((listed) => describeInstrument(services.market, listed));
  },
};

const LONG_NAMES: Readonly<Record<string, string>> = {
  ...{ BTC: 'Bitcoin', ETH: 'Ethereum', [SETTLEMENT]: 'USD on Tenor (uusd)' },
};

const getCurrencies: Method = {
  differs: `${SETTLEMENT} stands for the chain's USD, in which all is settled`,
  run: ({ market }) =>
    [...market.underlyings, SETTLEMENT].map((currency) => ({
      ...{ currency, currency_long: LONG_NAMES[currency] ?? currency },
      ...{ coin_type: currency === SETTLEMENT ? 'UUSD' : currency, min_confirmations: 1 },
      ...{ min_withdrawal_fee: 0, withdrawal_fee: 0, withdrawal_priorities: [] },
      ...{ in_cross_collateral_pool: false, decimals: currency === SETTLEMENT ? 6 : 8 },
    })),
};

const level = ({ priceUusd, quantity }: Level): [number, number] => [
  usd(priceUusd),
  contracts(quantity),
];

const getOrderBook: Method = {
  differs: `at most ${MOST_DEPTH} prices a side`,
  async run({ client, market }, params) {
    const listed = market.mustFind(params.text('instrument_name'));
    const depth = params.integer('depth', { min: 1, max: 10_000, or: 5 });
    if (!DEPTHS.includes(depth)) throw badParam('depth', `must be one of ${DEPTHS.join(', ')}`);
    const asked = { symbol: listed.symbol, depth: Math.min(depth, MOST_DEPTH) };
    const { bids, asks } = await client.ask(queries.book, asked);
    const [bid, ask] = [bids[0], asks[0]];
    return {
      ...describeTicker(market, listed),
      best_bid_price: bid === undefined ? null : usd(bid.priceUusd),
      best_bid_amount: bid === undefined ? 0 : contracts(bid.quantity),
      best_ask_price: ask === undefined ? null : usd(ask.priceUusd),
      best_ask_amount: ask === undefined ? 0 : contracts(ask.quantity),
      ...{ bids: bids.map(level), asks: asks.map(level), change_id: market.height },
    };
  },
};

const getIndexPrice: Method = {
  differs: 'btc_usd is btc_usdc: there is one index',
  run({ market }, params) {
    const underlying = underlyingOfIndex(market, params.text('index_name', 32));
    const price = market.index(underlying);
    if (price === null) throw new RpcError('unavailable', { reason: 'no quorum has told it yet' });
    return { index_price: price, estimated_delivery_price: price };
  },
};

const getChart: Method = {
  differs: 'of an indexer (--history), or the trades since the start and those the node kept',
  async run({ market, history }, params) {
    const { symbol, underlying } = market.mustFind(params.text('instrument_name'));
    const [fromMs, toMs] = [params.time('start_timestamp'), params.time('end_timestamp')];
    const resolution = params.oneOf('resolution', Object.keys(RESOLUTIONS));
    const minutes = RESOLUTIONS[resolution]!;
    if (toMs < fromMs) throw badParam('end_timestamp', 'is before start_timestamp');
    if ((toMs - fromMs) / 60_000 / minutes > MAX_CANDLES) {
      throw badParam('start_timestamp', `more than ${MAX_CANDLES} candles: ask for less`);
    }
    const until = Math.min(toMs, market.timeMs);
    const trades = market.tape(underlying).of(symbol);
    const span = { fromMs, toMs: until };
    const candles =
      (await history?.candles(symbol, minutes, span)) ?? candlesOf(trades, minutes, span);
    return {
      status: candles.length === 0 ? 'no_data' : 'ok',
      ticks: candles.map(({ tick }) => tick),
      open: candles.map(({ open }) => open),
      high: candles.map(({ high }) => high),
      low: candles.map(({ low }) => low),
      close: candles.map(({ close }) => close),
      volume: candles.map(({ volume }) => volume),
      cost: candles.map(({ cost }) => cost),
    };
  },
};

const getHistoricalVolatility: Method = {
  differs: 'realised by the index since the gateway started, annualised, by the hour and now',
  run({ market }, params) {
    const [underlying] = underlyingsOf(market, params.text('currency', 16));
    return underlying === undefined ? [] : market.realised(underlying).points();
  },
};

const getExpirations: Method = {
  run(services, params) {
    const names = listedBy(services, params, false).map(({ name }) => name.split('-')[1]!);
    return { option: [...new Set(names)], future: [] };
  },
};

export const marketMethods: Methods = {
  'public/get_instruments': getInstruments,
  'public/get_instrument': {
    differs: 'creation_timestamp is when the gateway first saw it',
    run: ({ market }, params) =>
      describeInstrument(market, market.mustFind(params.text('instrument_name'))),
  },
  'public/get_currencies': getCurrencies,
  'public/ticker': {
    differs: 'stats are of the trades that the gateway knows; without a price it is null',
    run: ({ market }, params) =>
      describeTicker(market, market.mustFind(params.text('instrument_name'))),
  },
  'public/get_order_book': getOrderBook,
  'public/get_book_summary_by_currency': {
    differs: 'stats are of the trades that the gateway knows',
    run: (services, params) =>
      listedBy(services, params, true).map((listed) => describeSummary(services.market, listed)),
  },
  'public/get_book_summary_by_instrument': {
    differs: 'stats are of the trades that the gateway knows',
    run: ({ market }, params) => [
      describeSummary(market, market.mustFind(params.text('instrument_name'))),
    ],
  },
  'public/get_index_price': getIndexPrice,
  'public/get_index_price_names': {
    run: ({ market }) => market.underlyings.map(indexNameOf),
  },
  'public/get_contract_size': {
    run({ market }, params) {
      market.mustFind(params.text('instrument_name'));
      return { contract_size: 1 };
    },
  },
  'public/get_expirations': getExpirations,
  'public/get_tradingview_chart_data': getChart,
  'public/get_historical_volatility': getHistoricalVolatility,
  'public/get_volatility_index_data': getVolatilityIndexData,
  ...tradeMethods,
};
