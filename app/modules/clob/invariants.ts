import { getSubaccount } from '../accounts/index.ts';
import { equalBytes } from '../../lib/bytes.ts';
import { openOrdersOf } from '../margin/index.ts';
import type { View } from '../../runtime/context.ts';
import { auctionInvariants } from './auctions/invariants.ts';
import { booksOf, storedPages } from './books/books.ts';
import { AUCTION, BUY, Book, SELL } from './core/index.ts';
import type { OrderView } from './core/index.ts';
import { limitInvariants } from './limits/invariants.ts';
import { quoteInvariants } from './quotes/invariants.ts';
import { countListed } from './quotes/groups.ts';
import * as state from './state.ts';
import { volInvariants } from './vols/invariants.ts';
import { isOutside } from './vols/ladder.ts';
import { coreSide, isBuySide, toNumber, toUusd } from './units.ts';

type Pages = readonly (readonly [number, Uint8Array])[];

function pagesOf(book: Book): Pages {
  const pages: [number, Uint8Array][] = [];
  book.pages((page, bytes) => pages.push([page, Uint8Array.from(bytes)]));
  return pages;
}

function equalPages(a: Pages, b: Pages): boolean {
  return (
    a.length === b.length &&
    a.every(([page, bytes], i) => page === b[i]![0] && equalBytes(bytes, b[i]![1]))
  );
}

function ordersOf(book: Book): OrderView[] {
  const orders: OrderView[] = [];
  for (const side of [BUY, SELL] as const) book.orders(side, (order) => orders.push({ ...order }));
  return orders;
}

const sameOrders = (a: readonly OrderView[], b: readonly OrderView[]): boolean =>
  a.length === b.length &&
  a.every((x, i) => {
    const y = b[i]!;
    return x.id === y.id && x.size === y.size && x.price === y.price && x.sequence === y.sequence;
  });

/** Each returns null, or a sentence that says what is broken. */
export const invariants: Readonly<Record<string, (view: View) => string | null>> = {
  ...quoteInvariants,
  ...limitInvariants,
  ...volInvariants,
  ...auctionInvariants,
  'no book is crossed': (view) => {
    for (const [seriesId, { symbol }] of state.infos.entries(view)) {
      const book = booksOf(view).must(seriesId);
      if (book.isCrossed && book.phase !== AUCTION) return `${symbol} is crossed`;
    }
    return null;
  },

  'every order is in its book, with its record and its margin reserved': (view) => {
    let resting = 0;
    for (const [seriesId] of state.infos.entries(view)) {
      resting += booksOf(view).must(seriesId).orderCount;
    }
    let records = 0;
    for (const [id, record] of state.orders.entries(view)) {
      if (isOutside(record)) continue;
      records++;
      const { seriesId, subaccountId, side, priceUusd, quantity } = record;
      const order = booksOf(view).peek(seriesId)?.order(toNumber(id));
      if (order === undefined || order === null) return `order ${id} is not in its book`;
      const isSame =
        order.side === coreSide(isBuySide(side)) &&
        toUusd(order.price) === priceUusd &&
        BigInt(order.tag) === subaccountId &&
        BigInt(order.size) <= quantity;
      if (!isSame) return `order ${id} is another in its book`;
      const reserved = openOrdersOf(view, subaccountId).find(([other]) => other === id)?.[1];
      if (reserved?.quantity !== BigInt(order.size) || reserved.seriesId !== seriesId) {
        const known = reserved?.quantity ?? 0n;
        return `order ${id}: ${order.size} rest, margin is reserved for ${known}`;
      }
    }
    const quoted = countListed(view);
    if (records + quoted === resting) return null;
    return `${records} orders and ${quoted} quotes, ${resting} of them in books`;
  },

  'open orders of subaccounts are counted': (view) => {
    const counts = new Map<bigint, number>();
    for (const [, { subaccountId }] of state.orders.entries(view)) {
      counts.set(subaccountId, (counts.get(subaccountId) ?? 0) + 1);
    }
    for (const [id, count] of counts) {
      const counted = getSubaccount(view, id)?.openOrders;
      if (counted !== count) return `subaccount ${id}: ${count} orders, ${counted ?? 0} counted`;
      const reserved = openOrdersOf(view, id).length;
      if (reserved !== count) return `subaccount ${id}: margin knows of ${reserved} orders`;
    }
    return null;
  },

  'a book rebuilt from its pages is the same book': (view) => {
    for (const [seriesId, { symbol }] of state.infos.entries(view)) {
      const book = booksOf(view).must(seriesId);
      const pages = pagesOf(book);
      const rebuilt = Book.load(pages);
      if (!sameOrders(ordersOf(book), ordersOf(rebuilt)) || !equalPages(pages, pagesOf(rebuilt))) {
        return `${symbol}: its pages make another book`;
      }
      const isStored = !booksOf(view).isTouched(seriesId);
      if (isStored && !equalPages(pages, [...storedPages(view, seriesId)])) {
        return `${symbol}: the stored pages are of another book`;
      }
    }
    return null;
  },
};
