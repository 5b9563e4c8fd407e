import { msgOf } from '../../client/index.ts';
import type { TenorClient } from '../../client/index.ts';
import { MsgCancelQuotes } from '../../proto/gen/tenor.clob.v1.ts';
import type { Connection } from '../server/connection.ts';
import type { Log } from '../log.ts';
import type { DeadMan } from './deadMan.ts';
import type { Signing } from './signing.ts';
import type { Trading } from './trading.ts';

/**
 * Cancel on disconnect: what was placed over a connection goes when that ends. The chain's dead-man
 * switch stands behind it, for when the gateway itself ends.
 */
export class Disconnects {
  /** Of connections that are yet to come. */
  isDefault = false;
  /** Then only the chain's switch can take them back: it stays. */
  #isQuotedOverHttp = false;
  readonly #client: TenorClient;
  readonly #trading: Trading;
  readonly #signing: Signing;
  readonly #deadMan: DeadMan;
  readonly #log: Log;
  readonly #going = new Set<Promise<void>>();
  readonly #watched = new Map<Connection, Set<string>>();

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

  /** A connection that is authorized now. */
  async opened(connection: Connection): Promise<void> {
    if (this.isDefault) await this.enable(connection);
  }

  async enable(connection: Connection): Promise<void> {
    await this.#deadMan.arm('everything');
    connection.cancelsOnDisconnect = true;
    this.#watch(connection);
  }

  /** Once everything of connections that are gone was taken back, or could not be. */
  async settled(): Promise<void> {
    await Promise.all(this.#going);
  }

  /** It quotes in a group: quotes always go with their connection, if there is one. */
  quoted(connection: Connection | null, group: string): void {
    if (connection === null) this.#isQuotedOverHttp = true;
    else this.#watch(connection).add(group);
  }

  /** An order that came over it. One that went before the block had it does not leave it there. */
  placed(connection: Connection, orderId: string): void {
    this.#trading.own(connection, orderId);
    if (connection.isGone && connection.cancelsOnDisconnect) this.#take(connection, new Set());
  }

  #take(connection: Connection, groups: ReadonlySet<string>): void {
    const work = this.#gone(connection, groups);
    this.#going.add(work);
    void work.finally(() => this.#going.delete(work));
  }

  #watch(connection: Connection): Set<string> {
    const known = this.#watched.get(connection);
    if (known !== undefined) return known;
    const groups = new Set<string>();
    this.#watched.set(connection, groups);
    connection.onGone(() => this.#take(connection, groups));
    return groups;
  }

  async #gone(connection: Connection, groups: ReadonlySet<string>): Promise<void> {
    this.#watched.delete(connection);
    const orders = connection.cancelsOnDisconnect ? this.#trading.ordersOf(connection) : [];
    this.#log({ kind: 'disconnected', orders: orders.length, groups: [...groups] });
    try {
      if (groups.size > 0) await this.#signing.send(this.#quoteCancels(groups));
      const open = this.#trading.openOf(orders);
      if (open.length > 0) await this.#trading.cancelEach(open);
      const isFree = this.#watched.size === 0 && !this.isDefault && !this.#isQuotedOverHttp;
      if (isFree) await this.#deadMan.disarm();
    } catch (error) {
      // The switch is not renewed any more: the chain takes back what is left.
      this.#log({ kind: 'disconnected', left: true, reason: (error as Error).message });
      this.#deadMan.stop();
    }
  }

  #quoteCancels(groups: ReadonlySet<string>) {
    const { owner: sender, subaccount } = this.#client;
    return [...groups].map((group) => {
      const message = { sender, subaccount, group };
      const msg = msgOf(MsgCancelQuotes, message, true);
      return { msg, told: { type: 'MsgCancelQuotes', ...message } };
    });
  }
}
