import { setTimeout as sleep } from 'node:timers/promises';
import { queries, Refusal } from '../../client/index.ts';
import type { TenorClient } from '../../client/index.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import type { Market } from '../market/market.ts';
import type { Account } from './account.ts';
import type { Order } from './order.ts';

const SETTLE_MS = 1_000;
const SETTLE_TRIES = 60;
const DELAYED = 'delayed';
const UNKNOWN_ORDER = 11;

/** What the chain's word for an order is here. */
function standing(status: string): Pick<Order, 'state' | 'reason'> {
  if (status === 'open' || status === DELAYED) return { state: 'open', reason: null };
  if (status === 'filled') return { state: 'filled', reason: null };
  return { state: status === 'refused' ? 'rejected' : 'cancelled', reason: status };
}

/** Finds orders that the account's stream did not tell, in the chain's state. */
export class LookUp {
  readonly #client: TenorClient;
  readonly #account: Account;
  readonly #market: Market;

  constructor(client: TenorClient, account: Account, market: Market) {
    this.#client = client;
    this.#account = account;
    this.#market = market;
  }

  /** An order that the gateway knows, or that the chain still does. @throws Refusal clob/11 */
  async mustFind(id: string): Promise<Order> {
    const known = this.#account.orders.find(id);
    if (known !== null) return known;
    return this.#add(await this.#ask({ orderId: BigInt(id), clientOrderId: '' }));
  }

  /** Null when the chain does not know it (any more). */
  async findByClientId(clientOrderId: string): Promise<Order | null> {
    const known = this.#account.orders.findByClientId(clientOrderId);
    if (known !== null) return known;
    try {
      return this.#add(await this.#ask({ orderId: 0n, clientOrderId }));
    } catch (error) {
      if (error instanceof Refusal && error.is('clob', UNKNOWN_ORDER)) return null;
      throw error;
    }
  }

  /** Of one that waits for the end of a block events tell; where they are lost the state does. */
  async settle({ id }: Order): Promise<void> {
    for (let i = 0; i < SETTLE_TRIES; i++) {
      await sleep(SETTLE_MS, undefined, { ref: false });
      if (this.#account.orders.find(id)?.isDelayed !== true) return;
      const told = await this.#ask({ orderId: BigInt(id), clientOrderId: '' }).catch(() => null);
      if (told === null || told.status === DELAYED) continue;
      this.#account.settle(id, { ...standing(told.status), filled: told.filled });
      return;
    }
  }

  /**
   * An order whose answer was lost, once no block can take it any more (by the chain's clock); null
   * where it never came.
   */
  async late(clientOrderId: string, untilSeconds: number): Promise<Order | null> {
    while (this.#market.timeMs < (untilSeconds + 1) * 1_000) {
      await sleep(SETTLE_MS, undefined, { ref: false });
    }
    return this.findByClientId(clientOrderId);
  }

  async #ask(named: { orderId: bigint; clientOrderId: string }): Promise<clob.Order> {
    const { owner, subaccount } = this.#client;
    const { order } = await this.#client.ask(queries.order, { owner, subaccount, ...named });
    return order!;
  }

  #add(told: clob.Order): Order {
    // When it came and ended is not told: no later than now.
    const at = { timeMs: this.#market.timeMs, height: Number(told.createdHeight) };
    const { id, status, side, volBp = null, ...rest } = told;
    const order = this.#account.orders.add(
      {
        ...{ id: String(id), symbol: rest.symbol, isBuy: side === clob.Side.SIDE_BUY, volBp },
        ...{ priceUusd: rest.priceUusd, quantity: rest.quantity, filled: rest.filled },
        ...{ clientOrderId: rest.clientOrderId, reduceOnly: rest.reduceOnly },
        ...{ ...standing(status), isDelayed: status === DELAYED },
      },
      at,
    );
    if (order.isDelayed) void this.settle(order);
    return order;
  }
}
