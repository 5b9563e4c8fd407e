import type { View } from '../../../runtime/context.ts';
import { booksOf } from '../books/books.ts';
import { AUCTION } from '../core/index.ts';
import { infos } from '../state.ts';
import { auctionBooks, openings } from './state.ts';

/** Each returns null, or a sentence that says what is broken. */
export const auctionInvariants: Readonly<Record<string, (view: View) => string | null>> = {
  'books that wait for the end of an auction are found, and no others': (view) => {
    let waiting = 0;
    for (const [seriesId, { symbol, underlyingId, expirySeconds }] of infos.entries(view)) {
      const isWaiting = booksOf(view).must(seriesId).phase === AUCTION;
      if (isWaiting) waiting++;
      if (auctionBooks.has(view, [underlyingId, expirySeconds, seriesId]) !== isWaiting) {
        return `${symbol} ${isWaiting ? 'waits, and is not found' : 'trades, and is found'}`;
      }
    }
    for (const [seriesId] of openings.entries(view)) {
      if (booksOf(view).peek(seriesId)?.phase !== AUCTION) return `${seriesId} opens, and trades`;
    }
    const found = [...auctionBooks.entries(view)].length;
    return found === waiting ? null : `${found} books are found, ${waiting} wait`;
  },
};
