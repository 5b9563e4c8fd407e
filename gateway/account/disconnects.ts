import { MAX_QUOTES, msgOf, Refusal } from '../../client/index.ts';
import type { TenorClient } from '../../client/index.ts';
import {
  MsgCancelQuotes,
  MsgMassQuote,
  MsgMassQuoteResponse,
} from '../../proto/gen/tenor.clob.v1.ts';
import { RpcError } from '../rpc/rpcError.ts';
import type { Connection } from '../server/connection.ts';
import type { Log } from '../log.ts';
import type { DeadMan } from './deadMan.ts';
import { Quoters } from './quoters.ts';
import type { Withdrawal } from './quoters.ts';
import { mustAnswer } from './signing.ts';
import type { Signing } from './signing.ts';
import type { Trading } from './trading.ts';

/** Quotes over HTTP, where nothing disconnects, live so long after the last ones of their group. */
export const HTTP_QUOTES_MS = 60_000;
const RETRY_MS = 5_000;

/** What HTTP quotes in a group, until nothing has come for a while. */
interface OverHttp {
  timer: NodeJS.Timeout | undefined;
}

/**
 * Cancel on disconnect: what was placed over a connection goes when that ends. The chain's dead-man
 * switch stands behind it, for when the gateway itself ends.
 */
export class Disconnects {
  /** Of connections that are yet to come. */
  #isDefault = false;
  readonly #client: TenorClient;
  readonly #trading: Trading;
  readonly #signing: Signing;
  readonly #deadMan: DeadMan;
  readonly #log: Log;
  readonly #going = new Set<Promise<void>>();
  readonly #watched = new Set<Connection>();
  readonly #quoters = new Quoters();
  readonly #overHttp = new Map<string, OverHttp>();
  readonly #closing = new AbortController();

  constructor(of: {
    readonly client: TenorClient;
    readonly trading: Trading;
    readonly signing: Signing;
    readonly deadMan: DeadMan;
    readonly log: Log;
  }) {
    this.#client = of.client;
    this.#trading = of.trading;
    this.#signing = of.signing;
    this.#deadMan = of.deadMan;
    this.#log = of.log;
  }

  get isDefault(): boolean {
    return this.#isDefault;
  }

  /** Whether connections that are yet to come cancel on disconnect. */
  async setDefault(isDefault: boolean): Promise<void> {
    if (isDefault) await this.#deadMan.hold(this, 'everything');
    this.#isDefault = isDefault;
    if (!isDefault) await this.#deadMan.lower(this, 'nothing');
  }

  /** A connection that is authorized now, and was not before. */
  async opened(connection: Connection): Promise<void> {
    if (this.#isDefault) await this.enable(connection);
  }

  async enable(connection: Connection): Promise<void> {
    this.#watch(connection);
    await this.#deadMan.hold(connection, 'everything');
    connection.cancelsOnDisconnect = true;
    // It went meanwhile: what it placed is taken now that this is known.
    if (connection.isGone) this.#take(connection, []);
  }

  /** Its quotes still go with it. */
  async disable(connection: Connection): Promise<void> {
    connection.cancelsOnDisconnect = false;
    await this.#deadMan.lower(connection, connection.quotes ? 'quotes' : 'nothing');
  }

  /** Once everything of who is gone was taken back, or could not be. */
  async settled(): Promise<void> {
    await Promise.all(this.#going);
  }

  /** Takes what came over HTTP, too, and tries nothing twice any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const quoter of this.#overHttp.values()) this.#endHttp(quoter);
    await this.settled();
  }

  /**
   * Before somebody quotes in a group: quotes always go with their connection, and those over HTTP
   * when nothing follows them.
   * @throws RpcError unavailable when the connection went; what arming the switch throws
   */
  async quoting(connection: Connection | null, group: string, series: readonly string[]) {
    const quoter = connection ?? this.#httpOf(group);
    // Watched before anything is sent: who goes meanwhile takes with him what the block will have.
    if (connection !== null) this.#watch(connection);
    await this.#deadMan.hold(quoter, 'quotes');
    if (connection?.isOpen === false) {
      throw new RpcError('unavailable', { reason: 'the connection went: nothing was quoted' });
    }
    if (connection !== null) connection.quotes = true;
    this.#quoters.quotes(quoter, group, series);
  }

  /** One of which nobody answered: it may still come, up to a time of the chain's. */
  async unanswered(connection: Connection, clientOrderId: string, untilSeconds: number) {
    const order = await this.#trading.lookUp.late(clientOrderId, untilSeconds);
    if (order !== null) this.placed(connection, order.id);
  }

  /** An order that came over it. One that went before the block had it does not leave it there. */
  placed(connection: Connection, orderId: string): void {
    this.#trading.own(connection, orderId);
    if (connection.isGone && connection.cancelsOnDisconnect) this.#take(connection, []);
  }

  #watch(connection: Connection): void {
    if (this.#watched.has(connection)) return;
    this.#watched.add(connection);
    connection.onGone(() => {
      this.#watched.delete(connection);
      this.#take(connection, this.#quoters.leave(connection));
    });
  }

  #httpOf(group: string): OverHttp {
    const quoter = this.#overHttp.get(group) ?? { timer: undefined };
    this.#overHttp.set(group, quoter);
    clearTimeout(quoter.timer);
    quoter.timer = setTimeout(() => {
      this.#overHttp.delete(group);
      this.#endHttp(quoter);
    }, HTTP_QUOTES_MS).unref();
    return quoter;
  }

  #endHttp(quoter: OverHttp): void {
    clearTimeout(quoter.timer);
    this.#take(quoter, this.#quoters.leave(quoter));
  }

