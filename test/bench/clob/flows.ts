import { Book, BUY, GTC, IOC, SELL, TRADE } from '../../../app/modules/clob/core/index.ts';
import type { OrderRequest, Report } from '../../../app/modules/clob/core/index.ts';

/**
 * What a message does. All books agree on these: a modify is a new price for what is left of an
 * order, which loses its place in time.
 */
export const NEW = 0;
export const CANCEL = 1;
export const MODIFY = 2;

/** Messages as columns: the same for every book that is measured. */
export interface Flow {
  readonly name: string;
  /** The first so many messages fill the book; they are not timed. */
  readonly prefill: number;
  readonly count: number;
  readonly act: Uint8Array;
  readonly id: Int32Array;
  readonly owner: Int32Array;
  readonly side: Uint8Array;
  /** Ticks. */
  readonly price: Int32Array;
  /** Lots. Of a modify: what is left of the order. */
  readonly size: Int32Array;
  readonly timeInForce: Uint8Array;
  /** Lots that trade in the timed part: every book must come to the same. */
  volume: number;
}

/** Where the price is at a share of the way through the flow, from 0 to 1, in ticks. */
type PricePath = (at: number, random: () => number) => number;

const CENTRE = 20_000;
const CYCLES = 4;

/** From −1 to 1 and back, a cycle in a unit. */
const wave = (at: number): number => 1 - 4 * Math.abs(((at + 0.25) % 1) - 0.5);
const swing = (share: number): PricePath => {
  return (at) => CENTRE * (1 + share * wave(at * CYCLES));
};

/** A walk of a tick up or down every eighth message or so, held near the centre. */
function walk(): PricePath {
  let price = CENTRE;
  return (_, random) => {
    const draw = random();
    if (draw < 0.125) price += draw * 8 < 0.5 - (price - CENTRE) / 4000 ? 1 : -1;
    return price;
  };
}

/** Four crashes: 60% down within 2% of a cycle, back over the next 18%. */
function crash(): PricePath {
  const base = walk();
  return (at, random) => {
    const phase = (at * CYCLES) % 1;
    const fall = phase < 0.8 ? 0 : Math.min((phase - 0.8) / 0.02, (1 - phase) / 0.18);
    return base(at, random) * (1 - 0.6 * fall);
  };
}

export interface FlowKind {
  readonly name: string;
  readonly path: () => PricePath;
  /** Resting orders it keeps. */
  readonly depth: number;
}

/** A book of so many orders around a price that does not move. */
export const staticFlow = (depth: number): FlowKind => ({
  name: 'static price, deep book',
  path: () => () => CENTRE,
  depth,
});

/** The flows of goal P5. */
export const FLOWS: readonly FlowKind[] = [
  staticFlow(10_000),
  { name: 'normal', path: walk, depth: 1000 },
  { name: 'swings of 25%', path: () => swing(0.25), depth: 1000 },
  { name: 'swings of 40%', path: () => swing(0.4), depth: 1000 },
  { name: 'flash crash', path: crash, depth: 1000 },
];

/** Marsaglia's xorshift, to numbers from 0 to 1. */
function randoms(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 0x1_0000_0000;
  };
}

/** The ids that rest, for picking one at random and taking one out. */
class Live {
  readonly ids: number[] = [];
  readonly #places = new Map<number, number>();

  add(id: number): void {
    this.#places.set(id, this.ids.length);
    this.ids.push(id);
  }

  delete(id: number): void {
    const place = this.#places.get(id)!;
    const last = this.ids.pop()!;
    this.#places.delete(id);
    if (last === id) return;
    this.ids[place] = last;
    this.#places.set(last, place);
  }
}

/**
 * Makes messages one by one, each from the state of a book that has taken those before it: 45% new
 * orders, 40% cancels and 15% modifies of orders chosen at random among those that rest, shifted so
 * that `depth` orders stay. A fifth of the new orders cross the price by up to five ticks, half of
 * them immediate-or-cancel; the others lie behind it, dense near it, up to 500 ticks away. A
 * thousand owners, each on one side, so that books without owners trade the same.
 */
