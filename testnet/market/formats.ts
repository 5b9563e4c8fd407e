import { black76Price } from '../../app/lib/math/black76.ts';
import { YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { listExpiries, listStrikes } from './listing.ts';
import { normal } from './random.ts';
import { forwardOf, volAt } from './smile.ts';
import type { Snapshot, SourceName, World } from './world.ts';

/*
 * The answers of the three venues. The documentation they follow is named in feeder/sources, which
 * reads the same formats.
 */

/** Sources differ from the truth by about this share, one standard deviation. */
const NOISE = 0.00003;
/** Half the distance between bid and ask, as a share. */
const HALF_SPREAD = 0.00001;
/** One trade a tick, so that a market without movement does not look frozen. */
const VOLUME_PER_TRADE = 0.01;

/** What a source takes the price for; the truth itself when the price is held. */
function seenPrice(world: World, source: SourceName, symbol: string): number {
  const { snapshot, factor } = world.viewOf(source);
  const { price, held } = snapshot.quotes[symbol]!;
  const noise = held ? 0 : NOISE * normal(world.seed, `${source}/${symbol}`, snapshot.tick);
  return price * factor * (1 + Math.max(-3 * NOISE, Math.min(3 * NOISE, noise)));
}

/** Cents, or six decimals for what costs less than a hundred. */
const decimalsOf = (price: number): number => (price >= 100 ? 2 : 6);

export function krakenTicker(world: World, symbol: string): object {
  const price = seenPrice(world, 'kraken', symbol);
  const { tick } = world.viewOf('kraken').snapshot;
  const text = (value: number): string => value.toFixed(decimalsOf(price) + 3);
  const volume = (tick * VOLUME_PER_TRADE).toFixed(8);
  const base = krakenBase(symbol);
  const name = base.length === 3 ? `X${base}ZUSD` : `${base}USD`;
  const ticker = {
    a: [text(round(price * (1 + HALF_SPREAD), price)), '1', '1.000'],
    b: [text(round(price * (1 - HALF_SPREAD), price)), '1', '1.000'],
    c: [text(round(price, price)), '0.01000000'],
    v: [volume, volume],
    p: [text(price), text(price)],
    t: [tick, tick],
    l: [text(price), text(price)],
    h: [text(price), text(price)],
    o: text(price),
  };
  return { error: [], result: { [name]: ticker } };
}

const round = (value: number, price: number): number => Number(value.toFixed(decimalsOf(price)));

/** Kraken calls bitcoin XBT. */
export const krakenBase = (symbol: string): string => (symbol === 'BTC' ? 'XBT' : symbol);

export function coinbaseTicker(world: World, symbol: string): object {
  const price = seenPrice(world, 'coinbase', symbol);
  const { tick, timeMs } = world.viewOf('coinbase').snapshot;
  const text = (value: number): string => value.toFixed(decimalsOf(price));
  return {
    trade_id: 1_000_000 + tick,
    price: text(price),
    size: '0.01',
    time: new Date(timeMs).toISOString(),
    bid: text(price * (1 - HALF_SPREAD)),
    ask: text(price * (1 + HALF_SPREAD)),
    volume: (tick * VOLUME_PER_TRADE).toFixed(8),
  };
}

export function deribitIndex(world: World, symbol: string): object {
  const { snapshot } = world.viewOf('deribit');
  const price = seenPrice(world, 'deribit', symbol);
  // An index that repeats itself for long looks frozen: a held one wavers by a cent.
  const waver = snapshot.quotes[symbol]!.held && snapshot.tick % 2 === 1 ? 0.01 : 0;
  const index = Number((price + waver).toFixed(decimalsOf(price)));
  return envelope(snapshot, { index_price: index, estimated_delivery_price: index });
}

export function deribitOptions(world: World, symbol: string): object {
  const { snapshot } = world.viewOf('deribit');
  const price = seenPrice(world, 'deribit', symbol);
  const summaries = listExpiries(snapshot.timeMs).flatMap((expiry) =>
    expirySummaries(world, symbol, price, expiry),
  );
  return envelope(snapshot, summaries);
}

function expirySummaries(world: World, symbol: string, price: number, expiry: number): object[] {
  const { snapshot, factor } = world.viewOf('deribit');
  const { vol, price: truth } = snapshot.quotes[symbol]!;
  const years = (expiry - snapshot.timeMs / 1000) / YEAR_SECONDS;
  const forward = forwardOf(price, years);
  const date = deribitDate(expiry);
  // A skewed source is wrong about prices; which strikes exist, and their volatility, it is told.
  return listStrikes(forwardOf(truth, years), years).flatMap((strike) => {
    const z = Math.log((strike * factor) / forward) / Math.sqrt(years);
    const iv = volAt(vol, z, years);
    return (['C', 'P'] as const).map((kind) => ({
      instrument_name: `${symbol}-${date}-${strike}-${kind}`,
      mark_iv: Number((iv * 100).toFixed(2)),
      // In coin, as Deribit quotes its inverse options.
      mark_price: Number(
        (black76Price(kind === 'C', forward, strike, iv * iv * years) / forward).toFixed(6),
      ),
      underlying_price: Number(forward.toFixed(4)),
      underlying_index: `SYN.${symbol}-${date}`,
      estimated_delivery_price: Number(price.toFixed(2)),
      creation_timestamp: snapshot.timeMs,
      base_currency: symbol,
      quote_currency: symbol,
      interest_rate: 0,
      open_interest: 0,
      volume: 0,
      volume_usd: 0,
      bid_price: null,
      ask_price: null,
      mid_price: null,
      last: null,
      high: null,
      low: null,
      price_change: null,
    }));
  });
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** 27DEC26, and 5DEC26 without a leading zero. */
function deribitDate(seconds: number): string {
  const date = new Date(seconds * 1000);
  const year = String(date.getUTCFullYear() % 100).padStart(2, '0');
  return `${date.getUTCDate()}${MONTHS[date.getUTCMonth()]!}${year}`;
}

function envelope(snapshot: Snapshot, result: object): object {
  const us = snapshot.timeMs * 1000;
  return { jsonrpc: '2.0', result, usIn: us, usOut: us, usDiff: 0, testnet: true };
}
