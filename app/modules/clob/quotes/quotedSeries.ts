import type { CallAuction, QuoteGroup } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { bandOf } from '../../margin/index.ts';
import type { Band } from '../../margin/index.ts';
import { seriesBySymbol } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import { isLocked, openingOf, recoveryOf, takesOrders } from '../auctions/auctionAt.ts';
import { booksOf } from '../books/books.ts';
import { AUCTION } from '../core/index.ts';
import type { Book } from '../core/index.ts';
import { NO_QUOTES, quoteIdsOf } from './groups.ts';
import { codeOf } from './refusals.ts';
import type { QuoteIds } from './state.ts';

const BAD_QUOTE = codeOf('badQuote');
const NOT_TRADING = codeOf('notTrading');
const NO_MARK = codeOf('noMark');
const CLEARING = codeOf('auction');

/** A series as a message of quotes finds it: read once for both of its sides. */
export interface QuotedSeries {
  readonly series: Series;
  /** Undefined while nothing has rested in it. */
  readonly book: Book | undefined;
  /** What the group quotes of it. */
  readonly ids: QuoteIds;
  /** Absent where prices are not live. */
  readonly band: Band | undefined;
  readonly auction: CallAuction | undefined;
  /** Why it takes no quotes now, or null. What rests may go all the same, unless it is held. */
  readonly closed: number | null;
  /** What rests stays until the auction is over. */
  readonly isHeld: boolean;
}

/** What the series of an expiry share. */
interface QuotedExpiry {
  readonly auction: CallAuction | undefined;
  readonly isTrading: boolean;
}

/**
 * Reads the series of a message, undefined where none of that name is listed (any more). What an
 * expiry shares is read once.
 */
export function seriesReader(
  view: View,
  group: QuoteGroup,
): (symbol: string) => QuotedSeries | undefined {
  const expiries = new Map<bigint, QuotedExpiry>();
  const expiryOf = (series: Series): QuotedExpiry => {
    const { expirySeconds } = series;
    const known = expiries.get(expirySeconds);
    if (known !== undefined) return known;
    const auction = recoveryOf(view, series);
    const expiry = { auction, isTrading: takesOrders(view, series) };
    expiries.set(expirySeconds, expiry);
    return expiry;
  };
  return (symbol) => {
    const series = seriesBySymbol(view, symbol);
    if (series === undefined) return undefined;
    const book = booksOf(view).peek(series.id);
    if (series.underlyingId !== group.underlyingId) {
      const none = { band: undefined, auction: undefined, ids: NO_QUOTES };
      return { series, book, ...none, isHeld: false, closed: BAD_QUOTE };
    }
    const band = bandOf(view, series);
    const ids = quoteIdsOf(view, group.id, series.id);
    const expiry = expiryOf(series);
    // The book of a series that opens is in its auction.
    const isInAuction = book?.phase === AUCTION;
    const auction = expiry.auction ?? (isInAuction ? openingOf(view, series.id) : undefined);
    const isHeld = auction !== undefined && isLocked(view, series, auction);
    return { series, book, band, auction, ids, isHeld, closed: closedBy(expiry, band, auction) };
  };
}

function closedBy(
  expiry: QuotedExpiry,
  band: Band | undefined,
  auction: CallAuction | undefined,
): number | null {
  if (!expiry.isTrading) return NOT_TRADING;
  if (band === undefined) return NO_MARK;
  return auction?.isClearing === true ? CLEARING : null;
}
