import { hash } from 'node:crypto';
import { CodecError } from '../../proto/codec.ts';
import type { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import { AssertionFailure } from '../lib/assert.ts';
import type { Binary } from '../lib/bytes.ts';
import { Reject, sdk } from './errors.ts';
import { gasWantedOf } from './allowance.ts';
import type { Router } from './router.ts';
import { decodeTx } from './tx.ts';
import type { Tx } from './tx.ts';

/** A transaction as it was read. */
export interface ReadTx {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes: what the engine and its users call it. */
  readonly hash: Binary;
  /** What it says, or why it cannot be executed whatever the state is. */
  readonly content: Tx | Reject | AssertionFailure | CodecError;
  /** The parameters whose limits it was read under. */
  readonly params: Params;
}

/** Reads a transaction; remembers nothing. */
export function readTx(bytes: Uint8Array, router: Router, params: Params): ReadTx {
  return readAs(hashOf(bytes), bytes, router, params);
}

const hashOf = (bytes: Uint8Array): Binary => hash('sha256', bytes, 'binary');

function readAs(id: Binary, bytes: Uint8Array, router: Router, params: Params): ReadTx {
  return { bytes, hash: id, content: contentOf(bytes, router, params), params };
}

function contentOf(bytes: Uint8Array, router: Router, params: Params): ReadTx['content'] {
  try {
    const tx = decodeTx(bytes, router, params);
    // Also of what states none: more would never find room in a block.
    const gas = gasWantedOf(tx);
    if (gas <= Number(params.maxTxGas)) return tx;
    return sdk.outOfGas(`it wants ${gas} gas; at most ${params.maxTxGas}: split it`);
  } catch (error) {
    if (error instanceof Reject || error instanceof AssertionFailure) return error;
    if (error instanceof CodecError) return error;
    throw error;
  }
}

export function isReadable(read: ReadTx): read is ReadTx & { readonly content: Tx } {
  return !(read.content instanceof Error);
}

export interface TxReaderLimits {
  readonly maxTxs: number;
  /** Of all transactions together, as they were sent; decoded they take up to tenfold. */
  readonly maxBytes: number;
}

/** More than the engine's mempool and a block hold. */
const LIMITS: TxReaderLimits = { maxTxs: 32_768, maxBytes: 16 * 1024 * 1024 };

/**
 * Reads transactions, each once a node: what CheckTx or a proposal read is kept until a block takes
 * it, or until the oldest must go. It is kept under the hash of all its bytes and the version of
 * the parameters. Whether it was kept never changes a result, only its cost.
 */
export class TxReader {
  readonly #router: Router;
  readonly #limits: TxReaderLimits;
  readonly #kept = new Map<Binary, ReadTx>();
  #bytes = 0;

  constructor(router: Router, limits = LIMITS) {
    this.#router = router;
    this.#limits = limits;
  }

  /** Transactions kept. */
  get size(): number {
    return this.#kept.size;
  }

  /** Reads a transaction that may be asked for again. */
  read(bytes: Uint8Array, params: Params): ReadTx {
    const id = hashOf(bytes);
    const known = this.#known(id, params);
    if (known !== undefined) return known;
    // The bytes may be a part of a whole proposal, which should not stay because of them.
    const read = readAs(id, Uint8Array.from(bytes), this.#router, params);
    if (isReadable(read)) this.#keep(read);
    return read;
  }

  /** Reads a transaction for the last time. */
  take(bytes: Uint8Array, params: Params): ReadTx {
    const id = hashOf(bytes);
    const read = this.#known(id, params);
    this.#forget(id);
    return read ?? readAs(id, bytes, this.#router, params);
  }

  #known(id: Binary, params: Params): ReadTx | undefined {
    const known = this.#kept.get(id);
    // Parameters are immutable: each version is an object of its own.
    return known?.params === params ? known : undefined;
  }

  #keep(read: ReadTx): void {
    this.#forget(read.hash);
    this.#kept.set(read.hash, read);
    this.#bytes += read.bytes.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#limits.maxTxs && this.#bytes <= this.#limits.maxBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(id: Binary): void {
    const known = this.#kept.get(id);
    if (known === undefined) return;
    this.#kept.delete(id);
    this.#bytes -= known.bytes.length;
  }
}
