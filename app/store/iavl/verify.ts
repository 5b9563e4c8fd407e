import type { Key } from './api.ts';
import type { Core } from './core.ts';
import { INNER, NONE, ROOT_HASH, isLeaf } from './nodes.ts';
import type { Nodes, Ref } from './nodes.ts';

/** How many leaves are hashed at a time. */
const CHUNK = 1024;

/**
 * Compares a store with the last committed tree: the same keys in the same order, each with the
 * value whose hash its leaf has. Returns the first key at which they differ, or undefined. The root
 * being right, so is then every key and value.
 */
export function firstMismatch(
  core: Core,
  entries: Iterable<readonly [Key, Uint8Array]>,
): Key | undefined {
  const leaves = leavesOf(core.nodes, core.history.rootAt(core.history.latest));
  let chunk = new Chunk(core);
  for (const [key, value] of entries) {
    const next = leaves.next();
    if (next.done) return chunk.firstMismatch() ?? key;
    const { leaf, hash } = next.value;
    const there = core.nodes.key(leaf);
    if (there !== key) return chunk.firstMismatch() ?? (there < key ? there : key);
    // One text for both: what was read from records is let go.
    core.nodes.keys[core.nodes.slot(leaf)] = key;
    chunk.add(key, core.nodes.version(leaf), value, hash);
    if (chunk.keys.length < CHUNK) continue;
    const mismatch = chunk.firstMismatch();
    if (mismatch !== undefined) return mismatch;
    chunk = new Chunk(core);
  }
  const mismatch = chunk.firstMismatch();
  if (mismatch !== undefined) return mismatch;
  const more = leaves.next();
  return more.done ? undefined : core.nodes.key(more.value.leaf);
}

class Chunk {
  readonly #core: Core;
  readonly keys: Key[] = [];
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
