import { sha256 } from '@cosmjs/crypto';
import { BaseAccount } from '../proto/gen/cosmos.auth.v1beta1.ts';
import type { Timestamp } from '../proto/gen/google.protobuf.ts';
import { ClientError, Refusal, TxTimeout } from './errors.ts';
import { feeOf } from './fee.ts';
import { hexOf } from './hex.ts';
import type { Node } from './node.ts';
import { outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { queries } from './queries.ts';
import type { TxSigner } from './signer.ts';
import { sleep } from './sleep.ts';
import { NO_FEE, signTx } from './signTx.ts';
import type { Msg, SigningContext, TxContent } from './signTx.ts';

export interface SendOptions {
  /** Sent beside others, without a sequence: several at a time do not wait for each other. */
  readonly isUnordered?: boolean;
  /**
   * Seconds, by the chain's clock, after which no block will take it any more; ordered ones are
   * good for ever unless it is given.
   */
  readonly lifeSeconds?: number;
  /** How long to wait for a block; 0: not at all. */
  readonly waitMs?: number;
}

/** A transaction that the mempool took, and its outcome if it was waited for. */
export interface Sent {
  readonly hash: string;
  readonly outcome: Outcome | null;
}

const DEFAULT_WAIT_MS = 30_000;
const POLL_MS = 250;
/** Blocks may be slow while a proposer is down; the network refuses more than ten minutes. */
const LIFE_SECONDS = 300;
const BILLION = 1_000_000_000;
/** A sequence that another transaction has just taken is read again this often. */
const MAX_SEQUENCE_RETRIES = 8;
const SEQUENCE_RETRY_MS = 500;
/** The same bytes are one transaction, however often they are sent. */
const MAX_BROADCASTS = 3;

/**
 * Signs for one account and sends. Ordered transactions are signed and handed over one after
 * another, each with the sequence after the last; waiting for their blocks goes on side by side.
 */
export class Sender {
  readonly #node: Node;
  readonly #signer: TxSigner;
  readonly #chainId: string;
  /** What the next ordered transaction is signed with; null: not known, the chain is asked. */
  #next: SigningContext | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(node: Node, signer: TxSigner, chainId: string) {
    this.#node = node;
    this.#signer = signer;
    this.#chainId = chainId;
  }

  /**
   * Signs messages, hands them to the mempool and waits for their block.
   * Throws `Refusal` when the chain refuses, `TxTimeout` when no block has it in time.
   */
  async send(
    msgs: readonly Msg[],
    { isUnordered = false, lifeSeconds, waitMs = DEFAULT_WAIT_MS }: SendOptions = {},
  ): Promise<Sent> {
    const seconds = lifeSeconds ?? (isUnordered ? LIFE_SECONDS : null);
    const timeout = seconds === null ? null : await this.#timeout(seconds);
    const content: TxContent = { msgs, timeout, isUnordered };
    const bytes = isUnordered
      ? await this.#admit(content)
      : await this.#inTurn(() => this.#admit(content));
    const hash = sha256(bytes);
    if (waitMs === 0) return { hash: hexOf(hash), outcome: null };
    return { hash: hexOf(hash), outcome: await this.#outcome(hash, waitMs, timeout) };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** The nonce of an unordered transaction is its timeout, so it must be its own. */
  async #timeout(lifeSeconds: number): Promise<Timestamp> {
    const { syncInfo } = await this.#node.status();
    const nowSeconds = Math.floor(syncInfo.latestBlockTime.getTime() / 1_000);
    const [random] = crypto.getRandomValues(new Uint32Array(1));
    return { seconds: BigInt(nowSeconds + lifeSeconds), nanos: random! % BILLION };
  }

  /** Gets a signed transaction into the mempool; returns its bytes. */
  async #admit(content: TxContent): Promise<Uint8Array> {
    let isFree = content.msgs.every(({ feeExempt }) => feeExempt);
    for (let retries = 0; ; retries++) {
      const context = content.isUnordered ? await this.#ask() : (this.#next ?? (await this.#ask()));
      const fee = isFree
        ? NO_FEE
        : await feeOf(this.#node, this.#signer, content, context.sequence);
      const bytes = await signTx(content, fee, this.#signer, context);
      const admission = await this.#broadcast(bytes);
      if (admission === null) {
        const { sequence } = context;
        if (!content.isUnordered) this.#next = { ...context, sequence: sequence + 1n };
        return bytes;
      }
      this.#next = null;
      // What is free for others costs an account with little equity its gas.
      if (isFree && admission.is('runtime', FEE_NEEDED)) {
        isFree = false;
        continue;
      }
      // Nothing was accepted, so that signing again cannot do anything twice.
      const isStale = admission.is('sdk', WRONG_SEQUENCE);
      if (!isStale || retries === MAX_SEQUENCE_RETRIES) throw admission;
      await sleep(SEQUENCE_RETRY_MS);
    }
  }

  /** Null when it was taken. An answer that is lost is asked for again, with the same bytes. */
  async #broadcast(bytes: Uint8Array): Promise<Refusal | null> {
    for (let attempt = 1; ; attempt++) {
      try {
        const admission = await this.#node.broadcast(bytes);
        return admission.code === 0 ? null : new Refusal(admission);
      } catch (error) {
        this.#next = null;
        const isLost = error instanceof ClientError && error.kind === 'unreachable';
        if (!isLost || attempt === MAX_BROADCASTS) throw error;
        await sleep(SEQUENCE_RETRY_MS);
      }
    }
  }

  async #ask(): Promise<SigningContext> {
    const { account } = await this.#node.ask(queries.account, { address: this.#signer.address });
    const { accountNumber, sequence } = BaseAccount.decode(account!.value);
    return { chainId: this.#chainId, accountNumber, sequence };
  }

  async #outcome(hash: Uint8Array, waitMs: number, timeout: Timestamp | null): Promise<Outcome> {
    const until = performance.now() + waitMs;
    while (performance.now() < until) {
      await sleep(POLL_MS);
      const found = await this.#found(hash);
      if (found !== null) return found;
    }
    const mayCome = !(await this.#isPast(timeout));
    // The node writes down what a block had a moment after the block: that is looked at once more.
    if (!mayCome) {
      await sleep(POLL_MS);
      const found = await this.#found(hash);
      if (found !== null) return found;
    }
    const untilSeconds = timeout === null ? null : Number(timeout.seconds);
    throw new TxTimeout(hexOf(hash), { waitMs, mayCome, untilSeconds });
  }

  /** Null while no block has it. @throws Refusal of one that a block had and refused */
  async #found(hash: Uint8Array): Promise<Outcome | null> {
    const found = await this.#node.tx(hash).catch(nullWhenUnreachable);
    if (found === null) return null;
    const outcome = outcomeOf(found);
    if (outcome.code === 0) return outcome;
    throw new Refusal(outcome, { hash: outcome.hash, height: outcome.height });
  }

  /** Whether a block is there of a later time, after which none takes it any more. */
  async #isPast(timeout: Timestamp | null): Promise<boolean> {
    if (timeout === null) return false;
    const status = await this.#node.status().catch(nullWhenUnreachable);
    if (status === null) return false;
    return status.syncInfo.latestBlockTime.getTime() >= (Number(timeout.seconds) + 1) * 1_000;
  }
}

/** The runtime's `feeNeeded`, and the SDK's sequence that is not the next one. */
const FEE_NEEDED = 9;
const WRONG_SEQUENCE = 32;

/** The transaction is on its way: a node that does not answer for a moment is asked again. */
function nullWhenUnreachable(error: unknown): null {
  if (error instanceof ClientError && error.kind === 'unreachable') return null;
  throw error;
}