  #take(holder: Connection | OverHttp, quotes: readonly Withdrawal[]): void {
    const work = this.#gone(holder, quotes);
    this.#going.add(work);
    void work.finally(() => this.#going.delete(work));
  }

  /** Until it worked: what one leaves is no reason to give up the switch of the others. */
  async #gone(holder: Connection | OverHttp, quotes: readonly Withdrawal[]): Promise<void> {
    const orders = this.#ordersOf(holder);
    this.#log({ kind: 'disconnected', orders: orders.length, groups: quotes.map((q) => q.group) });
    const left = [...quotes];
    for (;;) {
      try {
        for (; left.length > 0; left.shift()) await this.#withdraw(left[0]!);
        await this.#cancel(orders);
        await this.#deadMan.lower(holder, 'nothing');
        return;
      } catch (error) {
        // Where nobody else is there it is not renewed any more: the chain takes back what is left.
        this.#deadMan.leave(holder);
        this.#log({ kind: 'disconnected', left: true, reason: (error as Error).message });
      }
      if (await this.#isClosingWithin(RETRY_MS)) return;
    }
  }

  /** @throws Error where one stays, as those that wait for the end of a block do */
  async #cancel(orders: readonly string[]): Promise<void> {
    const open = this.#trading.openOf(orders);
    if (open.length === 0) return;
    await this.#trading.cancelEach(open);
    const { length } = this.#trading.openOf(open);
    if (length > 0) throw new Error(`${length} orders are still open`);
  }

  #isClosingWithin(waitMs: number): Promise<boolean> {
    const { signal } = this.#closing;
    if (signal.aborted) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve(signal.aborted);
      };
      const timer = setTimeout(end, waitMs).unref();
      signal.addEventListener('abort', end);
    });
  }

  #ordersOf(holder: Connection | OverHttp): string[] {
    if ('timer' in holder) return [];
    return holder.cancelsOnDisconnect ? this.#trading.ordersOf(holder) : [];
  }

  async #withdraw({ group, series }: Withdrawal): Promise<void> {
    const of = { sender: this.#client.owner, subaccount: this.#client.subaccount, group };
    try {
      if (series === 'all') {
        const msg = msgOf(MsgCancelQuotes, of, true);
        await this.#signing.send([{ msg, told: { type: 'MsgCancelQuotes', ...of } }]);
        return;
      }
      for (let from = 0; from < series.length; from += MAX_QUOTES) {
        await this.#quoteNothing(group, series.slice(from, from + MAX_QUOTES));
      }
    } catch (error) {
      // A group that was never made, or that is frozen, quotes nothing.
      if (!isOneOf(error, NOTHING)) throw error;
    }
  }

  /** @throws Error where an auction holds one; of a series that is gone there is nothing left */
  async #quoteNothing(group: string, series: readonly string[]): Promise<void> {
    const none = { priceUusd: 0n, quantity: 0n };
    const quotes = series.map((symbol) => ({ series: symbol, bid: none, ask: none }));
    const { owner: sender, subaccount } = this.#client;
    const message = { sender, subaccount, group, quotes };
    const msg = msgOf(MsgMassQuote, message, true);
    const outcome = await this.#signing.send([{ msg, told: { type: 'MsgMassQuote', ...message } }]);
    const { refusals } = mustAnswer(outcome, MsgMassQuoteResponse);
    const held = refusals.filter(({ code }) => code === AUCTION_LOCKED).length;
    if (held > 0) throw new Error(`auctions hold ${held} quotes`);
  }
}

const isOneOf = (error: unknown, codes: readonly (readonly [string, number])[]): boolean =>
  error instanceof Refusal && codes.some(([codespace, code]) => error.is(codespace, code));

/** `unknownGroup` and `groupFrozen`. */
const NOTHING = [
  ['clob', 41],
  ['clob', 43],
] as const;

const AUCTION_LOCKED = 26;
