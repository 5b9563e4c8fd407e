import { createRequire } from 'node:module';
import type * as NodejsOrderBookPackage from 'nodejs-order-book';
import {
  Book,
  BUY,
  CANCEL_REQUESTED,
  GTC,
  IOC,
  TRADE,
} from '../../../app/modules/clob/core/index.ts';
import type {
  OrderRequest,
  ReportSink,
  Side,
  TimeInForce,
} from '../../../app/modules/clob/core/index.ts';
import { CANCEL, NEW, type Flow } from './flows.ts';

/** A book that takes the messages of a flow. */
export interface Contender {
  /** Takes the messages from one to before another. */
  run(from: number, to: number): void;
  /** Lots traded so far. */
  readonly volume: number;
}

/** The matching core with a request object reused, by default with a callback that counts. */
export class Core implements Contender {
  readonly book = new Book();
  readonly #flow: Flow;
  /** Takes the reports in place of the callback that counts. */
  readonly sink: ReportSink | undefined;
  volume = 0;

  constructor(flow: Flow, sink?: ReportSink) {
    this.#flow = flow;
    this.sink = sink;
  }

  run(from: number, to: number): void {
    const { act, id, owner, side, price, size, timeInForce } = this.#flow;
    const { book } = this;
    const order: OrderRequest = {
      ...{ id: 0, owner: 0, tag: 0, side: BUY, price: 0, size: 0, timeInForce: GTC },
    };
    let volume = 0;
    const count: ReportSink = (report) => {
      if (report.kind === TRADE) volume += report.size;
    };
    const sink = this.sink ?? count;
    for (let i = from; i < to; i++) {
      const what = act[i]!;
      if (what === NEW) {
        order.id = id[i]!;
        order.owner = owner[i]!;
        order.side = side[i]! as Side;
        order.price = price[i]!;
        order.size = size[i]!;
        order.timeInForce = timeInForce[i]! as TimeInForce;
        book.place(order, sink);
      } else if (what === CANCEL) book.cancel(id[i]!, CANCEL_REQUESTED, sink);
      else book.replace(id[i]!, price[i]!, size[i]!, sink);
    }
    this.volume += volume;
  }
}

const require = createRequire(import.meta.url);
const nodejsOrderBook = require('nodejs-order-book') as typeof NodejsOrderBookPackage;
const { SelfTradePreventionMode, Side: PeerSide, OrderBook } = nodejsOrderBook;
type PeerOrder = NodejsOrderBookPackage.LimitOrderOptions;
/** Of an enum that the package does not export. */
const [PEER_GTC, PEER_IOC] = ['GTC', 'IOC'] as unknown as [
  PeerOrder['timeInForce'] & {},
  PeerOrder['timeInForce'] & {},
];

/** `nodejs-order-book`, its self-trade prevention on; results are returned, as is its way. */
export class NodejsOrderBook implements Contender {
  readonly #book = new OrderBook();
  readonly #flow: Flow;
  readonly #ids: string[];
  readonly #owners: string[];
  volume = 0;

  constructor(flow: Flow) {
    this.#flow = flow;
    // Ids are strings there: made before the clock runs, as a caller would hold them.
    this.#ids = Array.from(flow.id, String);
    this.#owners = Array.from(flow.owner, String);
  }

  run(from: number, to: number): void {
    const { act, side, price, size, timeInForce } = this.#flow;
    for (let i = from; i < to; i++) {
      const what = act[i]!;
      const id = this.#ids[i]!;
      if (what === CANCEL) {
        this.#book.cancel(id);
        continue;
      }
      const result =
        what === NEW
          ? this.#book.limit({
              id,
              side: side[i] === BUY ? PeerSide.BUY : PeerSide.SELL,
              size: size[i]!,
              price: price[i]!,
              timeInForce: timeInForce[i] === IOC ? PEER_IOC : PEER_GTC,
              accountId: this.#owners[i]!,
              stpMode: SelfTradePreventionMode.EXPIRE_TAKER,
            })
          : this.#book.modify(id, { size: size[i]!, price: price[i]! });
      for (const maker of result.done) if (maker.id !== id) this.volume += maker.size;
      if (result.partial?.id !== id) this.volume += result.partialQuantityProcessed;
    }
  }
}

interface Decimals {
  LimitOrder: new (id: string, side: string, price: string, size: string) => object;
  LimitOrderBook: new (options: object) => {
    add(order: object): { filled: string };
    remove(id: string): unknown;
  };
}

const decimals = require('limit-order-book') as Decimals;

/**
 * `limit-order-book`, which counts in decimal strings. It has neither owners nor immediate orders
 * nor modifies: the remainder of an immediate one is removed, a modify is a removal and a new one.
 */
export class LimitOrderBook implements Contender {
  readonly #book = new decimals.LimitOrderBook({ symbol: 'A' });
  readonly #flow: Flow;
  readonly #ids: string[];
  volume = 0;

  constructor(flow: Flow) {
    this.#flow = flow;
    this.#ids = Array.from(flow.id, String);
  }

  run(from: number, to: number): void {
    const { act, side, price, size, timeInForce } = this.#flow;
    for (let i = from; i < to; i++) {
      const id = this.#ids[i]!;
      if (act[i] !== NEW) this.#book.remove(id);
      if (act[i] === CANCEL) continue;
      const [limit, lots] = [String(price[i]), String(size[i])];
      const order = new decimals.LimitOrder(id, side[i] === BUY ? 'bid' : 'ask', limit, lots);
      this.volume += Number(this.#book.add(order).filled);
      if (timeInForce[i] === IOC) this.#book.remove(id);
    }
  }
}
