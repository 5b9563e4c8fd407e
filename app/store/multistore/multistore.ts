import { createHash } from 'node:crypto';
import { CommitmentProof, HashOp, LengthOp } from '../../../proto/gen/cosmos.ics23.v1.ts';
import type { InnerOp } from '../../../proto/gen/cosmos.ics23.v1.ts';

/** A module's store and the root of its tree. */
export interface StoreRoot {
  /** ASCII, 1 to 127 characters. */
  readonly name: string;
  readonly root: Uint8Array;
}

/** An element of ResponseQuery.proofOps. */
export interface ProofOp {
  type: 'ics23:iavl' | 'ics23:simple';
  key: Uint8Array;
  data: Uint8Array;
}

const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);
const NAME_LENGTH_MAX = 127;

/**
 * The root over all stores, the block's app hash: the RFC-6962 tree, in the order of their names,
 * over uvarint(length)‖name‖uvarint(32)‖sha256(root) (cosmossdk.io/store CommitInfo.Hash, ics23
 * tendermintSpec). SHA-256 of nothing when there are no stores.
 */
export function multistoreRoot(stores: readonly StoreRoot[]): Uint8Array {
  return merkleRoot(ordered(stores).map(leafHash));
}

/**
 * The encoded ics23 proof that a store's root is under the root of all. Throws on an unknown name.
 */
export function multistoreProof(stores: readonly StoreRoot[], name: string): Uint8Array {
  const sorted = ordered(stores);
  const index = sorted.findIndex((store) => store.name === name);
  if (index < 0) throw new RangeError(`there is no store ${name}`);
  return CommitmentProof.encode({
    exist: {
      key: Buffer.from(name, 'latin1'),
      value: sorted[index]!.root,
      leaf: {
        hash: HashOp.SHA256,
        prehashKey: HashOp.NO_HASH,
        prehashValue: HashOp.SHA256,
        length: LengthOp.VAR_PROTO,
        prefix: LEAF,
      },
      path: pathOf(sorted.map(leafHash), index),
    },
  });
}

/**
 * What a query with `prove` answers, lowest tree first: `keyProof` is the CommitmentProof of `key`
 * (a binary string) in the store's tree.
 */
export function proofOps(
  stores: readonly StoreRoot[],
  name: string,
  key: string,
  keyProof: Uint8Array,
): ProofOp[] {
  return [
    { type: 'ics23:iavl', key: Buffer.from(key, 'latin1'), data: keyProof },
    {
      type: 'ics23:simple',
      key: Buffer.from(name, 'latin1'),
      data: multistoreProof(stores, name),
    },
  ];
}

function ordered(stores: readonly StoreRoot[]): StoreRoot[] {
  const sorted = stores.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  sorted.forEach(({ name }, i) => {
    if (name.length === 0 || name.length > NAME_LENGTH_MAX) throw new RangeError('a store name');
    if (name === sorted[i - 1]?.name) throw new RangeError(`two stores are called ${name}`);
  });
  return sorted;
}

function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
}

function leafHash({ name, root }: StoreRoot): Uint8Array {
  const key = Buffer.from(name, 'latin1');
  return sha256(LEAF, Uint8Array.of(key.length), key, Uint8Array.of(32), sha256(root));
}

function merkleRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length < 2) return hashes[0] ?? sha256();
  const split = splitOf(hashes.length);
  return sha256(INNER, merkleRoot(hashes.slice(0, split)), merkleRoot(hashes.slice(split)));
}

/** The steps from a leaf to the root. */
function pathOf(hashes: readonly Uint8Array[], index: number): InnerOp[] {
  if (hashes.length < 2) return [];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  const hash = HashOp.SHA256;
  if (index < split) {
    const step = { hash, prefix: INNER, suffix: merkleRoot(right) };
    return [...pathOf(left, index), step];
  }
  const prefix = Buffer.concat([INNER, merkleRoot(left)]);
  return [...pathOf(right, index - split), { hash, prefix, suffix: new Uint8Array(0) }];
}

/** The largest power of two below `length` ≥ 2 (RFC 6962, 2.1). */
function splitOf(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}
