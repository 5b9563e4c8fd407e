import { ListingCalendar } from '../../proto/gen/tenor.options.v1.ts';
import { contracts, rounded, usd } from '../rpc/decimal.ts';
import { nameOf, SETTLEMENT } from './instrument.ts';
import type { Listed, Market } from './market.ts';
import type { StreamLevel } from './streamSeries.ts';
import type { TapeTrade } from './tape.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 31_536_000_000;

const PERIODS: Readonly<Partial<Record<ListingCalendar, string>>> = {
  [ListingCalendar.LISTING_CALENDAR_DAILY]: 'day',
  [ListingCalendar.LISTING_CALENDAR_INTERVAL]: 'day',
  [ListingCalendar.LISTING_CALENDAR_WEEKLY]: 'week',
};

export const indexNameOf = (underlying: string): string =>
  `${underlying}_${SETTLEMENT}`.toLowerCase();

/** The tick where it is marked, and the wider ones above: those below divide it. */
function ticksOf(market: Market, { underlying, state }: Listed) {
  const { ticks } = market.rules(underlying);
  const mark = BigInt(state.mark?.markUusd ?? '0');
  const at = Math.max(
    ticks.findLastIndex(({ fromUusd }) => fromUusd <= mark),
    0,
  );
  const above = ticks.slice(at + 1).map(({ fromUusd, tickUusd }) => ({
    ...{ above_price: usd(fromUusd), tick_size: usd(tickUusd) },
  }));
  return { tick_size: usd(ticks[at]!.tickUusd), tick_size_steps: above };
}

/** `get_instruments`. */
export function describeInstrument(market: Market, listed: Listed) {
  const { underlying, name, strike, isCall, expiryMs, seenMs, state } = listed;
  const isActive = market.isTrading(listed);
  const lot = contracts(market.rules(underlying).lot);
  return {
    ...{ kind: 'option', instrument_name: name, instrument_id: Number(state.id) },
    ...{ base_currency: underlying, quote_currency: SETTLEMENT, counter_currency: SETTLEMENT },
    ...{ settlement_currency: SETTLEMENT, settlement_period: periodOf(market, listed) },
    ...{ strike, option_type: isCall ? 'call' : 'put', instrument_type: 'linear' },
    ...{ creation_timestamp: seenMs, expiration_timestamp: expiryMs, is_active: isActive },
    ...{ state: isActive ? 'open' : 'settlement', contract_size: 1, min_trade_amount: lot },
    ...ticksOf(market, listed),
    ...{ maker_commission: market.fees.maker, taker_commission: market.fees.taker },
    ...{ price_index: indexNameOf(underlying), underlying_type: 'crypto', rfq: false },
    ...{ block_trade_commission: market.fees.taker, block_trade_min_trade_amount: lot },
    block_trade_tick_size: ticksOf(market, listed).tick_size,
  };
}

const periodOf = (market: Market, listed: Listed): string =>
  PERIODS[market.calendar(listed)] ?? 'month';

const priceOf = (level: StreamLevel | undefined): number | null =>
  level === undefined ? null : usd(level.priceUusd);
const amountOf = (level: StreamLevel | undefined): number =>
  level === undefined ? 0 : contracts(level.quantity);

/** Of the trades of the last day that the gateway knows. */
export function statsOf(market: Market, { symbol, underlying }: Listed) {
  const trades = market.tape(underlying).of(symbol);
  const recent = trades.filter(({ timeMs }) => Number(timeMs) >= market.timeMs - DAY_MS);
  const prices = recent.map(({ priceUusd }) => usd(priceUusd));
  const sizes = recent.map(({ quantity }) => contracts(quantity));
  const [first, last] = [prices[0], prices.at(-1)];
  const change = first === undefined ? null : rounded(100 * (last! / first - 1), 4);
  const notional = sizes.reduce((sum, size, i) => sum + size * prices[i]!, 0);
  return {
    last: trades.length === 0 ? null : usd(trades.at(-1)!.priceUusd),
    high: prices.length === 0 ? null : Math.max(...prices),
    low: prices.length === 0 ? null : Math.min(...prices),
    volume: rounded(
      sizes.reduce((sum, size) => sum + size, 0),
      4,
    ),
    notional: rounded(notional, 6),
    change,
  };
}

const percent = (vol: number | null | undefined): number =>
  vol === null || vol === undefined ? 0 : rounded(100 * vol, 2);