class Generator {
  readonly #book = new Book();
  readonly #live = new Live();
  readonly #random = randoms(88_675_123);
  readonly #path: PricePath;
  readonly #flow: Flow;
  #at = 0;
  #nextId = 1;
  readonly #order: OrderRequest = { id: 0, owner: 0, tag: 0, side: BUY, price: 0, size: 0 };
  readonly #sink = (report: Readonly<Report>): void => {
    if (report.kind !== TRADE) return;
    if (this.#at >= this.#flow.prefill) this.#flow.volume += report.size;
    if (report.makerRemaining === 0) this.#live.delete(report.makerId);
  };

  constructor(kind: FlowKind, count: number) {
    const total = kind.depth + count;
    this.#path = kind.path();
    this.#flow = {
      name: kind.name,
      prefill: kind.depth,
      count: total,
      act: new Uint8Array(total),
      id: new Int32Array(total),
      owner: new Int32Array(total),
      side: new Uint8Array(total),
      price: new Int32Array(total),
      size: new Int32Array(total),
      timeInForce: new Uint8Array(total),
      volume: 0,
    };
  }

  run(): Flow {
    const { prefill, count } = this.#flow;
    for (; this.#at < count; this.#at++) {
      const at = Math.max(0, this.#at - prefill) / (count - prefill);
      const price = Math.round(this.#path(at, this.#random));
      if (this.#at < prefill) this.#new(price, false);
      else this.#step(price, prefill);
    }
    return this.#flow;
  }

  #step(price: number, depth: number): void {
    const resting = this.#live.ids.length;
    const draw = this.#random();
    if (draw >= 0.85 && resting > 0) this.#modify(price);
    else if (resting < depth * 0.98 || (draw < 0.45 && resting < depth * 1.02)) {
      this.#new(price, this.#random() < 0.2);
    } else this.#cancel();
  }

  /** Behind the price by a tick or more. */
  #passive(price: number, side: number): number {
    const away = 1 + Math.floor(500 * this.#random() ** 3);
    return side === BUY ? price - away : price + away;
  }

  #new(price: number, crosses: boolean): void {
    const side = this.#random() < 0.5 ? BUY : SELL;
    const over = Math.floor(this.#random() * 6);
    const limit = side === BUY ? price + over : price - over;
    const order = this.#order;
    order.id = this.#nextId++;
    order.owner = 2 * Math.floor(this.#random() * 500) + side;
    order.side = side;
    order.price = crosses ? limit : this.#passive(price, side);
    order.size = 1 + Math.floor(this.#random() * 100);
    order.timeInForce = crosses && this.#random() < 0.5 ? IOC : GTC;
    this.#note(NEW, order);
    this.#book.place(order, this.#sink);
    if (this.#book.has(order.id)) this.#live.add(order.id);
  }

  #pick(): number {
    return this.#live.ids[Math.floor(this.#random() * this.#live.ids.length)]!;
  }

  #cancel(): void {
    const order = this.#book.order(this.#pick())!;
    this.#note(CANCEL, order);
    this.#book.cancel(order.id, 1, this.#sink);
    this.#live.delete(order.id);
  }

  #modify(price: number): void {
    const order = this.#book.order(this.#pick())!;
    const limit = this.#passive(price, order.side);
    order.price = limit === order.price ? limit + (order.side === BUY ? -1 : 1) : limit;
    this.#note(MODIFY, order);
    this.#book.replace(order.id, order.price, order.size, this.#sink);
    if (!this.#book.has(order.id)) this.#live.delete(order.id);
  }

  #note(act: number, order: Omit<OrderRequest, 'postOnly' | 'stp'>): void {
    const flow = this.#flow;
    const at = this.#at;
    flow.act[at] = act;
    flow.id[at] = order.id;
    flow.owner[at] = order.owner;
    flow.side[at] = order.side;
    flow.price[at] = order.price;
    flow.size[at] = order.size;
    flow.timeInForce[at] = order.timeInForce ?? GTC;
  }
}

/** The same messages for the same arguments, on any machine. */
export function makeFlow(kind: FlowKind, count: number): Flow {
  return new Generator(kind, count).run();
}
