import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyMsg, TxOptions, UserKey } from '../../harness/keys.ts';
import { BATCH_MAX, batchesOf, broadcastBatch } from './rpc.ts';
import type { Batch } from './rpc.ts';

/** Requests that wait for an answer at once, a node. */
const CONNECTIONS = 6;
const PAUSE_MS = 5;
const BYTES = 300;
/** No field begins so. */
const NO_WIRE_TYPE = 0xff;

/** What CheckTx must refuse, from the cheapest to find to the dearest, in equal parts. */
export function junkTxs(
  user: UserKey,
  msgs: readonly AnyMsg[],
  options: TxOptions,
  count: number,
): Uint8Array[] {
  const kinds = [
    () => Buffer.concat([Buffer.of(NO_WIRE_TYPE), randomBytes(BYTES)]),
    // Long past: known from what state says of the account.
    (n: number) => user.signTx(msgs, { ...options, sequence: 0n, memo: `${n}` }),
    // Of another chain: its signature is checked, and wrong.
    (n: number) => user.signTx(msgs, { ...options, chainId: 'other-1', memo: `${n}` }),
  ];
  return Array.from({ length: count }, (_, n) => Uint8Array.from(kinds[n % kinds.length]!(n)));
}

/**
 * Sends what is refused to every node, again and again: the engine forgets what CheckTx refused, so
 * that each copy is checked. As fast as answers come, or at a rate.
 */
export class JunkFlood {
  readonly #started = performance.now();
  readonly #perSecond: number;
  readonly #senders: Promise<unknown>;
  readonly refused = new Map<string, number>();
  #sent = 0;
  #running = true;

  constructor(rpcs: readonly string[], txs: readonly Uint8Array[], perSecond = Infinity) {
    this.#perSecond = perSecond;
    const batches = batchesOf(txs);
    const senders = rpcs.flatMap((rpc) => Array.from({ length: CONNECTIONS }, () => rpc));
    this.#senders = Promise.all(
      senders.map((rpc, at) => {
        return this.#send(
          rpc,
          batches.filter((_, n) => n % senders.length === at),
        );
      }),
    );
  }

  get sent(): number {
    return this.#sent;
  }

  /** Refused a second, from the start until now. */
  get perSecond(): number {
    const refused = [...this.refused.values()].reduce((sum, n) => sum + n, 0);
    return refused / ((performance.now() - this.#started) / 1_000);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#senders;
  }

  async #send(rpc: string, batches: readonly Batch[]): Promise<void> {
    for (let n = 0; this.#running;) {
      const due = ((performance.now() - this.#started) / 1_000) * this.#perSecond;
      if (this.#sent > due) {
        await sleep(PAUSE_MS);
        continue;
      }
      this.#sent += BATCH_MAX;
      const { refused } = await broadcastBatch(rpc, batches[n++ % batches.length]!);
      for (const code of refused) this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
    }
  }
}
