import { Buffer } from 'buffer';
import { iavlSpec, tendermintSpec, verifyMembership, verifyNonMembership } from '@confio/ics23';
import type { ics23 } from '@confio/ics23';
import { CodecError } from '../proto/codec.ts';
import { CommitmentProof } from '../proto/gen/cosmos.ics23.v1.ts';
import type { ExistenceProof, InnerOp } from '../proto/gen/cosmos.ics23.v1.ts';
import { equalBytes } from '../app/lib/bytes.ts';
import { must } from './errors.ts';
import type { Claim, ProofStep } from './provider.ts';

/** How a tree's nodes look, beyond what the library's specs ask. */
interface Shape {
  isLeafPrefix(prefix: Uint8Array): boolean;
  isInner(op: InnerOp): boolean;
}

const HASH_BYTES = 32;
/** A hash after its length. */
const CHILD_BYTES = 33;

/**
 * Height, size and version as zigzag varints, and what follows them; null when there are none. A
 * leaf has height 0 and size 1.
 */
function iavlHeader(prefix: Uint8Array): { isLeaf: boolean; rest: Uint8Array } | null {
  const values: bigint[] = [];
  let at = 0;
  while (values.length < 3) {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = prefix[at++];
      if (byte === undefined || shift > 63n) return null;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) break;
    }
    values.push(value);
  }
  return { isLeaf: values[0] === 0n && values[1] === 2n, rest: prefix.subarray(at) };
}

/** In an IAVL tree (cosmos/iavl): a node's hash covers its header, then what it holds. */
const iavlShape: Shape = {
  isLeafPrefix(prefix) {
    const header = iavlHeader(prefix);
    return header !== null && header.isLeaf && header.rest.length === 0;
  },
  isInner({ prefix, suffix }) {
    const header = iavlHeader(prefix);
    if (header === null || header.isLeaf) return false;
    const { rest } = header;
    const endsInLength = rest.at(-1) === HASH_BYTES;
    if (rest.length === 1) return endsInLength && isChild(suffix);
    return rest.length === 1 + CHILD_BYTES && endsInLength && rest[0] === HASH_BYTES && !suffix[0];
  },
};

const isChild = (suffix: Uint8Array) => suffix.length === CHILD_BYTES && suffix[0] === HASH_BYTES;

/** In the tree over the stores (RFC 6962). */
const simpleShape: Shape = {
  isLeafPrefix: (prefix) => prefix.length === 1 && prefix[0] === 0,
  isInner: ({ prefix, suffix }) =>
    prefix[0] === 1 &&
    ((prefix.length === 1 && suffix.length === HASH_BYTES) ||
      (prefix.length === 1 + HASH_BYTES && suffix.length === 0)),
};

/**
 * The library leaves the leaf's prefix open at its end and the inner nodes' contents free: a key
 * that holds another key's bytes could be passed off as that key.
 */
function checkShape({ leaf, path }: ExistenceProof, shape: Shape, what: string): void {
  must(leaf !== undefined && shape.isLeafPrefix(leaf.prefix), `${what}: not a leaf of its tree`);
  must(
    path.every((op) => shape.isInner(op)),
    `${what}: not a path of its tree`,
  );
}

/** The same to the library, whose types say null where ours say undefined. */
const given = (proof: CommitmentProof) => proof as ics23.ICommitmentProof;

/** Decodes strictly: one form, no unknown field, nothing left over. */
function decode({ data }: ProofStep, what: string): CommitmentProof {
  let proof: CommitmentProof | null = null;
  try {
    proof = CommitmentProof.decode(data);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
  }
  must(proof !== null, `${what}: not an ICS-23 proof`);
  must(equalBytes(CommitmentProof.encode(proof), data), `${what}: not in its canonical form`);
  return proof;
}

/**
 * What a store has under a key, proved up to the app hash by both steps of the proof: `ics23:iavl`
 * in the store's tree, `ics23:simple` in the tree over the stores. Null: the key is absent.
 * @throws LightError a lie
 */
export function verifyClaim(
  { value, ops }: Pick<Claim, 'value' | 'ops'>,
  store: string,
  key: Uint8Array,
  appHash: Uint8Array,
): Uint8Array | null {
  const [lower, upper] = ops;
  must(ops.length === 2 && lower !== undefined && upper !== undefined, 'the proof is not of two');
  const name = Buffer.from(store, 'latin1');
  must(lower.type === 'ics23:iavl' && equalBytes(lower.key, key), 'the proof is of another key');
  must(
    upper.type === 'ics23:simple' && equalBytes(upper.key, name),
    'the proof is of another store',
  );
  const root = storeRoot(decode(upper, 'the proof of the store'), name, appHash);
  const proof = decode(lower, 'the proof of the key');
  if (proof.exist !== undefined) {
    checkShape(proof.exist, iavlShape, 'the proof of the key');
    must(
      verifyMembership(given(proof), iavlSpec, root, key, value),
      'the value is not what the app hash commits to',
    );
    return value;
  }
  const { nonexist } = proof;
  must(nonexist !== undefined, 'the proof of the key says nothing');
  must(value.length === 0, 'a value was given with a proof that there is none');
  must(equalBytes(nonexist.key, key), 'the proof of absence is of another key');
  for (const side of [nonexist.left, nonexist.right]) {
    if (side !== undefined) checkShape(side, iavlShape, 'the proof of absence');
  }
  must(
    verifyNonMembership(given(proof), iavlSpec, root, key),
    'the proof of absence does not lead to the app hash',
  );
  return null;
}

/** The root of a store's tree, proved up to the app hash. */
function storeRoot(proof: CommitmentProof, name: Uint8Array, appHash: Uint8Array): Uint8Array {
  const { exist } = proof;
  must(exist !== undefined, 'the proof of the store says nothing');
  checkShape(exist, simpleShape, 'the proof of the store');
  must(
    verifyMembership(given(proof), tendermintSpec, appHash, name, exist.value),
    'the proof of the store does not lead to the app hash of the header',
  );
  return exist.value;
}
