import { msgOf, Refusal, TxTimeout } from '../../client/index.ts';
import type { TenorClient } from '../../client/index.ts';
import { MsgDeadManSwitch } from '../../proto/gen/tenor.clob.v1.ts';
import type { Market } from '../market/market.ts';
import type { Log } from '../log.ts';
import { RpcError } from '../rpc/rpcError.ts';
import type { Signing } from './signing.ts';

/** The chain takes back what it is told to when nothing was heard for so long. */
export const DEAD_MAN_MS = 30_000;

type Reach = 'nothing' | 'quotes' | 'everything';
export type Held = Exclude<Reach, 'nothing'>;
const RANK: Readonly<Record<Reach, number>> = { nothing: 0, quotes: 1, everything: 2 };

interface Hold {
  readonly reach: Held;
  /** Its owner is gone, and what it left could not be taken back: the chain may do that. */
  readonly isLeft: boolean;
}

/**
 * Renews the chain's dead-man switch while somebody holds it, who quotes or wants orders cancelled
 * when he is gone: so that a gateway that dies, or loses the chain, leaves nothing behind.
 */
export class DeadMan {
  readonly #client: TenorClient;
  readonly #signing: Signing;
  readonly #market: Market;
  readonly #log: Log;
  readonly #holds = new Map<object, Hold>();
  /** What the chain does; null while that is not known, as after an answer that was lost. */
  #told: Reach | null = 'nothing';
  #toldAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(client: TenorClient, signing: Signing, market: Market, log: Log) {
    this.#client = client;
    this.#signing = signing;
    this.#market = market;
    this.#log = log;
  }

  /** The widest that somebody holds. */
  get reach(): Reach {
    const reaches = [...this.#holds.values()].map(({ reach }) => reach);
    return reaches.reduce<Reach>((a, b) => (RANK[b] > RANK[a] ? b : a), 'nothing');
  }

  /**
   * From now on at least so much is taken back. Resolves when the chain knows.
   * @throws what sending does: then the holder holds what he did before, and in the end the chain
   * does that
   */
  hold(holder: object, reach: Held): Promise<void> {
    // One after another: a smaller reach that comes second must not undo a larger one.
    return this.#inTurn(async () => {
      const before = this.#holds.get(holder);
      const isWider = RANK[reach] > RANK[before?.reach ?? 'nothing'];
      this.#holds.set(holder, { reach: isWider ? reach : before!.reach, isLeft: false });
      try {
        await this.#tell();
      } catch (error) {
        if (before === undefined) this.#holds.delete(holder);
        else this.#holds.set(holder, before);
        this.#keep();
        // The chain may have been told all the same: it is told again what holds.
        if (this.#told === null) void this.#renew();
        throw error;
      }
    });
  }

  /** A holder wants less, or nothing more. What is not told now is told with the next renewal. */
  lower(holder: object, reach: Reach): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#holds.get(holder);
      if (before === undefined || RANK[before.reach] <= RANK[reach]) return;
      if (reach === 'nothing') this.#holds.delete(holder);
      else this.#holds.set(holder, { reach, isLeft: false });
      await this.#tell().catch((error: unknown) => this.#failed(error));
      this.#keep();
    });
  }

  /** A holder is gone and left something: alone it is not renewed for, so that the chain acts. */
  leave(holder: object): void {
    const before = this.#holds.get(holder);
    if (before !== undefined) this.#holds.set(holder, { ...before, isLeft: true });
  }

  /** Without a word to the chain: it will take back what it was told to. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#holds.clear();
    this.#told = 'nothing';
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** The timer goes on as long as somebody holds, or the chain may do more than is wanted. */
  #keep(): void {
    const isOver = this.#holds.size === 0 && this.#told === 'nothing';
    if (isOver) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else {
      this.#timer ??= setInterval(() => void this.#renew(), DEAD_MAN_MS / 3).unref();
    }
  }

  #renew(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#market.isFollowing()) return;
      const holds = [...this.#holds.values()];
      if (holds.length > 0 && holds.every(({ isLeft }) => isLeft)) return;
      if (holds.length > 0 || this.#told !== 'nothing') {
        await this.#send(this.reach).catch((error: unknown) => this.#failed(error));
      }
      this.#keep();
    });
  }

  #failed(error: unknown): void {
    this.#log({ kind: 'deadMan', renewed: false, reason: (error as Error).message });
  }

  async #tell(): Promise<void> {
    const { reach } = this;
    // While all holders were gone it was not renewed: it may have fired, or be about to.
    const isLeft = [...this.#holds.values()].some((hold) => hold.isLeft);
    const mayLapse = isLeft || performance.now() - this.#toldAt > DEAD_MAN_MS / 2;
    if (this.#told === reach && (reach === 'nothing' || !mayLapse)) return;
    await this.#send(reach);
    this.#keep();
  }

  async #send(reach: Reach): Promise<void> {
    const { owner: sender, subaccount } = this.#client;
    const timeoutMs = reach === 'nothing' ? 0 : DEAD_MAN_MS;
    const told = { sender, subaccount, timeoutMs, everything: reach === 'everything' };
    const msg = msgOf(MsgDeadManSwitch, told, true);
    const before = this.#told;
    const at = performance.now();
    this.#told = null;
    try {
      await this.#signing.send([{ msg, told: { type: 'MsgDeadManSwitch', ...told } }]);
      this.#told = reach;
      this.#toldAt = at;
    } catch (error) {
      // It was not sent, was refused, or can come no more: the chain does what it did.
      const isSure = error instanceof Refusal || error instanceof RpcError || isOver(error);
      if (isSure) this.#told = before;
      throw error;
    }
  }
}

const isOver = (error: unknown): boolean => error instanceof TxTimeout && !error.mayCome;
