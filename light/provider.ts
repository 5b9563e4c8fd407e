import type { LightBlock } from './types.ts';

/** A step of a proof, as `abci_query` returns them. */
export interface ProofStep {
  readonly type: string;
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

/** What a node says of a key: nothing of it is to be believed. */
export interface Claim {
  readonly value: Uint8Array;
  readonly height: number;
  readonly ops: readonly ProofStep[];
}

/** A full node, from which a light client fetches what it verifies. */
export interface Provider {
  /** Its address, for messages. */
  readonly name: string;
  /** The height of the last block it has. */
  latestHeight(): Promise<number>;
  /** The height of the last state that it answers queries from. */
  stateHeight(): Promise<number>;
  /** A block of a height; null when the node has none, or not any more. */
  lightBlock(height: number): Promise<LightBlock | null>;
  /** A key of a store at a height, with its proof. @throws LightError unprovable */
  prove(store: string, key: Uint8Array, height: number): Promise<Claim>;
}
