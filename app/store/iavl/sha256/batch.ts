import { hash } from 'node:crypto';
import { createKernel } from './kernel.ts';
import type { Kernel } from './kernel.ts';

const BLOCKS_MAX = 8;
const BLOCK_BYTES = 64;
/** A bit and a length of 64 bits, at least. */
const PADDING_BYTES = 9;
/** A longer message goes to node:crypto, whose call it pays for. */
export const MESSAGE_BYTES_MAX = BLOCKS_MAX * BLOCK_BYTES - PADDING_BYTES;
const LANES = 4;
const DIGEST_WORDS = 8;
/** Of an inner node: nodes.ts. */
const NODE_WORDS = 24;
const NODES_MAX = 64;

// The kernel's memory, in bytes: lanes for messages of 1, 2 … blocks, nodes, digests, its scratch.
const NODES_AT = messagesAt(BLOCKS_MAX + 1);
const DIGESTS_AT = NODES_AT + 4 * NODE_WORDS * NODES_MAX;
const SCRATCH_AT = DIGESTS_AT + 4 * DIGEST_WORDS * NODES_MAX;

/**
 * Hashes many short messages, four at a time. Within `begin` … `end` digests appear in the output
 * in no particular order, each as eight words that are its bytes in order.
 */
export class Sha256Batch {
  readonly #kernel: Kernel;
  readonly bytes: Uint8Array;
  readonly #words: Int32Array;
  /** Messages waiting, by their number of blocks, and where their digests go. */
  readonly #waiting = new Uint8Array(BLOCKS_MAX + 1);
  readonly #targets = new Int32Array(LANES * (BLOCKS_MAX + 1));
  #nodes = 0;
  readonly #nodeTargets = new Int32Array(NODES_MAX);
  #out: Int32Array = new Int32Array(0);

  constructor() {
    this.#kernel = createKernel(1);
    this.bytes = new Uint8Array(this.#kernel.memory.buffer);
    this.#words = new Int32Array(this.#kernel.memory.buffer);
  }

  begin(out: Int32Array): void {
    this.#out = out;
    // What a caller that threw left behind.
    this.#waiting.fill(0);
    this.#nodes = 0;
  }

  /** Queues a copy of `message` for `out[target…]`. */
  message(message: Uint8Array, target: number): void {
    const { length } = message;
    if (length > MESSAGE_BYTES_MAX) {
      const digest = hash('sha256', message, 'buffer');
      this.#out.set(new Int32Array(Uint8Array.from(digest).buffer), target);
      return;
    }
    const start = this.open(length, target);
    const { bytes } = this;
    for (let i = 0; i < length; i++) bytes[start + i] = message[i]!;
  }

  /**
   * Queues a message of `length` ≤ MESSAGE_BYTES_MAX bytes for `out[target…]`, which the caller
   * writes to `bytes` from where this returns, before it queues another.
   */
  open(length: number, target: number): number {
    const blocks = (length + PADDING_BYTES + BLOCK_BYTES - 1) >>> 6;
    if (this.#waiting[blocks] === LANES) this.#hashMessages(blocks);
    const lane = this.#waiting[blocks]!++;
    this.#targets[LANES * blocks + lane] = target;
    const { bytes } = this;
    const start = messagesAt(blocks) + lane * blocks * BLOCK_BYTES;
    const end = start + blocks * BLOCK_BYTES;
    bytes[start + length] = 0x80;
    for (let i = start + length + 1; i < end; i++) bytes[i] = 0;
    bytes[end - 2] = length >>> 5;
    bytes[end - 1] = length << 3;
    return start;
  }

  /** Queues the inner node at `nodes[at…]`; the words are copied. */
  innerNode(nodes: Int32Array, at: number, target: number): void {
    const words = this.#words;
    let to = NODES_AT / 4 + NODE_WORDS * this.#nodes;
    for (const end = at + NODE_WORDS; at < end; at++, to++) words[to] = nodes[at]!;
    this.#nodeTargets[this.#nodes++] = target;
    if (this.#nodes === NODES_MAX) this.#hashNodes();
  }

  end(): void {
    for (let blocks = 1; blocks <= BLOCKS_MAX; blocks++) {
      if (this.#waiting[blocks]! > 0) this.#hashMessages(blocks);
    }
    if (this.#nodes > 0) this.#hashNodes();
  }

  #hashMessages(blocks: number): void {
    this.#kernel.hash4(messagesAt(blocks), blocks, DIGESTS_AT);
    const lanes = this.#waiting[blocks]!;
    for (let i = 0; i < lanes; i++) this.#put(i, this.#targets[LANES * blocks + i]!);
    this.#waiting[blocks] = 0;
  }

  #hashNodes(): void {
    this.#kernel.hashInner(NODES_AT, this.#nodes, DIGESTS_AT, SCRATCH_AT);
    for (let i = 0; i < this.#nodes; i++) this.#put(i, this.#nodeTargets[i]!);
    this.#nodes = 0;
  }

  #put(digest: number, target: number): void {
    const words = this.#words;
    const out = this.#out;
    let from = DIGESTS_AT / 4 + DIGEST_WORDS * digest;
    for (const end = from + DIGEST_WORDS; from < end; from++, target++) out[target] = words[from]!;
  }
}

/** Where the four lanes of messages of `blocks` blocks begin. */
function messagesAt(blocks: number): number {
  return (LANES * BLOCK_BYTES * blocks * (blocks - 1)) / 2;
}
