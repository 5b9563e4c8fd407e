import BTreeModule from 'sorted-btree';
import { sha256 } from '../lib/address.ts';
import type { Binary } from '../lib/bytes.ts';
import { compareStrings, fromBinary } from '../lib/bytes.ts';
import type { DiskWrite } from './disk.ts';
import type { StoreChanges } from './state.ts';

const BTree = BTreeModule.default;

/**
 * Merkle commitment to every store: RFC 6962 trees (leaf 0x00, inner 0x01, SHA-256) over the entries
 * in key order, and over the stores by name.
 */
export class Commitment {
  readonly #leaves = new Map<string, BTreeModule.default<Binary, Uint8Array>>();
  readonly #roots = new Map<string, Uint8Array>();

  constructor(stores: readonly string[]) {
    for (const store of stores.toSorted(compareStrings)) {
      this.#leaves.set(store, new BTree<Binary, Uint8Array>(undefined, compareStrings));
      this.#roots.set(store, merkleRoot([]));
    }
  }

  /** Takes the changes of a block in; returns the app hash and what must be written with the block. */
  commit(changes: readonly StoreChanges[]): { appHash: Uint8Array; writes: DiskWrite[] } {
    for (const { store, changes: entries } of changes) {
      const leaves = this.#leaves.get(store)!;
      for (const [key, bytes] of entries) {
        if (bytes === null) leaves.delete(key);
        else leaves.set(key, leafHash(sha256(fromBinary(key)), sha256(bytes)));
      }
      this.#roots.set(store, merkleRoot(leaves.valuesArray()));
    }
    return { appHash: this.appHash(), writes: [] };
  }

  appHash(): Uint8Array {
    return merkleRoot(
      [...this.#roots].map(([name, root]) => leafHash(sha256(Buffer.from(name)), root)),
    );
  }
}

const leafHash = (key: Uint8Array, value: Uint8Array) => sha256(Uint8Array.of(0), key, value);

/** Root of a list of leaf hashes (RFC 6962, 2.1); SHA-256 of nothing for an empty one. */
function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256();
  let level = leaves;
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const right = level[i + 1];
      next.push(right === undefined ? level[i]! : sha256(Uint8Array.of(1), level[i]!, right));
    }
    level = next;
  }
  return level[0]!;
}
