import { reservedOf } from '../../margin/index.ts';
import type { View } from '../../../runtime/context.ts';
import { booksOf } from '../books/books.ts';
import { orders, volCounts, volParked, volWaiting } from '../state.ts';
import { toNumber, toUusd } from '../units.ts';
import { isVol, isWaiting } from './ladder.ts';

/** Each returns null, or a sentence that says what is broken. */
export const volInvariants: Readonly<Record<string, (view: View) => string | null>> = {
  'an order by volatility waits outside the book, or rests in it at its bound': (view) => {
    let waiting = 0;
    let parked = 0;
    for (const [id, record] of orders.entries(view)) {
      if (!isVol(record)) continue;
      const { subaccountId, seriesId, priceUusd, vol } = record;
      const resting = booksOf(view).peek(seriesId)?.order(toNumber(id)) ?? null;
      if (isWaiting(record)) {
        waiting++;
        if (resting !== null) return `order ${id} is in the book, and waits outside`;
        const reserved = reservedOf(view, subaccountId, id).quantity;
        if (reserved !== vol.left) return `order ${id}: ${vol.left} wait, ${reserved} reserved`;
      } else {
        parked++;
        if (resting === null || toUusd(resting.price) !== priceUusd) {
          return `order ${id} does not rest at its bound`;
        }
      }
    }
    const indexed = [volWaiting, volParked].map((index) => [...index.entries(view)].length);
    if (indexed[0] !== waiting || indexed[1] !== parked) {
      return `${waiting} wait and ${parked} rest, ${indexed.join(' and ')} are found`;
    }
    let counted = 0;
    for (const [, count] of volCounts.entries(view)) counted += count;
    return counted === waiting + parked ? null : `${counted} orders by volatility are counted`;
  },
};
