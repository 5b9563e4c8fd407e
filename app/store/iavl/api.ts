/** A binary string: latin1, one char a byte. Its order by `<` is the order of the bytes. */
export type Key = string;

/**
 * What the tree wants written in the block's single atomic batch. Record keys are short binary
 * strings, to be prefixed with the store's place by the caller; their order by `<` matters to
 * `IavlTree.load`. `puts` and `deletes` never name the same record.
 */
export interface TreeCommit {
  /** 32 bytes; SHA-256 of nothing for an empty tree. */
  readonly root: Uint8Array;
  readonly puts: [Key, Uint8Array][];
  readonly deletes: Key[];
  /** How many nodes (and keys) this block took out: what pruning must free a block to keep up. */
  readonly replaced: number;
}

/** The value of a key as it was at the version a proof is asked for. */
export type ValueAt = (key: Key) => Uint8Array;

/**
 * The commitment of one store: an IAVL tree over key and SHA-256 of value. It keeps no values.
 * Versions are block heights: positive, growing, gaps allowed. Every committed version stays
 * readable until it is pruned; nodes are immutable once committed.
 *
 * What is persisted is not the nodes but the changes of each block (one record, about 40 bytes and
 * the key per change) and, spread over the following blocks, a checkpoint of a whole version. A
 * restart reads the checkpoint and replays the changes after it, checking the root of every block.
 */
export interface CommitmentTree {
  /** The last committed version, 0 before the first. */
  readonly version: number;
  /** The oldest version that can be queried. */
  readonly oldestVersion: number;
  /** Keys in the working tree. */
  readonly size: number;
  /** `value` is hashed at once or at commit: it must not change until then. */
  set(key: Key, value: Uint8Array): void;
  /** False when there is no such key (nothing changes then). */
  remove(key: Key): boolean;
  has(key: Key, version?: number): boolean;
  /** Drops everything since the last commit. */
  discard(): void;
  commit(version: number): TreeCommit;
  /** Of the last commit, or of a retained version. Throws on one that is not retained. */
  root(version?: number): Uint8Array;
  /**
   * An ics23 CommitmentProof, encoded: existence when the key is in the tree, absence otherwise.
   * Throws when the tree is empty at that version: ics23 has no proof of absence in an empty tree.
   */
  prove(key: Key, valueAt: ValueAt, version?: number): Uint8Array;
  /**
   * Versions below `oldest` can no longer be queried; costs nothing, memory is freed by pruneSome.
   */
  prune(oldest: number): void;
  /**
   * Frees at most `maxNodes` pruned nodes; returns how many. Less than `maxNodes`: none is left.
   */
  pruneSome(maxNodes: number): number;
}