/** Vega for a point of volatility, theta for a day, rho for a point of the rate (−τ·price). */
function greeksOf(market: Market, { expiryMs, state: { mark } }: Listed) {
  if (mark?.delta === undefined || mark.markUusd === undefined) return null;
  const years = Math.max(0, (expiryMs - market.timeMs) / YEAR_MS);
  return {
    delta: rounded(mark.delta, 5),
    gamma: rounded(mark.gamma ?? 0, 8),
    vega: rounded((mark.vega ?? 0) / 100, 5),
    theta: rounded((mark.theta ?? 0) / 365, 5),
    rho: rounded((-years * usd(mark.markUusd)) / 100, 5),
  };
}

/** `ticker`, and what `get_order_book` has in common with it. */
export function describeTicker(market: Market, listed: Listed) {
  const { underlying, name, state } = listed;
  const { mark, bid, ask } = state;
  const { last, high, low, volume, notional, change } = statsOf(market, listed);
  const greeks = greeksOf(market, listed);
  const [bidPrice, askPrice] = [priceOf(bid), priceOf(ask)];
  const index = market.index(underlying);
  return {
    ...{ instrument_name: name, timestamp: market.timeMs },
    state: market.isTrading(listed) ? 'open' : 'settlement',
    stats: { volume, volume_usd: notional, high, low, price_change: change },
    open_interest: contracts(state.openInterest),
    ...{ best_bid_price: bidPrice, best_bid_amount: amountOf(bid) },
    ...{ best_ask_price: askPrice, best_ask_amount: amountOf(ask) },
    ...{ index_price: index, estimated_delivery_price: index },
    min_price: mark === undefined ? null : usd(mark.bandLowUusd),
    max_price: mark === undefined ? null : usd(mark.bandHighUusd),
    mark_price: mark?.markUusd === undefined ? null : usd(mark.markUusd),
    ...{ last_price: last, interest_rate: 0 },
    ...(mark === undefined ? {} : { underlying_price: rounded(mark.forward, 4) }),
    underlying_index: `${underlying}_${SETTLEMENT}-${name.split('-')[1]!}`,
    bid_iv: percent(bidPrice === null ? null : market.volOf(listed, bidPrice)),
    ask_iv: percent(askPrice === null ? null : market.volOf(listed, askPrice)),
    // What may be left out is, where there is none; what must be there is null.
    ...(mark?.vol === undefined ? {} : { mark_iv: percent(mark.vol) }),
    ...(greeks === null ? {} : { greeks }),
  };
}

/** `get_book_summary_by_…`. */
export function describeSummary(market: Market, listed: Listed) {
  const ticker = describeTicker(market, listed);
  const { best_bid_price: bid, best_ask_price: ask } = ticker;
  const { last, high, low, volume, notional, change } = statsOf(market, listed);
  return {
    ...{ instrument_name: ticker.instrument_name, base_currency: listed.underlying },
    ...{ quote_currency: SETTLEMENT, high, low, last, volume, volume_usd: notional },
    ...{ volume_notional: notional, price_change: change, bid_price: bid, ask_price: ask },
    mid_price: bid === null || ask === null ? null : rounded((bid + ask) / 2, 6),
    mark_price: ticker.mark_price,
    ...(ticker.mark_iv === undefined ? {} : { mark_iv: ticker.mark_iv }),
    ...{ open_interest: ticker.open_interest, creation_timestamp: ticker.timestamp },
    ...{ underlying_index: ticker.underlying_index, interest_rate: 0 },
    ...(ticker.underlying_price === undefined ? {} : { underlying_price: ticker.underlying_price }),
    estimated_delivery_price: ticker.estimated_delivery_price,
  };
}

/** A public trade. What the gateway did not see is null. */
export function describeTrade(trade: TapeTrade) {
  return {
    ...{ trade_id: trade.id, trade_seq: Number(trade.id) },
    ...{ instrument_name: nameOf(trade.symbol), timestamp: Number(trade.timeMs) },
    direction: trade.takerSide === 1 ? 'buy' : 'sell',
    ...{ tick_direction: trade.tick, price: usd(trade.priceUusd) },
    ...{ amount: contracts(trade.quantity), contracts: contracts(trade.quantity) },
    ...{ index_price: trade.index, mark_price: trade.mark },
    ...(trade.vol === null ? {} : { iv: rounded(100 * trade.vol, 2) }),
    ...(trade.isLiquidation ? { liquidation: 'T' } : {}),
  };
}
