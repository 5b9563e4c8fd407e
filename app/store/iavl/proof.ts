import type {
  CommitmentProof,
  ExistenceProof,
  InnerOp,
} from '../../../proto/gen/cosmos.ics23.v1.ts';
import { HashOp, LengthOp } from '../../../proto/gen/cosmos.ics23.v1.ts';
import type { Key, ValueAt } from './api.ts';
import { putVarint } from './hashing.ts';
import { INNER, NONE, isLeaf } from './nodes.ts';
import type { Nodes, Ref } from './nodes.ts';

const HASH_BYTES = 0x20;
const HEADER_BYTES_MAX = 24;

/**
 * The ics23 proof that `key` is, or is not, in the tree under `root` (iavlSpec). Absence is proved
 * by the existence of its neighbours. Throws RangeError for an empty tree.
 */
export function proofOf(nodes: Nodes, root: Ref, key: Key, valueAt: ValueAt): CommitmentProof {
  if (root === NONE) throw new RangeError('ics23 has no proof of absence in an empty tree');
  const path = pathTo(nodes, root, key);
  const leaf = path.at(-1)!;
  if (nodes.key(leaf) === key) return { exist: existence(nodes, path, valueAt) };
  const before = nodes.key(leaf) < key ? path : neighbour(nodes, path, INNER.left);
  const after = nodes.key(leaf) > key ? path : neighbour(nodes, path, INNER.right);
  return {
    nonexist: {
      key: Buffer.from(key, 'latin1'),
      ...(before && { left: existence(nodes, before, valueAt) }),
      ...(after && { right: existence(nodes, after, valueAt) }),
    },
  };
}

/** The nodes from the root to the leaf where `key` is, or would be put beside. */
function pathTo(nodes: Nodes, root: Ref, key: Key): Ref[] {
  const path = [root];
  for (let ref = root; !isLeaf(ref); path.push(ref)) {
    ref = key < nodes.key(ref) ? nodes.left(ref) : nodes.right(ref);
  }
  return path;
}

/** The path to the leaf next to a path's leaf on one side; undefined at the tree's edge. */
function neighbour(nodes: Nodes, path: readonly Ref[], side: 1 | 2): Ref[] | undefined {
  const child = (ref: Ref, at: 1 | 2) => nodes.inner[nodes.at(ref) + at]!;
  for (let i = path.length - 2; i >= 0; i--) {
    let ref = child(path[i]!, side);
    if (ref === path[i + 1]) continue;
    const other = side === INNER.left ? INNER.right : INNER.left;
    const found = [...path.slice(0, i + 1), ref];
    while (!isLeaf(ref)) found.push((ref = child(ref, other)));
    return found;
  }
  return undefined;
}

function existence(nodes: Nodes, path: readonly Ref[], valueAt: ValueAt): ExistenceProof {
  const leaf = path.at(-1)!;
  const key = nodes.key(leaf);
  const steps: InnerOp[] = [];
  for (let i = path.length - 2; i >= 0; i--) steps.push(step(nodes, path[i]!, path[i + 1]!));
  return {
    key: Buffer.from(key, 'latin1'),
    value: valueAt(key),
    leaf: {
      hash: HashOp.SHA256,
      prehashKey: HashOp.NO_HASH,
      prehashValue: HashOp.SHA256,
      length: LengthOp.VAR_PROTO,
      prefix: header(nodes, leaf),
    },
    path: steps,
  };
}

function step(nodes: Nodes, ref: Ref, child: Ref): InnerOp {
  const at = nodes.at(ref);
  const prefix = header(nodes, ref);
  const length = Uint8Array.of(HASH_BYTES);
  return nodes.left(ref) === child
    ? {
        hash: HashOp.SHA256,
        prefix: Buffer.concat([prefix, length]),
        suffix: Buffer.concat([length, nodes.hashBytes(at + INNER.rightHash)]),
      }
    : {
        hash: HashOp.SHA256,
        prefix: Buffer.concat([prefix, length, nodes.hashBytes(at + INNER.leftHash), length]),
        suffix: new Uint8Array(0),
      };
}

/** Height, size and version, with which every node's preimage begins. */
function header(nodes: Nodes, ref: Ref): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES_MAX);
  let length = putVarint(bytes, 0, nodes.height(ref));
  length = putVarint(bytes, length, nodes.size(ref));
  length = putVarint(bytes, length, nodes.version(ref));
  return bytes.subarray(0, length);
}
