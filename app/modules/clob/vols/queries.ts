import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { bandOf } from '../../margin/index.ts';
import { mustSeriesBySymbol, mustUnderlyingById } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import { query } from '../../../runtime/module.ts';
import type { QueryHandler } from '../../../runtime/module.ts';
import { booksOf } from '../books/books.ts';
import { volCount, waitingVols } from './ladder.ts';
import type { VolRecord } from './ladder.ts';
import { mustVol, volOf } from './volMakers.ts';
import { makerPrice, volPrice } from './volPrice.ts';
import type { VolMarket } from './volPrice.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

function marketOf(view: View, series: Series): VolMarket | undefined {
  const band = bandOf(view, series);
  if (band === undefined) return undefined;
  const underlying = mustUnderlyingById(view, series.underlyingId);
  return { series, underlying, band, book: booksOf(view).peek(series.id) };
}

/** What an order that waits would trade at now; undefined where it would not. */
export function priceNow(view: View, series: Series, record: VolRecord): bigint | undefined {
  const market = marketOf(view, series);
  return market === undefined ? undefined : priceIn(view, market, record);
}

function priceIn(view: View, market: VolMarket, record: VolRecord): bigint | undefined {
  const worth = volPrice(view, market.series, market.underlying, volOf(record));
  if (worth === undefined || worth === 0n) return undefined;
  const priceUusd = makerPrice(volOf(record), market, worth);
  return priceUusd > 0n ? priceUusd : undefined;
}

/** The best of a side that wait outside the book, priced, so many at the most. */
export function volLevels(view: View, series: Series, isBuy: boolean, most: number): pb.Level[] {
  const market = volCount(view, series.id, isBuy) === 0 ? undefined : marketOf(view, series);
  if (market === undefined) return [];
  const levels: pb.Level[] = [];
  let left = most;
  for (const id of waitingVols(view, series.id, isBuy)) {
    const record = mustVol(view, id);
    const priceUusd = priceIn(view, market, record);
    if (priceUusd === undefined || left-- === 0) break;
    levels.push({ priceUusd, quantity: record.vol.left, orders: 1 });
  }
  return levels;
}

/** Levels of the book and of what waits outside, best first. */
export function mergeLevels(
  book: readonly pb.Level[],
  vols: readonly pb.Level[],
  isBuy: boolean,
  depth: number,
): pb.Level[] {
  if (vols.length === 0) return [...book];
  const byPrice = new Map<bigint, pb.Level>();
  for (const { priceUusd, quantity, orders } of [...book, ...vols]) {
    const level = byPrice.get(priceUusd) ?? { priceUusd, quantity: 0n, orders: 0 };
    const sum = { quantity: level.quantity + quantity, orders: level.orders + orders };
    byPrice.set(priceUusd, { priceUusd, ...sum });
  }
  const sign = isBuy ? -1 : 1;
  const levels = [...byPrice.values()];
  levels.sort((a, b) => (a.priceUusd < b.priceUusd ? -sign : sign));
  return levels.slice(0, depth);
}

function describe(view: View, series: Series, isBuy: boolean, limit: number): pb.VolOrder[] {
  const market = marketOf(view, series);
  const found: pb.VolOrder[] = [];
  for (const id of waitingVols(view, series.id, isBuy)) {
    if (found.length === limit) break;
    const record = mustVol(view, id);
    const { volBp, left: remaining } = record.vol;
    const priceUusd = market === undefined ? undefined : priceIn(view, market, record);
    const order = { id, volBp, boundUusd: record.priceUusd, remaining };
    found.push(priceUusd === undefined ? order : { ...order, priceUusd });
  }
  return found;
}

export const volQueries: Readonly<Record<string, QueryHandler>> = {
  '/tenor.clob.v1.Query/VolOrders': query(
    pb.QueryVolOrdersRequest,
    pb.QueryVolOrdersResponse,
    (view, { symbol, limit: wanted }) => {
      const series = mustSeriesBySymbol(view, symbol);
      const limit = wanted === 0 ? DEFAULT_LIMIT : Math.min(wanted, MAX_LIMIT);
      const side = (isBuy: boolean) => describe(view, series, isBuy, limit);
      return { bids: side(true), asks: side(false) };
    },
  ),
};
