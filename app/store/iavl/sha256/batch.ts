import { createHash } from 'node:crypto';
import { createKernel } from './kernel.ts';
import type { Kernel } from './kernel.ts';

/** Above this many blocks (of 64 bytes) a message goes to node:crypto: its call is paid for then. */
const BLOCKS_MAX = 8;
const LANES = 4;

/**
 * Hashes many short messages, four of the same length in blocks at a time. Within `begin` … `end`,
 * digests appear in the output in no particular order: as eight words, the first byte of the
 * digest being the highest of the first word.
 */
export class Sha256Batch {
  /** Message word w of the lane that `lane` returned is `words[lane + 4·w]`. */
  readonly words: Int32Array;
  readonly #kernel: Kernel;
  readonly #filled = new Uint8Array(BLOCKS_MAX + 1);
  readonly #targets = new Int32Array(LANES * (BLOCKS_MAX + 1));
  readonly #digests: number;
  #out: Int32Array = new Int32Array(0);

  constructor() {
    const kernel = createKernel(1);
    this.words = new Int32Array(kernel.memory.buffer);
    this.#kernel = kernel;
    this.#digests = regionOf(BLOCKS_MAX + 1);
  }

  begin(out: Int32Array): void {
    this.#out = out;
  }

  /** Opens a lane for a message of `blocks` blocks whose digest goes to `out[target…]`. */
  lane(blocks: number, target: number): number {
    if (this.#filled[blocks] === LANES) this.#run(blocks, LANES);
    const lane = this.#filled[blocks]!++;
    this.#targets[LANES * blocks + lane] = target;
    return regionOf(blocks) + lane;
  }

  /** Queues the first `length` bytes of `bytes`. They are copied. */
  message(bytes: Uint8Array, length: number, target: number): void {
    const blocks = (length + 9 + 63) >>> 6;
    if (blocks > BLOCKS_MAX) {
      this.#direct(bytes.subarray(0, length), target);
      return;
    }
    const words = this.words;
    let at = this.lane(blocks, target);
    const end = at + 64 * blocks - 4;
    let i = 0;
    for (; i + 4 <= length; i += 4, at += 4) {
      words[at] = (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!;
    }
    let last = 0;
    for (let shift = 24; shift >= 0; shift -= 8, i++) {
      last |= (i < length ? bytes[i]! : i === length ? 0x80 : 0) << shift;
    }
    words[at] = last;
    for (at += 4; at < end; at += 4) words[at] = 0;
    words[end] = length << 3;
  }

  end(): void {
    for (let blocks = 1; blocks <= BLOCKS_MAX; blocks++) {
      const filled = this.#filled[blocks]!;
      if (filled > 0) this.#run(blocks, filled);
    }
  }

  #run(blocks: number, lanes: number): void {
    this.#kernel.hash4(4 * regionOf(blocks), blocks, 4 * this.#digests);
    const { words } = this;
    const out = this.#out;
    for (let lane = 0; lane < lanes; lane++) {
      let at = this.#targets[LANES * blocks + lane]!;
      let from = this.#digests + lane;
      for (let i = 0; i < 8; i++, at++, from += LANES) out[at] = words[from]!;
    }
    this.#filled[blocks] = 0;
  }

  #direct(bytes: Uint8Array, target: number): void {
    const digest = createHash('sha256').update(bytes).digest();
    for (let i = 0; i < 8; i++) this.#out[target + i] = digest.readInt32BE(4 * i);
  }
}

/** Where the four lanes of `blocks` blocks begin, in words: after those of fewer blocks. */
function regionOf(blocks: number): number {
  return 32 * blocks * (blocks - 1);
}
