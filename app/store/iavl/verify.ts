import type { Key } from './api.ts';
import type { Core } from './core.ts';
import { INNER, NONE, ROOT_HASH, isLeaf } from './nodes.ts';
import type { Nodes, Ref } from './nodes.ts';

/** How many leaves are hashed at a time. */
const CHUNK = 1024;
/** Of their values, at most about so many bytes wait. */
const CHUNK_BYTES = 1 << 20;

/**
 * Compares a store with the last committed tree, entry by entry in the order of their keys: the
 * same keys, each with the value whose hash its leaf has. The root being right, so is then every
 * key and value.
 */
export class ValueCheck {
  readonly #core: Core;
  readonly #leaves: ReturnType<typeof leavesOf>;
  #chunk: Chunk;
  /** The first key found to differ: missing, too many or with another value. */
  mismatch: Key | undefined;

  constructor(core: Core) {
    this.#core = core;
    this.#leaves = leavesOf(core.nodes, core.history.rootAt(core.history.latest));
    this.#chunk = new Chunk(core);
  }

  /**
   * Takes the next entry; `value` must not change until the check is over. Returns the key as the
   * tree has it, for one text to serve both. Whether it fits is known some entries later.
   */
  add(key: Key, value: Uint8Array): Key {
    if (this.mismatch !== undefined) return key;
    const next = this.#leaves.next();
    const there = next.done ? undefined : this.#core.nodes.key(next.value.leaf);
    if (next.done || there !== key) {
      this.#close(there === undefined || key < there ? key : there);
      return key;
    }
    const { leaf, hash } = next.value;
    this.#chunk.add(there, this.#core.nodes.version(leaf), value, hash);
    if (this.#chunk.isFull) this.#close(undefined);
    return there;
  }

  /** Compares what waits; returns the mismatch, if any. */
  flush(): Key | undefined {
    if (this.mismatch === undefined) this.#close(undefined);
    return this.mismatch;
  }

  /** Whether there was an entry for each leaf; returns the mismatch, if any. */
  finish(): Key | undefined {
    if (this.mismatch !== undefined) return this.mismatch;
    const more = this.#leaves.next();
    this.#close(more.done ? undefined : this.#core.nodes.key(more.value.leaf));
    return this.mismatch;
  }

  /** What waits to be compared comes before `after`. */
  #close(after: Key | undefined): void {
    this.mismatch = this.#chunk.firstMismatch() ?? after;
    this.#chunk = new Chunk(this.#core);
  }
}

class Chunk {
  readonly #core: Core;
  readonly keys: Key[] = [];
  #bytes = 0;
  readonly #versions: number[] = [];
  readonly #values: Uint8Array[] = [];
  /** Where the leaves' hashes are. */
  readonly #hashes: number[] = [];

  constructor(core: Core) {
    this.#core = core;
  }

  add(key: Key, version: number, value: Uint8Array, hash: number): void {
    this.keys.push(key);
    this.#versions.push(version);
    this.#values.push(value);
    this.#hashes.push(hash);
    this.#bytes += value.length;
  }

  get isFull(): boolean {
    return this.keys.length >= CHUNK || this.#bytes >= CHUNK_BYTES;
  }

  firstMismatch(): Key | undefined {
    const { hasher, nodes } = this.#core;
    const computed = hasher.leafHashes(this.keys, this.#versions, this.#values);
    return this.keys.find((_, i) => {
      for (let w = 0; w < 8; w++) {
        if (computed[8 * i + w] !== nodes.inner[this.#hashes[i]! + w]) return true;
      }
      return false;
    });
  }
}

/** The leaves in the order of their keys, and where their hashes are. */
function* leavesOf(nodes: Nodes, root: Ref): Generator<{ leaf: Ref; hash: number }, undefined> {
  const stack = root === NONE ? [] : [{ ref: root, hash: ROOT_HASH as number }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { ref, hash } = top;
    if (isLeaf(ref)) {
      yield { leaf: ref, hash };
      continue;
    }
    const at = nodes.at(ref);
    stack.push({ ref: nodes.right(ref), hash: at + INNER.rightHash });
    stack.push({ ref: nodes.left(ref), hash: at + INNER.leftHash });
  }
  return undefined;
}
