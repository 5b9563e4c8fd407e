import type { Told } from './event.ts';

/** An order or a quote that rests, as events tell it. */
interface Resting {
  readonly series: string;
  readonly isBuy: boolean;
  readonly account: string;
  priceUusd: bigint;
  left: bigint;
  /** Grows with each that comes to its place. */
  place: number;
  /** By volatility, and in no book. */
  isOutside: boolean;
  /** Of a quote. */
  readonly groupId?: string;
}

export interface ShownOrder {
  readonly id: string;
  readonly priceUusd: bigint;
  readonly remaining: bigint;
}

/** The books from events alone. */
export class ToldBooks {
  readonly #orders = new Map<string, Resting>();
  /** Order ids of quotes, by group, series and side. */
  readonly #quotes = new Map<string, string>();
  #places = 0;

  apply(told: Told): void {
    if (told.type === 'order_placed') this.#placed(told);
    else if (told.type === 'trade') this.#traded(told);
    else if (told.type === 'order_cancelled') this.#orders.delete(told.text('order_id'));
    else if (told.type === 'order_reduced') this.#take(told.text('order_id'), told);
    else if (told.type === 'vol_order_moved') this.#moved(told);
    else if (told.type === 'quotes_set') this.#quoted(told);
    else if (told.type === 'quotes_pulled') this.#pulled(told);
    else if (told.type === 'book_closed') this.#closed(told);
  }

  #placed(told: Told): void {
    const priceUusd = told.amount('price_uusd');
    this.#orders.set(told.text('order_id'), {
      ...{ series: told.text('series'), account: told.account(), priceUusd },
      isBuy: told.text('side') === 'buy',
      left: told.amount('quantity'),
      place: ++this.#places,
      isOutside: told.has('vol_bp') && told.amount('bound_uusd') !== priceUusd,
    });
  }

  #traded(told: Told): void {
    this.#take(told.text('maker_order_id'), told);
    this.#take(told.text('taker_order_id'), told);
  }

  #take(id: string, told: Told): void {
    const order = this.#orders.get(id);
    if (order === undefined) throw new Error(`${told.type} of order ${id}, which was not told of`);
    order.left -= told.amount('quantity');
    if (order.left > 0n) return;
    if (order.left < 0n) throw new Error(`order ${id} has less than nothing left`);
    this.#orders.delete(id);
    if (order.groupId !== undefined) this.#quotes.delete(quoteKey(order.groupId, order));
  }

  #moved(told: Told): void {
    const order = this.#orders.get(told.text('order_id'))!;
    order.isOutside = !told.has('price_uusd');
    if (order.isOutside) return;
    order.priceUusd = told.amount('price_uusd');
    order.place = ++this.#places;
  }

  #quoted(told: Told): void {
    for (const text of words(told.text('quotes'))) {
      const [series, side, size, id, price] = text.split(':') as [
        string,
        string,
        string,
        string?,
        string?,
      ];
      const key = { series, isBuy: side === 'buy' };
      if (id === undefined) this.#drop(told.text('group_id'), key);
      else this.#quote(told, key, { id, left: BigInt(size), priceUusd: BigInt(price!) });
    }
  }

  #quote(
    told: Told,
    key: Pick<Resting, 'series' | 'isBuy'>,
    { id, left, priceUusd }: { id: string; left: bigint; priceUusd: bigint },
  ): void {
    const groupId = told.text('group_id');
    const before = this.#orders.get(id);
    const keepsPlace = before?.priceUusd === priceUusd && left <= before.left;
    const place = keepsPlace ? before.place : ++this.#places;
    const rests = { ...key, account: told.account(), groupId, left, priceUusd, place };
    this.#orders.set(id, { ...rests, isOutside: false });
    this.#quotes.set(quoteKey(groupId, key), id);
  }

  #pulled(told: Told): void {
    for (const text of words(told.text('quotes'))) {
      const [series, side] = text.split(':') as [string, string];
      this.#drop(told.text('group_id'), { series, isBuy: side === 'buy' });
    }
  }

  #drop(groupId: string, key: Pick<Resting, 'series' | 'isBuy'>): void {
    const id = this.#quotes.get(quoteKey(groupId, key));
    // What would have come was refused, and nothing had been there.
    if (id === undefined) return;
    this.#orders.delete(id);
    this.#quotes.delete(quoteKey(groupId, key));
  }

  #closed(told: Told): void {
    const series = told.text('series');
    const rests = [...this.#orders].find(([, order]) => order.series === series);
    if (rests !== undefined) throw new Error(`the book of ${series} is closed with ${rests[0]}`);
  }

  /** Of the group whose quote an order is. */
  groupOf(orderId: string): string | undefined {
    return this.#orders.get(orderId)?.groupId;
  }

  /** A side of a book as it will trade. */
  side(series: string, isBuy: boolean): ShownOrder[] {
    return [...this.#orders]
      .filter(([, o]) => o.series === series && o.isBuy === isBuy && !o.isOutside)
      .sort(([, a], [, b]) => {
        const better = isBuy ? b.priceUusd - a.priceUusd : a.priceUusd - b.priceUusd;
        return better === 0n ? a.place - b.place : Number(better);
      })
      .map(([id, { priceUusd, left }]) => ({ id, priceUusd, remaining: left }));
  }

  /** What is left of an account's orders, by id, wherever they are. */
  ordersOf(account: string): Map<string, bigint> {
    const own = [...this.#orders].filter(
      ([, o]) => o.account === account && o.groupId === undefined,
    );
    return new Map(own.map(([id, { left }]) => [id, left]));
  }

  /** Ids of what an account's groups quote. */
  quotesOf(account: string): Set<string> {
    const own = [...this.#orders].filter(
      ([, o]) => o.account === account && o.groupId !== undefined,
    );
    return new Set(own.map(([id]) => id));
  }
}

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

const quoteKey = (groupId: string, { series, isBuy }: Pick<Resting, 'series' | 'isBuy'>): string =>
  `${groupId} ${series} ${isBuy ? 'buy' : 'sell'}`;
