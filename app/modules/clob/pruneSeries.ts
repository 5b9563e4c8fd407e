import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { defined } from '../../lib/assert.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { gapMsOf } from '../../runtime/lastBlock.ts';
import { outgrownSeries, removeSeries } from '../options/index.ts';
import { auctionAt } from './auctions/auctionAt.ts';
import { booksOf } from './books/books.ts';
import { closeBook } from './books/closeBook.ts';
import { params } from './params.ts';
import { delayed, infos } from './state.ts';
import { hasTriggers } from './triggers/waiting.ts';
import { volCount } from './vols/ladder.ts';

const MINUTE_MS = 60_000;

/**
 * In the first block of a minute: series that never traded, that nobody has anything in and that
 * the listing would not ask for by far leave the list (ADR 161), a bounded number a block.
 */
export function pruneSeries(ctx: Ctx): void {
  const now = ctx.header.timeMs;
  if (minuteOf(now) === minuteOf(now - gapMsOf(ctx))) return;
  let budget = params.get(ctx).maxPurgesPerBlock;
  let coming: ReadonlySet<string> | undefined;
  for (const series of outgrownSeries(ctx)) {
    if (budget === 0) return;
    coming ??= seriesOfDelayed(ctx);
    if (coming.has(series.symbol) || isInUse(ctx, series)) continue;
    if (infos.has(ctx, series.id)) closeBook(ctx, series.id);
    removeSeries(ctx, series);
    budget--;
  }
}

const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS);

function isInUse(view: View, series: Series): boolean {
  const { id } = series;
  if (auctionAt(view, series) !== undefined) return true;
  if ((booksOf(view).peek(id)?.orderCount ?? 0) > 0) return true;
  if (volCount(view, id, true) + volCount(view, id, false) > 0) return true;
  return hasTriggers(view, id);
}

/** Orders that wait for the end of a block name their series. */
const seriesOfDelayed = (view: View): Set<string> =>
  new Set([...delayed.entries(view)].map(([, { order }]) => defined(order, 'an order').series));
