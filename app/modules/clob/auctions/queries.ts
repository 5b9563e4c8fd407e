import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { bandOf } from '../../margin/index.ts';
import { mustSeriesBySymbol, mustUnderlying, seriesById } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import { query } from '../../../runtime/module.ts';
import type { QueryHandler } from '../../../runtime/module.ts';
import { booksOf } from '../books/books.ts';
import { toUusd } from '../units.ts';
import { auctionAt, isLocked } from './auctionAt.ts';
import { clearingOf } from './clearBook.ts';
import { auctionBooks } from './state.ts';

const MAX_LISTED = 1_000;

/** An auction of a series, and how it would clear if it ended now. */
function describe(view: View, series: Series): pb.CallAuctionState | undefined {
  const auction = auctionAt(view, series);
  if (auction === undefined) return undefined;
  const book = booksOf(view).peek(series.id);
  const band = bandOf(view, series);
  const clearing =
    book === undefined || band === undefined ? null : clearingOf(view, series, book, band);
  const { price, volume, imbalance } = clearing ?? { price: undefined, volume: 0, imbalance: 0 };
  return {
    ...{ symbol: series.symbol, auction, isLocked: isLocked(view, series, auction) },
    ...(price === undefined ? {} : { priceUusd: toUusd(price) }),
    ...{ quantity: BigInt(volume), imbalance: BigInt(imbalance) },
  };
}

/** Series that have something in an auction. */
function listed(view: View, underlyingId: number | undefined): pb.CallAuctionState[] {
  const found: pb.CallAuctionState[] = [];
  for (const [[id, , seriesId]] of auctionBooks.entries(view)) {
    if (underlyingId !== undefined && id !== underlyingId) continue;
    const series = seriesById(view, seriesId);
    const state = series === undefined ? undefined : describe(view, series);
    if (state !== undefined) found.push(state);
    if (found.length === MAX_LISTED) break;
  }
  return found;
}

export const auctionQueries: Readonly<Record<string, QueryHandler>> = {
  '/tenor.clob.v1.Query/CallAuctions': query(
    pb.QueryCallAuctionsRequest,
    pb.QueryCallAuctionsResponse,
    (view, { symbol, underlying }) => {
      if (symbol === '') {
        const id = underlying === '' ? undefined : mustUnderlying(view, underlying).id;
        return { auctions: listed(view, id) };
      }
      const state = describe(view, mustSeriesBySymbol(view, symbol));
      return { auctions: state === undefined ? [] : [state] };
    },
  ),
};
