import type { StreamEvent } from '../../client/index.ts';
import type { AskedTerms, Fill, Order } from './order.ts';
import { PLAIN } from './order.ts';

/** An order as `account:` channels tell it. */
export interface StreamOrder {
  readonly id: string;
  readonly symbol: string;
  readonly side: number;
  readonly priceUusd: string;
  readonly remaining: string;
  readonly quantity: string;
  readonly filled: string;
  readonly clientOrderId: string;
  readonly reduceOnly: boolean;
  readonly volBp?: number;
}

const MAX_ENDED = 10_000;
const SIDE_BUY = 1;

/** Block and time of what is told. */
export interface At {
  readonly timeMs: number;
  readonly height: number;
}

type NewOrder = Pick<Order, 'id' | 'symbol' | 'isBuy' | 'priceUusd' | 'quantity'> & Partial<Order>;

/** The orders of a subaccount: those that rest, and those that ended since the start. */
export class Orders {
  readonly #open = new Map<string, Order>();
  /** Oldest first. */
  readonly #ended = new Map<string, Order>();
  readonly #byClientId = new Map<string, string>();
  /** What was asked for, by client order id, until the order is seen. */
  readonly #asked = new Map<string, AskedTerms>();
  readonly #touched = new Set<string>();

  get open(): Order[] {
    return [...this.#open.values()];
  }

  /** Newest first. */
  get ended(): Order[] {
    return [...this.#ended.values()].reverse();
  }

  find(id: string): Order | null {
    return this.#open.get(id) ?? this.#ended.get(id) ?? null;
  }

  findByClientId(clientOrderId: string): Order | null {
    const id = this.#byClientId.get(clientOrderId);
    return id === undefined ? null : this.find(id);
  }

  /** What a client asked for with an order that is on its way. */
  expect(clientOrderId: string, asked: AskedTerms): void {
    if (this.#asked.size >= MAX_ENDED) this.#asked.delete(this.#asked.keys().next().value!);
    this.#asked.set(clientOrderId, asked);
  }

  /** Those that changed since it was asked last. */
  takeTouched(): Order[] {
    const touched = [...this.#touched].flatMap((id) => this.find(id) ?? []);
    this.#touched.clear();
    return touched;
  }

  /** An order that is new here; one that is known stays as it is. */
  add(given: NewOrder, { timeMs, height }: At): Order {
    const known = this.find(given.id);
    if (known !== null) return known;
    const { clientOrderId = '' } = given;
    const asked = this.#asked.get(clientOrderId) ?? PLAIN;
    this.#asked.delete(clientOrderId);
    const order: Order = {
      ...{ filled: 0n, knownFilled: 0n, costUusd: 0n, state: 'open', reason: null, volBp: null },
      ...{ reduceOnly: false, asked, createdMs: timeMs, updatedMs: timeMs, isReplaced: false },
      ...{ height, isDelayed: false },
      ...given,
      clientOrderId,
    };
    const { state, reason } = order;
    this.#open.set(order.id, order);
    if (clientOrderId !== '') this.#byClientId.set(clientOrderId, order.id);
    this.#touched.add(order.id);
    if (state !== 'open') this.#end(order, state, reason);
    return order;
  }

  /** The other half of a trade, or one of before the start, is of no order here. */
  fill(fill: Fill): void {
    const order = this.find(fill.orderId);
    if (order === null) return;
    const quantity = BigInt(fill.quantity);
    order.knownFilled += quantity;
    order.costUusd += quantity * BigInt(fill.priceUusd);
    if (order.knownFilled > order.filled) order.filled = order.knownFilled;
    order.updatedMs = Number(fill.timeMs);
    this.#touched.add(order.id);
    if (order.filled >= order.quantity) this.#end(order, 'filled', null);
  }

  /** What the chain's state says of an order that waited, where its events were not told. */
  settle(id: string, { state, reason, filled }: Pick<Order, 'state' | 'reason' | 'filled'>): void {
    const order = this.#open.get(id);
    if (order?.isDelayed !== true) return;
    Object.assign(order, { isDelayed: false, filled });
    this.#touched.add(id);
    if (state !== 'open') this.#end(order, state, reason);
  }

  /** What happened to an order of the account (docs/events.md). */
  take({ event, attributes: of }: StreamEvent, at: At): void {
    const { timeMs } = at;
    const id = of['order_id'];
    if (id === undefined) return;
    if (event === 'order_placed') this.#placed(id, of, at);
    const order = this.#open.get(id);
    if (order === undefined) return;
    if (event === 'order_reduced') {
      order.quantity -= BigInt(of['quantity'] ?? '0');
      order.isReplaced = true;
      this.#touch(order, timeMs);
      if (order.filled >= order.quantity) this.#end(order, 'filled', null);
    }
    if (event === 'order_cancelled' && of['reason'] !== 'replaced') {
      this.#touch(order, timeMs);
      this.#end(order, 'cancelled', of['reason'] ?? null);
    }
    if (event === 'order_refused') {
      this.#touch(order, timeMs);
      this.#end(order, 'rejected', `${of['codespace'] ?? ''}/${of['code'] ?? ''}`);
    }
  }

  /** The time of its block, of an order that was taken in by its answer. */
  date({ order_id: id = '' }: StreamEvent['attributes'], { timeMs, height }: At): void {
    const order = this.find(id);
    if (order?.height === height) Object.assign(order, { createdMs: timeMs });
  }

  /** What rests now, as the node tells it: with what was replaced, and without what is gone. */
  reconcile(resting: Readonly<Record<string, StreamOrder>>, at: At): void {
    const { timeMs, height } = at;
    for (const told of Object.values(resting)) {
      const order = this.#open.get(told.id) ?? this.#seen(told, at);
      order.isDelayed = false;
      const [quantity, filled] = [BigInt(told.quantity), BigInt(told.filled)];
      const priceUusd = BigInt(told.priceUusd);
      const isSame =
        order.quantity === quantity && order.filled === filled && order.priceUusd === priceUusd;
      if (isSame) continue;
      order.isReplaced ||= order.quantity !== quantity || order.priceUusd !== priceUusd;
      Object.assign(order, { quantity, filled, priceUusd, volBp: told.volBp ?? null });
      this.#touch(order, timeMs);
    }
    for (const order of this.#open.values()) {
      // What waits for the end of a block rests nowhere; what becomes of it is told.
      if (order.isDelayed) continue;
      // One of a later block than what is told is not in it yet.
      if (Object.hasOwn(resting, order.id) || order.height > height) continue;
      this.#touch(order, timeMs);
      this.#end(order, order.filled >= order.quantity ? 'filled' : 'cancelled', order.reason);
    }
  }

  #seen(told: StreamOrder, at: At): Order {
    const { id, symbol, clientOrderId, reduceOnly, volBp = null } = told;
    const terms = { priceUusd: BigInt(told.priceUusd), quantity: BigInt(told.quantity) };
    const isBuy = told.side === SIDE_BUY;
    const filled = BigInt(told.filled);
    const names = { id, symbol, clientOrderId, reduceOnly };
    return this.add({ ...names, volBp, isBuy, filled, ...terms }, at);
  }

  #placed(id: string, of: StreamEvent['attributes'], at: At): void {
    const known = this.#open.get(id);
    const priceUusd = BigInt(of['bound_uusd'] ?? of['price_uusd'] ?? '0');
    if (known?.isDelayed === true) {
      const volBp = of['vol_bp'] === undefined ? null : Number(of['vol_bp']);
      Object.assign(known, { priceUusd, volBp, isDelayed: false });
      this.#touch(known, at.timeMs);
      return;
    }
    if (known !== undefined) {
      // Replaced: what is placed again is what is left of it.
      const quantity = known.filled + BigInt(of['quantity'] ?? '0');
      Object.assign(known, { priceUusd, quantity, isReplaced: true });
      this.#touch(known, at.timeMs);
      return;
    }
    this.add(
      {
        ...{ id, symbol: of['series'] ?? '', isBuy: of['side'] === 'buy', priceUusd },
        ...{ quantity: BigInt(of['quantity'] ?? '0'), clientOrderId: of['client_order_id'] ?? '' },
        reduceOnly: of['reduce_only'] === 'true',
        volBp: of['vol_bp'] === undefined ? null : Number(of['vol_bp']),
      },
      at,
    );
  }

  #touch(order: Order, timeMs: number): void {
    order.updatedMs = timeMs;
    this.#touched.add(order.id);
  }

  #end(order: Order, state: Order['state'], reason: string | null): void {
    order.state = state;
    order.reason = reason;
    order.isDelayed = false;
    this.#touched.add(order.id);
    if (!this.#open.delete(order.id)) return;
    this.#ended.set(order.id, order);
    if (this.#ended.size <= MAX_ENDED) return;
    const oldest = this.#ended.values().next().value!;
    this.#ended.delete(oldest.id);
    this.#byClientId.delete(oldest.clientOrderId);
  }
}
