import type { Commit, Header } from 'cosmjs-types/tendermint/types/types';

/** A validator with an Ed25519 key. */
export interface LightValidator {
  /** 32 bytes. */
  readonly pubkey: Uint8Array;
  /** More than 0. */
  readonly power: bigint;
}

/** A header, the votes for it, and who could vote: what a node says of a height. */
export interface LightBlock {
  readonly header: Header;
  readonly commit: Commit;
  /** In the set's order: by power, falling, then by address. */
  readonly validators: readonly LightValidator[];
}

/** What is believed of a height, and vouches for later ones. */
export interface Trusted {
  readonly chainId: string;
  readonly height: number;
  /** Unix nanoseconds. */
  readonly timeNs: bigint;
  /** Of the header; null for a genesis, which has none. */
  readonly hash: Uint8Array | null;
  /** Of the set that signs the next height. */
  readonly nextValidatorsHash: Uint8Array;
  /** The set that signed this height; for a genesis, that signs the first. */
  readonly validators: readonly LightValidator[];
}

/** How far trust reaches. */
export interface TrustRules {
  /** How long validators can be held to what they signed: less than they stay punishable. */
  readonly periodMs: number;
  /** How far a header may be ahead of this machine's clock. */
  readonly driftMs: number;
}

/** As CometBFT's light client has them, but for a period that is short beside any unbonding. */
export const DEFAULT_RULES: TrustRules = { periodMs: 168 * 3_600_000, driftMs: 10_000 };

/** A header that is proven to be the chain's. */
export interface VerifiedHeader extends LightBlock {
  readonly height: number;
  readonly hash: Uint8Array;
  readonly timeNs: bigint;
  /** Power that signed this header, and of the whole set. */
  readonly signedPower: bigint;
  readonly totalPower: bigint;
  /** How many validators signed. */
  readonly signers: number;
}
