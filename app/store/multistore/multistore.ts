import { CommitmentProof, HashOp, LengthOp } from '../../../proto/gen/cosmos.ics23.v1.ts';
import type { InnerOp } from '../../../proto/gen/cosmos.ics23.v1.ts';
import { sha256 } from '../../lib/address.ts';
import { INNER_PREFIX, LEAF_PREFIX, leafHash, merkleRoot, splitOf } from '../../lib/merkle.ts';

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

const NAME_LENGTH_MAX = 127;

/**
 * The root over all stores, the block's app hash: the RFC-6962 tree, in the order of their names,
 * over uvarint(length)‖name‖uvarint(32)‖sha256(root) (cosmossdk.io/store CommitInfo.Hash, ics23
 * tendermintSpec). SHA-256 of nothing when there are no stores.
 */
export function multistoreRoot(stores: readonly StoreRoot[]): Uint8Array {
  return merkleRoot(ordered(stores).map(storeHash));
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
        prefix: LEAF_PREFIX,
      },
      path: pathOf(sorted.map(storeHash), index),
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

function storeHash({ name, root }: StoreRoot): Uint8Array {
  const key = Buffer.from(name, 'latin1');
  return leafHash(Uint8Array.of(key.length), key, Uint8Array.of(32), sha256(root));
}

/** The steps from a leaf to the root. */
function pathOf(hashes: readonly Uint8Array[], index: number): InnerOp[] {
  if (hashes.length < 2) return [];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  const hash = HashOp.SHA256;
  if (index < split) {
    const step = { hash, prefix: INNER_PREFIX, suffix: merkleRoot(right) };
    return [...pathOf(left, index), step];
  }
  const prefix = Buffer.concat([INNER_PREFIX, merkleRoot(left)]);
  return [...pathOf(right, index - split), { hash, prefix, suffix: new Uint8Array(0) }];
}
