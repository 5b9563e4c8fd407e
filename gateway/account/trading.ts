import { ClientError, msgOf, Refusal } from '../../client/index.ts';
import type { TenorClient } from '../../client/index.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import type { Connection } from '../server/connection.ts';
import { STREAM_MS } from './account.ts';
import type { Account } from './account.ts';
import type { Labels } from './labels.ts';
import type { Fill, Order } from './order.ts';
import { LookUp } from './lookUp.ts';
import type { Market } from '../market/market.ts';
import type { At } from './orders.ts';
import { mustAnswer } from './signing.ts';
import type { Signed, Signing } from './signing.ts';

/** What an order is to be; sender and subaccount are the account's. */
export type PlaceTerms = Omit<clob.MsgPlaceOrder, 'sender' | 'subaccount' | 'clientOrderId'>;

export interface Placed {
  readonly order: Order;
  readonly fills: readonly Fill[];
}

/** Places, edits and cancels the account's orders, and knows over which connection. */
export class Trading {
  readonly labels: Labels;
  readonly lookUp: LookUp;
  readonly #client: TenorClient;
  readonly #account: Account;
  readonly #signing: Signing;
  readonly #market: Market;
  readonly #byConnection = new WeakMap<Connection, Set<string>>();
  /** By client order id: what is on its way is not sent again beside that. */
  readonly #placing = new Map<string, Promise<Placed>>();

  constructor(of: {
    readonly client: TenorClient;
    readonly account: Account;
    readonly signing: Signing;
    readonly market: Market;
    readonly labels: Labels;
  }) {
    this.#client = of.client;
    this.#account = of.account;
    this.#signing = of.signing;
    this.#market = of.market;
    this.labels = of.labels;
    this.lookUp = new LookUp(of.client, of.account, of.market);
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
  place(terms: PlaceTerms, clientOrderId: string): Promise<Placed> {
    const known = this.#placing.get(clientOrderId);
    if (known !== undefined) return known;
    const placing = this.#place(terms, clientOrderId).finally(() =>
      this.#placing.delete(clientOrderId),
    );
    this.#placing.set(clientOrderId, placing);
    return placing;
  }

  async #place(terms: PlaceTerms, clientOrderId: string): Promise<Placed> {
    const message = { ...terms, ...this.#sent(), clientOrderId };
    const label = this.labels.labelOf(clientOrderId);
    const msg = msgOf(clob.MsgPlaceOrder, message, true);
    const told = { type: 'MsgPlaceOrder', label, ...message };
    const outcome = await this.#signing.send([{ msg, told }]).catch(nullWhenNamed);
    if (outcome === null) return this.#earlier(clientOrderId);
    const answer = mustAnswer(outcome, clob.MsgPlaceOrderResponse);
    const { orderId, filled, resting, delayed: isDelayed = false } = answer;
    this.#account.answered(outcome);
    const at = { timeMs: this.#market.timeMs, height: outcome.height };
    const placed = this.#placed(orderId, at, () => ({
      ...{ symbol: terms.series, isBuy: terms.side === clob.Side.SIDE_BUY, filled, isDelayed },
      ...{ priceUusd: terms.priceUusd, quantity: terms.quantity, clientOrderId },
      ...{ reduceOnly: terms.reduceOnly, volBp: terms.volBp ?? null },
      ...(resting === 0n && !isDelayed ? { state: endOf(filled, terms.quantity) } : {}),
    }));
    if (placed.order.isDelayed) void this.lookUp.settle(placed.order);
    return placed;
  }

  /** An order with this name is there, of a bound that the market has left: it is that one. */
  async #earlier(clientOrderId: string): Promise<Placed> {
    const order = await this.lookUp.findByClientId(clientOrderId);
    if (order !== null) return { order, fills: this.#account.fillsOf(order.id) };
    throw new ClientError('badAnswer', `${clientOrderId} names an order, and there is none`);
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
    const order = await this.lookUp.mustFind(String(orderId));
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
    return this.lookUp.mustFind(String(orderId));
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

  /** Remembers that an order came over a connection. */
  own(connection: Connection, orderId: string): void {
    const known = this.#byConnection.get(connection) ?? new Set();
    known.add(orderId);
    this.#byConnection.set(connection, known);
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

/** Null where the chain says that an order has the name. */
function nullWhenNamed(error: unknown): null {
  if (error instanceof Refusal && error.is('clob', DUPLICATE_NAME)) return null;
  throw error;
}
const DUPLICATE_NAME = 10;

const endOf = (filled: bigint, quantity: bigint): Order['state'] =>
  filled >= quantity ? 'filled' : 'cancelled';
