/** A block that this browser takes for the chain's, and proves all others from. */
export interface TrustedBlock {
  readonly height: number;
  /** In hex. */
  readonly hash: string;
}

/** What the page asks its worker to check. */
export interface VerifyRequest {
  /** The node's read side. */
  readonly node: string;
  readonly chainId: string;
  readonly trusted: TrustedBlock;
  readonly owner: string;
  readonly subaccount: number;
}

/** What was proved, and was as the node says. */
export interface Verified {
  readonly ok: true;
  readonly height: number;
  /** Of the header: voting power that signed it, of all. */
  readonly signedPower: number;
  readonly totalPower: number;
  /** How many numbers were compared. */
  readonly checked: number;
}

export interface NotVerified {
  readonly ok: false;
  /** `differs`: proved, and not what the node says; else as `LightError.fault`. */
  readonly fault: string;
  readonly reason: string;
}

export type VerifyAnswer = Verified | NotVerified;
