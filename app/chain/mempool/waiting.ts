import type { BaseAccount } from '../../../proto/gen/cosmos.auth.v1beta1.ts';
import type { Binary } from '../../lib/bytes.ts';
import type { Draw } from '../../runtime/allowance.ts';

/** What a transaction that waits will take from its signers' accounts before it runs. */
export interface Claim {
  readonly hash: Binary;
  /** Absent when it is unordered. */
  readonly sequences: ReadonlyMap<string, bigint> | undefined;
  /** First the one that pays, last the keys of sessions. */
  readonly signers: readonly string[];
  /** On each signer's allowance, if that pays for it. */
  readonly draws: ReadonlyMap<string, Draw> | undefined;
  /** Paid by the first signer. */
  readonly fee: { readonly denom: string; readonly amount: bigint } | undefined;
  /** The block it was taken for. */
  readonly height: number;
}

/** All that an account's waiting transactions will take together. */
export class WaitingAccount {
  readonly claims = new Map<Binary, Claim>();
  draw: Draw = { actions: 0, cancels: 0 };
  readonly fees = new Map<string, bigint>();
  /** The account as the last of its ordered transactions will leave it. */
  after: BaseAccount | undefined;

  change(claim: Claim, address: string, sign: 1 | -1): void {
    const { actions = 0, cancels = 0 } = claim.draws?.get(address) ?? {};
    this.draw = {
      actions: this.draw.actions + sign * actions,
      cancels: this.draw.cancels + sign * cancels,
    };
    if (claim.fee === undefined || claim.signers[0] !== address) return;
    const { denom, amount } = claim.fee;
    const left = (this.fees.get(denom) ?? 0n) + BigInt(sign) * amount;
    if (left === 0n) this.fees.delete(denom);
    else this.fees.set(denom, left);
  }
}

/** The engine's mempools hold a third of it. */
const MAX_CLAIMS = 65_536;

/**
 * The transactions that passed CheckTx and are in no block yet, by account, with what each claims.
 * Bounded: beyond the limit the oldest is forgotten, which at worst costs its sender a refusal.
 */
export class Waiting {
  readonly #claims = new Map<Binary, Claim>();
  readonly #accounts = new Map<string, WaitingAccount>();
  readonly #max: number;

  constructor(max = MAX_CLAIMS) {
    this.#max = max;
  }

  get size(): number {
    return this.#claims.size;
  }

  get(hash: Binary): Claim | undefined {
    return this.#claims.get(hash);
  }

  account(address: string): WaitingAccount | undefined {
    return this.#accounts.get(address);
  }

  add(claim: Claim, after: readonly BaseAccount[]): void {
    this.remove(claim.hash);
    this.#claims.set(claim.hash, claim);
    claim.signers.forEach((address, i) => {
      let account = this.#accounts.get(address);
      if (account === undefined) this.#accounts.set(address, (account = new WaitingAccount()));
      account.claims.set(claim.hash, claim);
      account.change(claim, address, 1);
      if (claim.sequences !== undefined) account.after = after[i];
    });
    for (const oldest of this.#claims.keys()) {
      if (this.#claims.size <= this.#max) return;
      this.remove(oldest);
    }
  }

  remove(hash: Binary): void {
    const claim = this.#claims.get(hash);
    if (claim === undefined) return;
    this.#claims.delete(hash);
    for (const address of claim.signers) {
      const account = this.#accounts.get(address)!;
      account.claims.delete(hash);
      account.change(claim, address, -1);
      if (account.claims.size === 0) this.#accounts.delete(address);
    }
  }

  /** Forgets the account's ordered transactions from a sequence on: they will not be executed. */
  forgetFrom(address: string, sequence: bigint): void {
    const account = this.#accounts.get(address);
    if (account === undefined) return;
    for (const claim of [...account.claims.values()]) {
      const own = claim.sequences?.get(address);
      if (own !== undefined && own >= sequence) this.remove(claim.hash);
    }
    const { after } = account;
    if (after !== undefined && after.sequence > sequence) account.after = { ...after, sequence };
  }

  /** Forgets what can no longer be executed, once the account is at `sequence`. */
  advance(address: string, sequence: bigint): void {
    const account = this.#accounts.get(address);
    if (account === undefined) return;
    for (const claim of account.claims.values()) {
      const own = claim.sequences?.get(address);
      if (own === undefined) continue;
      if (own >= sequence) return;
      this.remove(claim.hash);
    }
  }

  clear(): void {
    this.#claims.clear();
    this.#accounts.clear();
  }
}
