import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { i64, u32 } from '../../../lib/keys.ts';
import type { View } from '../../../runtime/context.ts';
import { seriesById } from '../../options/index.ts';
import { auctionBooks } from './state.ts';

/** Series of an expiry whose books wait for the end of an auction. */
export function booksOfExpiry(
  view: View,
  [underlyingId, expirySeconds]: readonly [number, bigint],
): Series[] {
  const under = u32.write(underlyingId) + i64.write(expirySeconds);
  const found: Series[] = [];
  for (const [[, , id]] of auctionBooks.under(view, under)) {
    const series = seriesById(view, id);
    if (series !== undefined) found.push(series);
  }
  return found;
}
