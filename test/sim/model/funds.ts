import { least, PPM } from './types.ts';

/** What is asked of a fund and waits for its time (ADR 100). */
export interface Request {
  readonly owner: string;
  readonly underlyingId: number;
  /** To enter with, or 0. */
  readonly amountUusd: bigint;
  /** To leave with, or 0. */
  readonly shares: bigint;
  readonly epoch: number;
  readonly readyMs: number;
}

/** A dollar and a share in the price that nobody owns. */
const VIRTUAL = 1_000_000n;
const DAY_MS = 86_400_000;
/** Of what it held when the day began. */
const DAILY_LOSS_PPM = 500_000n;

/** The insurance fund of one underlying, with its underwriters (venue §7, ADR 100). */
export class Fund {
  balanceUusd = 0n;
  shares = 0n;
  epoch = 0;
  readonly owned = new Map<string, bigint>();
  #day = 0;
  #paidUusd = 0n;

  /** Income: where nobody has a share it is the venue's own. */
  earn(amountUusd: bigint): void {
    if (this.shares === 0n) this.shares = amountUusd;
    this.balanceUusd += amountUusd;
  }

  payable(timeMs: number): bigint {
    const paid = this.#paidOn(timeMs);
    const limit = ((this.balanceUusd + paid) * DAILY_LOSS_PPM) / PPM;
    return limit > paid ? least(limit - paid, this.balanceUusd) : 0n;
  }

  /** Pays as much of an amount as it may today. */
  pay(wantedUusd: bigint, timeMs: number): bigint {
    const amount = least(wantedUusd, this.payable(timeMs));
    if (amount <= 0n) return 0n;
    this.#paidUusd = this.#paidOn(timeMs) + amount;
    this.#day = Math.floor(timeMs / DAY_MS);
    this.balanceUusd -= amount;
    // Who lost 99.9% of what shares cost begins anew; old shares are nothing.
    if (this.balanceUusd * 1_000n < this.shares) {
      this.shares = this.balanceUusd;
      this.owned.clear();
      this.epoch++;
    }
    return amount;
  }

  #paidOn(timeMs: number): bigint {
    return this.#day === Math.floor(timeMs / DAY_MS) ? this.#paidUusd : 0n;
  }

  /** Returns the shares. */
  enter(owner: string, amountUusd: bigint): bigint {
    const shares = (amountUusd * (this.shares + VIRTUAL)) / (this.balanceUusd + VIRTUAL);
    if (shares === 0n) return 0n;
    this.shares += shares;
    this.balanceUusd += amountUusd;
    this.owned.set(owner, (this.owned.get(owner) ?? 0n) + shares);
    return shares;
  }

  /** Returns what shares bring: open insolvent accounts count at their worst. */
  leave(owner: string, shares: bigint, atRiskUusd: bigint): bigint {
    const left = this.balanceUusd - least(atRiskUusd, this.balanceUusd);
    const priced = (shares * (left + VIRTUAL)) / (this.shares + VIRTUAL);
    const amount = least(priced, (shares * left) / this.shares);
    this.shares -= shares;
    this.balanceUusd -= amount;
    const kept = this.owned.get(owner)! - shares;
    if (kept === 0n) this.owned.delete(owner);
    else this.owned.set(owner, kept);
    return amount;
  }
}

/** All funds, and what waits for its time. */
export class Funds {
  readonly requests: Request[] = [];
  readonly #funds = new Map<number, Fund>();

  of(underlyingId: number): Fund {
    const found = this.#funds.get(underlyingId) ?? new Fund();
    this.#funds.set(underlyingId, found);
    return found;
  }

  get totalUusd(): bigint {
    return [...this.#funds.values()].reduce((sum, fund) => sum + fund.balanceUusd, 0n);
  }

  ask(request: Omit<Request, 'epoch'>): void {
    this.requests.push({ ...request, epoch: this.of(request.underlyingId).epoch });
  }

  /** Shares of an owner that are not asked back yet. */
  free(owner: string, underlyingId: number): bigint {
    const fund = this.of(underlyingId);
    return this.requests
      .filter((r) => r.owner === owner && r.underlyingId === underlyingId)
      .filter((r) => r.epoch === fund.epoch)
      .reduce((sum, { shares }) => sum - shares, fund.owned.get(owner) ?? 0n);
  }

  /**
   * Carries out what has waited long enough, in the order of time. Returns what each came to:
   * coins that left the venue are what an exit brings, and an entry too small for a share.
   */
  carryOut(timeMs: number, atRiskUusd: (underlyingId: number) => bigint): Done[] {
    const due = this.requests.filter(({ readyMs }) => readyMs <= timeMs);
    for (const request of due) this.requests.splice(this.requests.indexOf(request), 1);
    return due
      .sort((a, b) => a.readyMs - b.readyMs)
      .map((request) => {
        const { owner, underlyingId, amountUusd } = request;
        const fund = this.of(underlyingId);
        if (amountUusd > 0n) {
          return { request, amountUusd, shares: fund.enter(owner, amountUusd) };
        }
        const shares = request.epoch === fund.epoch ? request.shares : 0n;
        const uusd = shares === 0n ? 0n : fund.leave(owner, shares, atRiskUusd(underlyingId));
        return { request, amountUusd: uusd, shares: request.shares };
      });
  }
}

export interface Done {
  readonly request: Request;
  readonly amountUusd: bigint;
  readonly shares: bigint;
}
