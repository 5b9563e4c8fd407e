import { msgOf } from '../../client/index.ts';
import type { TenorClient } from '../../client/index.ts';
import { MsgDeadManSwitch } from '../../proto/gen/tenor.clob.v1.ts';
import type { Market } from '../market/market.ts';
import type { Log } from '../log.ts';
import type { Signing } from './signing.ts';

/** The chain takes back what it is told to when nothing was heard for so long. */
export const DEAD_MAN_MS = 30_000;

type Reach = 'nothing' | 'quotes' | 'everything';
const RANK: Readonly<Record<Reach, number>> = { nothing: 0, quotes: 1, everything: 2 };

/**
 * Renews the chain's dead-man switch while somebody quotes, or wants orders cancelled when he is
 * gone: so that a gateway that dies, or loses the chain, leaves nothing behind.
 */
export class DeadMan {
  readonly #client: TenorClient;
  readonly #signing: Signing;
  readonly #market: Market;
  readonly #log: Log;
  #reach: Reach = 'nothing';
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(client: TenorClient, signing: Signing, market: Market, log: Log) {
    this.#client = client;
    this.#signing = signing;
    this.#market = market;
    this.#log = log;
  }

  get reach(): Reach {
    return this.#reach;
  }

  /** From now on at least so much is taken back. Resolves when the chain knows. */
  arm(reach: 'quotes' | 'everything'): Promise<void> {
    // One after another: a smaller reach that comes second must not undo a larger one.
    const work = this.#turn.then(() => this.#arm(reach));
    this.#turn = work.catch(() => undefined);
    return work;
  }

  async #arm(reach: 'quotes' | 'everything'): Promise<void> {
    if (RANK[reach] <= RANK[this.#reach]) return;
    await this.#send(DEAD_MAN_MS, reach);
    this.#reach = reach;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#renew(), DEAD_MAN_MS / 3);
  }

  /** Nobody wants it any more. */
  async disarm(): Promise<void> {
    if (this.#reach === 'nothing') return;
    this.stop();
    await this.#send(0, 'quotes');
  }

  /** Without a word to the chain: it will take back what it was told to. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#reach = 'nothing';
  }

  async #renew(): Promise<void> {
    if (!this.#market.isFollowing()) return;
    const reach = this.#reach;
    if (reach === 'nothing') return;
    await this.#send(DEAD_MAN_MS, reach).catch((error: unknown) => {
      this.#log({ kind: 'deadMan', renewed: false, reason: (error as Error).message });
    });
  }

  async #send(timeoutMs: number, reach: Reach): Promise<void> {
    const { owner: sender, subaccount } = this.#client;
    const told = { sender, subaccount, timeoutMs, everything: reach === 'everything' };
    const msg = msgOf(MsgDeadManSwitch, told, true);
    await this.#signing.send([{ msg, told: { type: 'MsgDeadManSwitch', ...told } }]);
  }
}
