import { msgOf, queries, Refusal } from '../../client/index.ts';
import type { TenorClient } from '../../client/index.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import type { Connection } from '../server/connection.ts';
import type { Account } from './account.ts';
import type { Labels } from './labels.ts';
import type { Fill, Order } from './order.ts';
import type { At } from './orders.ts';
import { mustAnswer } from './signing.ts';
import type { Signed, Signing } from './signing.ts';

/** A stream is behind its node's blocks by a moment. */
const STREAM_MS = 3_000;

/** What an order is to be; sender and subaccount are the account's. */
export type PlaceTerms = Omit<clob.MsgPlaceOrder, 'sender' | 'subaccount' | 'clientOrderId'>;

export interface Placed {
  readonly order: Order;
  readonly fills: readonly Fill[];
}

/** Places, edits and cancels the account's orders, and knows over which connection. */
export class Trading {
  readonly labels: Labels;
  readonly #client: TenorClient;
  readonly #account: Account;
  readonly #signing: Signing;
  readonly #byConnection = new WeakMap<Connection, Set<string>>();

  constructor(client: TenorClient, account: Account, signing: Signing, labels: Labels) {
    this.#client = client;
    this.#account = account;
    this.#signing = signing;
    this.labels = labels;
  }

  /** Of orders of its own, placed over a connection that is to take them with it. */
  ordersOf(connection: Connection): string[] {
    return [...(this.#byConnection.get(connection) ?? [])];
  }

  /** Those of them that rest. */
  openOf(ids: readonly string[]): string[] {
    return ids.filter((id) => this.#account.orders.find(id)?.state === 'open');
  }

  labelOf(order: Pick<Order, 'clientOrderId'>): string {
    return this.labels.labelOf(order.clientOrderId);
  }

  /** @throws Refusal, TxTimeout */
  async place(terms: PlaceTerms, clientOrderId: string): Promise<Placed> {
    const message = { ...terms, ...this.#sent(), clientOrderId };
    const label = this.labels.labelOf(clientOrderId);
    const msg = msgOf(clob.MsgPlaceOrder, message, true);
    const told = { type: 'MsgPlaceOrder', label, ...message };
    const outcome = await this.#signing.send([{ msg, told }]);
    const { orderId, filled, resting } = mustAnswer(outcome, clob.MsgPlaceOrderResponse);
    await this.#account.reached(outcome.height, STREAM_MS);
    const at = { timeMs: Date.now(), height: outcome.height };
    return this.#placed(orderId, at, () => ({
      ...{ symbol: terms.series, isBuy: terms.side === clob.Side.SIDE_BUY, filled },
      ...{ priceUusd: terms.priceUusd, quantity: terms.quantity, clientOrderId },
      ...(resting === 0n ? { state: endOf(filled, terms.quantity) } : {}),
    }));
  }

  /** @throws Refusal clob/11 when it rests no more */
  async edit(
    orderId: bigint,
    change: Pick<clob.MsgReplaceOrder, 'priceUusd' | 'quantity' | 'volBp'>,
  ): Promise<Placed> {
    const before = new Set(this.#account.fillsOf(String(orderId)).map(({ id }) => id));
    const message = { ...this.#sent(), orderId, clientOrderId: '', ...change };
    const msg = msgOf(clob.MsgReplaceOrder, message, true);
    const told = { type: 'MsgReplaceOrder', ...message };
    const outcome = await this.#signing.send([{ msg, told }]);
    await this.#account.reached(outcome.height, STREAM_MS);
    const order = await this.mustFind(String(orderId));
    const fills = this.#account.fillsOf(order.id).filter(({ id }) => !before.has(id));
    return { order, fills };
  }

  /** @throws Refusal clob/11 when it rests no more */
  async cancel(orderId: bigint): Promise<Order> {
    const message = { ...this.#sent(), orderId, clientOrderId: '' };
    const msg = msgOf(clob.MsgCancelOrder, message, true);
    const told = { type: 'MsgCancelOrder', ...message };
    const { height } = await this.#signing.send([{ msg, told }], { isUnordered: true });
    await this.#account.reached(height, STREAM_MS);
    return this.mustFind(String(orderId));
  }

  /** Cancels what it can of them; how many. */
  async cancelEach(orderIds: readonly string[]): Promise<number> {
    let cancelled = 0;
    for (let from = 0; from < orderIds.length; from += MAX_ACTIONS) {
      const ids = orderIds.slice(from, from + MAX_ACTIONS);
      const actions = ids.map((id) => ({
        cancel: { sender: '', subaccount: 0, orderId: BigInt(id), clientOrderId: '' },
      }));
      const msg = msgOf(clob.MsgBatch, { ...this.#sent(), actions }, true);
      const told = { type: 'MsgBatch', ...this.#sent(), cancels: ids };
      const outcome = await this.#signing.send([{ msg, told }]);
      const { results } = mustAnswer(outcome, clob.MsgBatchResponse);
      cancelled += results.filter(({ code }) => code === 0).length;
      await this.#account.reached(outcome.height, STREAM_MS);
    }
    return cancelled;
  }

  /** Cancels the orders that fit, and quotes by messages of its caller; how many orders. */
  async cancelAll(
    filter: { readonly underlying?: string; readonly series?: string },
    also: readonly Signed<object>[] = [],
  ): Promise<number> {
    const { underlying = '', series = '' } = filter;
    const message = { ...this.#sent(), underlying, series, expirySeconds: 0n };
    const msg = msgOf(clob.MsgCancelAll, message, true);
    const told = { type: 'MsgCancelAll', ...message };
    const outcome = await this.#signing.send([{ msg, told }, ...also], { isUnordered: true });
    await this.#account.reached(outcome.height, STREAM_MS);
    return mustAnswer(outcome, clob.MsgCancelAllResponse).cancelled;
  }

  /** An order that the gateway knows, or that the chain still does. @throws Refusal clob/11 */
  async mustFind(id: string): Promise<Order> {
    const known = this.#account.orders.find(id);
    if (known !== null) return known;
    return this.#ask({ orderId: BigInt(id), clientOrderId: '' });
  }

  /** Null when the chain does not know it (any more). */
  async findByClientId(clientOrderId: string): Promise<Order | null> {
    const known = this.#account.orders.findByClientId(clientOrderId);
    if (known !== null) return known;
    try {
      return await this.#ask({ orderId: 0n, clientOrderId });
    } catch (error) {
      if (error instanceof Refusal && error.is('clob', UNKNOWN_ORDER)) return null;
      throw error;
    }
  }

  /** Remembers that an order came over a connection. */
  own(connection: Connection, orderId: string): void {
    const known = this.#byConnection.get(connection) ?? new Set();
    known.add(orderId);
    this.#byConnection.set(connection, known);
  }

  async #ask(named: { orderId: bigint; clientOrderId: string }): Promise<Order> {
    const { owner, subaccount } = this.#client;
    const { order } = await this.#client.ask(queries.order, { owner, subaccount, ...named });
    const told = order!;
    const at = { timeMs: 0, height: Number(told.createdHeight) };
    const { id, status, side, volBp = null, ...rest } = told;
    const isOpen = status === 'open';
    return this.#account.orders.add(
      {
        ...{ id: String(id), symbol: rest.symbol, isBuy: side === clob.Side.SIDE_BUY, volBp },
        ...{ priceUusd: rest.priceUusd, quantity: rest.quantity, filled: rest.filled },
        ...{ clientOrderId: rest.clientOrderId, reduceOnly: rest.reduceOnly },
        ...(isOpen ? {} : { state: status === 'filled' ? 'filled' : 'cancelled' }),
        ...(isOpen || status === 'filled' ? {} : { reason: status }),
      },
      at,
    );
  }

  /** As the stream told it, or, where that is behind, as the answer says. */
  #placed(
    orderId: bigint,
    at: At,
    terms: () => Omit<Parameters<Account['orders']['add']>[0], 'id'>,
  ): Placed {
    const id = String(orderId);
    const order = this.#account.orders.find(id) ?? this.#account.orders.add({ id, ...terms() }, at);
    return { order, fills: this.#account.fillsOf(id) };
  }

  #sent(): { sender: string; subaccount: number } {
    return { sender: this.#client.owner, subaccount: this.#client.subaccount };
  }
}

const MAX_ACTIONS = 100;
const UNKNOWN_ORDER = 11;

const endOf = (filled: bigint, quantity: bigint): Order['state'] =>
  filled >= quantity ? 'filled' : 'cancelled';
