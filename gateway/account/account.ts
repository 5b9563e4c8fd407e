import { ClientError, queries } from '../../client/index.ts';
import type { Outcome, StreamAccountEvents, StreamSubaccount } from '../../client/index.ts';
import type { StreamTrade, TenorClient } from '../../client/index.ts';
import type { Market } from '../market/market.ts';
import { Signal } from '../signal.ts';
import { toJson } from '../../proto/json.ts';
import type { Fill, Order } from './order.ts';
import { Orders } from './orders.ts';
import type { StreamOrder } from './orders.ts';
import { toldBy } from './toldBy.ts';

const MAX_FILLS = 20_000;
const MAX_SETTLEMENTS = 10_000;
/** Trades of an underlying that a node keeps for queries. */
const KEPT_TRADES = 100;
/** How much longer than what happened in a block the account as it then stands may take. */
const DOCUMENT_MS = 1_000;
/** A stream is behind its node's blocks by a moment. */
export const STREAM_MS = 3_000;
/** Transactions whose answers came before the stream told them. */
const MAX_EARLY = 1_000;
const UNSEEN = { mark: null, index: null, vol: null };

/** What the node's stream tells of the account, and what happened to it since the start. */
export class Account {
  readonly orders = new Orders();
  readonly onOrders = new Signal<readonly Order[]>();
  readonly onFills = new Signal<readonly Fill[]>();
  /** Cash, positions or margin are others. */
  readonly onPortfolio = new Signal<null>();
  /** Settlements since the start, oldest first. */
  readonly settlements: Settlement[] = [];
  /** Groups of quotes that reached a limit. */
  readonly onFrozen = new Signal<Frozen>();
  readonly #client: TenorClient;
  readonly #market: Market;
  readonly #fills = new Map<string, Fill>();
  readonly #waiting = new Set<() => void>();
  /** Hashes of transactions that were taken in by their answers. */
  readonly #early = new Set<string>();
  /** The last block of an answer that nobody has waited for; 0: none. */
  #answeredHeight = 0;
  #document: StreamSubaccount | null = null;
  #height = 0;
  #documentHeight = 0;
  #isKnown = false;
  #sinceMs = 0;

  constructor(client: TenorClient, market: Market) {
    this.#client = client;
    this.#market = market;
  }

