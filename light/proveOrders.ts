import { Side } from '../proto/gen/tenor.clob.v1.ts';
import type { OrderRecord } from '../proto/gen/tenor.clob.v1.ts';
import { records } from '../app/lib/records.ts';
import { Book, PageError, ordersIn, readHeader } from '../app/modules/clob/core/index.ts';
import { LightError, lie, must } from './errors.ts';
import type { ProvedReader } from './provedReader.ts';

/** Pages of a book that are fetched to prove what is left of an order. */
const MAX_PAGES = 256;

export interface ProvedOrder {
  readonly record: OrderRecord;
  /** What is left of it, in 1e-4 contracts. */
  readonly remaining: bigint;
}

/** What rests of an account in a series, as its margin counts it: the worst limit of each side. */
export interface Resting {
  buyQuantity: bigint;
  highestBidUusd: bigint;
  sellQuantity: bigint;
  lowestOfferUusd: bigint;
}

/** Orders with what is left of them, from their records and books; each book is fetched once. */
export class OrderProofs {
  readonly #reader: ProvedReader;
  readonly #books = new Map<bigint, Book>();

  constructor(reader: ProvedReader) {
    this.#reader = reader;
  }

  /** An order that rests, or undefined where it is proved that it does not. @throws LightError */
  async get(id: bigint): Promise<ProvedOrder | undefined> {
    const record = await this.#reader.get(records.orders, id);
    if (record === undefined) return undefined;
    // One by volatility that waits outside the book says itself what is left.
    const outside = record.vol?.left ?? 0n;
    if (outside > 0n) return { record, remaining: outside };
    const order = (await this.book(record.seriesId)).order(Number(id));
    if (order === null) throw lie(`order ${id} rests without a place in its book`);
    return { record, remaining: BigInt(order.size) };
  }

  /** A whole book. @throws LightError */
  async book(seriesId: bigint): Promise<Book> {
    const book = this.#books.get(seriesId) ?? Book.load(await provePages(this.#reader, seriesId));
    this.#books.set(seriesId, book);
    return book;
  }
}

/**
 * All that rests of an account, by series: as many orders as its record counts.
 *
 * @param orderIds what the node says
 * @throws LightError a lie, where an order is left out, another’s or made up
 */
export async function proveResting(
  proofs: OrderProofs,
  { id, openOrders }: { readonly id: bigint; readonly openOrders: number },
  orderIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, Resting>> {
  const resting = new Map<bigint, Resting>();
  const ids = new Set(orderIds);
  must(ids.size === openOrders, `account ${id} has ${openOrders} orders, not ${ids.size}`);
  for (const orderId of ids) {
    const order = await proofs.get(orderId);
    if (order?.record.subaccountId !== id) throw lie(`order ${orderId} is not of account ${id}`);
    const { seriesId, side, priceUusd } = order.record;
    const { remaining } = order;
    addResting(resting, seriesId, { isBuy: side === Side.SIDE_BUY, priceUusd, remaining });
  }
  return resting;
}

interface Limit {
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
  readonly remaining: bigint;
}

export function addResting(
  resting: Map<bigint, Resting>,
  seriesId: bigint,
  { isBuy, priceUusd, remaining }: Limit,
): void {
  const none = { buyQuantity: 0n, highestBidUusd: 0n, sellQuantity: 0n, lowestOfferUusd: 0n };
  const sum = resting.get(seriesId) ?? none;
  resting.set(seriesId, sum);
  if (isBuy) {
    sum.buyQuantity += remaining;
    if (priceUusd > sum.highestBidUusd) sum.highestBidUusd = priceUusd;
    return;
  }
  if (sum.sellQuantity === 0n || priceUusd < sum.lowestOfferUusd) sum.lowestOfferUusd = priceUusd;
  sum.sellQuantity += remaining;
}

/** It is proved: what cannot be read is no lie, but of a chain of another version. */
function orderCountOf(seriesId: bigint, header: Uint8Array): number {
  try {
    return readHeader(header).orderCount;
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    const text = `the book of series ${seriesId} is kept as this program does not know it`;
    throw new LightError('unprovable', `${text} (${error.message}): use the chain's own version`);
  }
}

/** All pages of a book, each proved; pages without orders are proved absent. */
async function provePages(reader: ProvedReader, id: bigint): Promise<[number, Uint8Array][]> {
  const header = await reader.get(records.bookPages, [id, 0]);
  if (header === undefined) throw lie(`series ${id} has no book`);
  const count = orderCountOf(id, header);
  const pages: [number, Uint8Array][] = [[0, header]];
  for (let page = 1, seen = 0; seen < count; page++) {
    if (page > MAX_PAGES) {
      const text = `the book has over ${MAX_PAGES} pages, too many to fetch`;
      throw new LightError('unprovable', text);
    }
    const bytes = await reader.get(records.bookPages, [id, page]);
    if (bytes === undefined) continue;
    pages.push([page, bytes]);
    seen += ordersIn(bytes);
  }
  return pages;
}
