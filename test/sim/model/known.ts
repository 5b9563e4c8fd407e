import type { Account } from './types.ts';

/** A block of ended orders is kept for so long, and so many are forgotten with each new block. */
const KEPT_MS = 1_800_000;
const FORGOTTEN_A_BLOCK = 4;
export const ENDED_ORDERS_SECONDS = KEPT_MS / 1_000;

/** An order that has an id, as long as the venue knows it. */
export interface KnownOrder {
  readonly id: bigint;
  readonly account: Account;
  /** Of its client; '' where it has none. */
  readonly name: string;
  /** The message that placed it, and whatever it was made from. */
  readonly terms: string;
  readonly intent: unknown;
  filled: bigint;
}

/** Orders by id and by their client's name, open and for a while after they ended (ADR 111). */
export class Known {
  readonly #orders = new Map<bigint, KnownOrder>();
  /** Those that may end yet. */
  readonly #open = new Set<KnownOrder>();
  readonly #ended: { readonly timeMs: number; readonly orders: readonly KnownOrder[] }[] = [];
  /** Those that wait for the end of the next block. */
  readonly waiting = new Set<bigint>();
  /** Whether an order without a record here ended in this block. */
  #isOtherEnded = false;

  /** An order got its id, or was placed again under it. */
  came(order: KnownOrder): void {
    const known = this.#orders.get(order.id);
    if (known === undefined) {
      this.#orders.set(order.id, order);
      this.#open.add(order);
    } else known.filled = order.filled;
  }

  /** A quote has no record. */
  filled(id: bigint, quantity: bigint): void {
    const order = this.#orders.get(id);
    if (order !== undefined) order.filled += quantity;
  }

  /** An order of a liquidation, which never rests. */
  otherEnded(): void {
    this.#isOtherEnded = true;
  }

  named(account: Account, name: string): KnownOrder | undefined {
    return name === '' ? undefined : this.of(account).find((order) => order.name === name);
  }

  of(account: Account): KnownOrder[] {
    return [...this.#orders.values()].filter((o) => o.account === account && o.name !== '');
  }

  nameOf(id: bigint): string {
    return this.#orders.get(id)?.name ?? '';
  }

  /** Before a block's transactions: what ended long ago is forgotten. */
  begin(timeMs: number): void {
    for (let i = 0; i < FORGOTTEN_A_BLOCK; i++) {
      const oldest = this.#ended[0];
      if (oldest === undefined || timeMs - oldest.timeMs < KEPT_MS) return;
      this.#ended.shift();
      for (const { id } of oldest.orders) this.#orders.delete(id);
    }
  }

  /** One that was refused when its series was gone leaves nothing. */
  forget(id: bigint): void {
    const order = this.#orders.get(id);
    if (order !== undefined) this.#open.delete(order);
    this.#orders.delete(id);
  }

  /** At its end: what rests no more has ended in it. */
  end(timeMs: number): void {
    const isOpen = ({ id, account }: KnownOrder) =>
      this.waiting.has(id) || [...account.orders].some((o) => o.id === id);
    const orders = [...this.#open].filter((order) => !isOpen(order));
    for (const order of orders) this.#open.delete(order);
    if (orders.length > 0 || this.#isOtherEnded) this.#ended.push({ timeMs, orders });
    this.#isOtherEnded = false;
  }
}

/** What is left of an order that rests; else nothing. */
export const leftOf = ({ account, id }: KnownOrder): bigint =>
  [...account.orders].find((order) => order.id === id)?.left ?? 0n;