  /** Resolves when the account is there, and its trades that the node still has. */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#client.stream(`account:${this.#client.owner}`, (update) => {
        if (update.type === 'snapshot') this.#sinceMs = Date.now();
        const { height, timeMs } = update;
        if (update.type === 'error' || update.type === 'ended') {
          reject(new ClientError('badAnswer', `account: ${update.reason}`));
          return;
        }
        if (update.type === 'events') this.#happened(update.data, timeMs, height);
        else {
          this.#stands(update.document.subaccounts, timeMs, height);
          this.#documentHeight = height;
        }
        this.#height = Math.max(this.#height, height);
        for (const check of [...this.#waiting]) check();
        resolve();
      });
    });
    await this.#readKept();
  }

  /** Null before it was opened. */
  get state(): StreamSubaccount | null {
    return this.#document;
  }

  /** All that happened after this time was told, by this machine's clock. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** What became of an order that waited for the end of a block. */
  settle(id: string, to: Pick<Order, 'state' | 'reason' | 'filled'>): void {
    this.orders.settle(id, to);
    this.#tellOrders();
  }

  /** Oldest first. */
  get fills(): Fill[] {
    return [...this.#fills.values()];
  }

  /**
   * What a transaction did, by its answer, which need not wait for the stream: a node tells its
   * streams when it has nothing better to do. What the stream tells of it later is not taken twice.
   */
  answered(outcome: Outcome): void {
    this.#answeredHeight = Math.max(this.#answeredHeight, outcome.height);
    if (outcome.height <= this.#height) return;
    this.#early.add(outcome.hash);
    if (this.#early.size > MAX_EARLY) this.#early.delete(this.#early.keys().next().value!);
    const { timeMs } = this.#market;
    this.#happened(toldBy(outcome, timeMs), timeMs, outcome.height);
  }

  /** Who was answered an order reads his position next: once the stream has told that, too. */
  async caughtUp(): Promise<void> {
    const height = this.#answeredHeight;
    if (height === 0) return;
    await this.reached(height, STREAM_MS);
    // Waited for once: also where a block left the account as it was.
    if (this.#answeredHeight === height) this.#answeredHeight = 0;
  }

  /**
   * Once the stream has told a block, and the account as it stands after it. False when it does
   * not in time.
   */
  reached(height: number, waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      let grace: NodeJS.Timeout | undefined;
      const done = (isThere: boolean): void => {
        clearTimeout(timer);
        clearTimeout(grace);
        this.#waiting.delete(check);
        resolve(isThere);
      };
      const check = (): void => {
        if (this.#height < height) return;
        if (this.#documentHeight >= height) done(true);
        // It stays as it is when the block changed nothing of it.
        else grace ??= setTimeout(() => done(true), DOCUMENT_MS);
      };
      const timer = setTimeout(() => done(false), waitMs);
      this.#waiting.add(check);
      check();
    });
  }

  /** Of an order, oldest first. */
  fillsOf(orderId: string): Fill[] {
    return this.fills.filter((fill) => fill.orderId === orderId);
  }

  async #readKept(): Promise<void> {
    const kept = await Promise.all(
      this.#market.underlyings.map((underlying) =>
        this.#client.ask(queries.trades, { symbol: '', underlying, limit: KEPT_TRADES }),
      ),
    );
    const trades = kept.flatMap((answer) => answer.trades);
    trades.sort((a, b) => Number(a.id - b.id));
    for (const trade of trades) {
      this.#fill(toJson(trade) as unknown as StreamTrade, false);
    }
    this.orders.takeTouched();
  }

  #happened({ fills, events }: StreamAccountEvents, timeMs: number, height: number): void {
    const { owner, subaccount } = this.#client;
    const own = events.filter(
      ({ attributes }) =>
        attributes['owner'] === owner && attributes['subaccount'] === String(subaccount),
    );
    const at = { timeMs, height };
    const isEarly = ({ tx = '' }: StreamAccountEvents['events'][number]) => this.#early.has(tx);
    const ours = own.filter((one) => !isEarly(one));
    for (const { attributes } of own.filter(isEarly)) this.orders.date(attributes, at);
    // A trade comes after its order was placed, and before the rest of that is cancelled.
    for (const one of ours) if (one.event === 'order_placed') this.orders.take(one, at);
    const added = fills.flatMap((trade) => this.#fill(trade, true));
    for (const one of ours) if (one.event !== 'order_placed') this.orders.take(one, at);
    for (const { event, attributes } of ours) {
      if (event === 'settlement') this.#settled({ ...attributes, timeMs });
      if (event === 'quote_group_frozen') this.#tellFrozen(attributes);
    }
    if (added.length > 0) this.onFills.tell(added);
    this.#tellOrders();
  }

  #settled(told: Settlement): void {
    this.settlements.push(told);
    if (this.settlements.length > MAX_SETTLEMENTS) this.settlements.shift();
  }

  #stands(
    subaccounts: Readonly<Record<string, StreamSubaccount>>,
    timeMs: number,
    height: number,
  ): void {
    this.#document = subaccounts[String(this.#client.subaccount)] ?? null;
    const resting = (this.#document?.orders ?? {}) as unknown as Record<string, StreamOrder>;
    this.orders.reconcile(resting, { timeMs, height });
    if (this.#isKnown) this.#tellOrders();
    else this.orders.takeTouched();
    this.#isKnown = true;
    this.onPortfolio.tell(null);
  }

  #tellFrozen(of: Readonly<Record<string, string>>): void {
    const group = of['group'] ?? '';
    const state = this.#document?.quoteGroups[group];
    const underlying = (state?.['underlying'] as string | undefined) ?? '';
    this.onFrozen.tell({ group, underlying, untilMs: Number(of['until_ms'] ?? 0) });
  }

  #tellOrders(): void {
    const touched = this.orders.takeTouched();
    if (touched.length > 0) this.onOrders.tell(touched);
  }

  /** From each side of it that is the account's. */
  #fill(trade: StreamTrade, isNow: boolean): Fill[] {
    const { owner, subaccount } = this.#client;
    const isMaker = trade.maker === owner && trade.makerSubaccount === subaccount;
    const isTaker = trade.taker === owner && trade.takerSubaccount === subaccount;
    const sides = [...(isTaker ? [false] : []), ...(isMaker ? [true] : [])];
    return sides.flatMap((asMaker) => {
      const key = `${trade.id}${asMaker ? 'M' : 'T'}`;
      const known = this.#fills.get(key);
      if (known !== undefined) {
        this.#fills.set(key, { ...known, timeMs: trade.timeMs });
        return [];
      }
      const fill: Fill = {
        ...trade,
        ...(isNow ? this.#market.contextOf(trade) : UNSEEN),
        orderId: asMaker ? trade.makerOrderId : trade.takerOrderId,
        isBuy: (trade.takerSide === 1) !== asMaker,
        isMaker: asMaker,
        feeUusd: BigInt(asMaker ? trade.makerFeeUusd : trade.takerFeeUusd),
      };
      this.#fills.set(key, fill);
      if (this.#fills.size > MAX_FILLS) this.#fills.delete(this.#fills.keys().next().value!);
      this.orders.fill(fill);
      return [fill];
    });
  }
}

export interface Frozen {
  readonly group: string;
  readonly underlying: string;
  readonly untilMs: number;
}

/** As docs/events.md has it, and when. */
export type Settlement = Readonly<Record<string, string | number>> & { readonly timeMs: number };
