import { PPM } from './types.ts';

/** Governed shares of a fee, in ppm. */
export interface FeeShares {
  /** Of trading fees: of the fund of the underlying. */
  readonly fund: bigint;
  readonly referrer: bigint;
  /** Of what is left of any fee. */
  readonly treasury: bigint;
}

const REFERRER_PPM = 100_000n;
export const TREASURY_PPM = 250_000n;

/** What a block takes in for each. */
interface Pots {
  treasuryUusd: bigint;
  validatorsUusd: bigint;
  readonly referrers: Map<string, bigint>;
}

const empty = (): Pots => ({ treasuryUusd: 0n, validatorsUusd: 0n, referrers: new Map() });

/** Who gets fees (ADR 152, 172): each is split when it is taken, rounded down but the last part. */
export class Fees {
  readonly shares: FeeShares;
  /** By who was referred, once and for good. */
  readonly referrers = new Map<string, string>();
  /** Of all that left accounts as fees, what is not in a fund. */
  totalUusd = 0n;
  #pots = empty();

  constructor(fund: bigint) {
    this.shares = { fund, referrer: REFERRER_PPM, treasury: TREASURY_PPM };
  }

  /** A fee of a fill. Returns what the fund of its underlying gets. */
  trading(feeUusd: bigint, owner: string): bigint {
    const { fund, referrer } = this.shares;
    const fundUusd = (feeUusd * fund) / PPM;
    const to = this.referrers.get(owner);
    const referrerUusd = to === undefined ? 0n : (feeUusd * referrer) / PPM;
    if (to !== undefined && referrerUusd > 0n) {
      const before = this.#pots.referrers.get(to) ?? 0n;
      this.#pots.referrers.set(to, before + referrerUusd);
    }
    this.totalUusd += referrerUusd;
    this.other(feeUusd - fundUusd - referrerUusd);
    return fundUusd;
  }

  /** A fee that has no tier and no referrer, or what is left of one that has. */
  other(feeUusd: bigint): void {
    const treasuryUusd = (feeUusd * this.shares.treasury) / PPM;
    this.#pots.treasuryUusd += treasuryUusd;
    this.#pots.validatorsUusd += feeUusd - treasuryUusd;
    this.totalUusd += feeUusd;
  }

  /** What a block took in, which is paid out at its end. */
  collect(): Pots {
    const pots = this.#pots;
    this.#pots = empty();
    return pots;
  }
}
