import type { Book } from './matching.ts';
import { least } from './types.ts';
import type { Account, Order, Series } from './types.ts';

/** Governed: auctions after gaps between blocks, ascending, and of openings; 0: none. */
export interface AuctionRules {
  readonly steps: readonly { readonly gapMs: number; readonly lengthMs: number }[];
  readonly openingMs: number;
  readonly maxLockMs: number;
  /** What a block may clear. */
  readonly matches: number;
}

export const NO_AUCTIONS: AuctionRules = { steps: [], openingMs: 0, maxLockMs: 0, matches: 1_000 };

/** Orders come together without trading; from the lock on nothing is taken back. */
export interface CallAuction {
  readonly lockMs: number;
  /** Its end was drawn, and a block had no room for all of it: nothing more comes. */
  readonly isClearing?: boolean;
}

type Expiry = Pick<Series, 'underlyingId' | 'expirySeconds'>;

export const expiryOf = ({ underlyingId, expirySeconds }: Expiry): string =>
  `${underlyingId}/${expirySeconds}`;

/** Which series are in an auction: of their expiry after a stop, or their own (ADR 159, 162). */
export class Auctions {
  rules = NO_AUCTIONS;
  /** Of the block. */
  timeMs = 0;
  isFresh: (expiry: Expiry) => boolean = () => true;
  /** Underlyings that governance has stopped. */
  readonly disabled = new Set<number>();
  recoveries = new Map<string, CallAuction>();
  openings = new Map<bigint, CallAuction>();
  /** Series with something that rests, or once had; those whose books an auction will clear. */
  kept = new Set<bigint>();
  joined = new Set<bigint>();
  /** By series, at which price its clearing goes on. */
  readonly clearingUusd = new Map<bigint, bigint>();
  /** Recoveries that prices which are back began in this block. */
  byPrices = 0;
  /** With or without series: an expiry stays when all of its own are removed (ADR 161). */
  readonly #expiries = new Map<string, Expiry>();
  /** Those of them that were live before: others have no outage. */
  readonly #live = new Map<string, Expiry>();
  /** Since when those that were live are not. */
  readonly #paused = new Map<string, number>();

  /** An expiry by its name. */
  expiry(key: string): Expiry {
    return this.#live.get(key)!;
  }

  at(series: Series): CallAuction | undefined {
    return this.recoveries.get(expiryOf(series)) ?? this.openings.get(series.id);
  }

  /** It is not over, and nobody has stopped it. */
  trades({ underlyingId, expirySeconds }: Expiry): boolean {
    return expirySeconds * 1_000 > this.timeMs && !this.disabled.has(underlyingId);
  }

  /** So that it is told at what it would clear, also while it is stopped. */
  isPriced(expiry: Expiry): boolean {
    return expiry.expirySeconds * 1_000 > this.timeMs && this.isFresh(expiry);
  }

  readonly #isLive = (expiry: Expiry): boolean => this.trades(expiry) && this.isFresh(expiry);

  readonly #isPaused = (expiry: Expiry): boolean => this.#paused.has(expiryOf(expiry));

  /** Live prices, of what is traded; and not only since the middle of this block (ADR 175). */
  couldEnd(expiry: Expiry): boolean {
    return this.#isLive(expiry) && !this.#isPaused(expiry);
  }

  /** Whether orders come in. */
  takes(expiry: Expiry): boolean {
    return this.trades(expiry) && !(this.isFresh(expiry) && this.#isPaused(expiry));
  }

  /** Whether nothing is taken back. */
  isLocked(series: Series): boolean {
    const auction = this.at(series);
    return auction !== undefined && this.timeMs >= auction.lockMs && this.couldEnd(series);
  }

  /** At the beginning of a block, so long after the last one. Returns what begins. */
  begin(listed: Iterable<Series>, gapMs: number): string[] {
    const series = [...listed];
    this.byPrices = 0;
    return [...this.#live].flatMap(([key, expiry]) => {
      if (expiry.expirySeconds * 1_000 <= this.timeMs) {
        for (const of of [this.recoveries, this.#live, this.#expiries, this.#paused])
          of.delete(key);
        return [];
      }
      if (!this.#isLive(expiry)) {
        // The last time at which it was live is that of the block before.
        if (!this.#paused.has(key)) this.#pause(key, series, this.timeMs - gapMs);
        return [];
      }
      const sinceMs = this.#paused.get(key);
      this.#paused.delete(key);
      const own = series.filter((each) => expiryOf(each) === key);
      return sinceMs === undefined
        ? this.#recovery(key, own, gapMs, false)
        : this.#recovery(key, own, this.timeMs - sinceMs, true);
    });
  }

  /** What is cleared in part is an auction again, without its price (ADR 162). */
  #pause(key: string, listed: readonly Series[], sinceMs: number): void {
    this.#paused.set(key, sinceMs);
    const own = listed.filter((each) => expiryOf(each) === key);
    const recovery = this.recoveries.get(key);
    if (recovery !== undefined) this.recoveries.set(key, { lockMs: recovery.lockMs });
    for (const { id } of own) {
      this.clearingUusd.delete(id);
      const opening = this.openings.get(id);
      if (opening !== undefined) this.openings.set(id, { lockMs: opening.lockMs });
    }
  }

  /** After so long without blocks, or without prices: one under way that these stopped is anew. */
  #recovery(key: string, own: readonly Series[], outageMs: number, isBack: boolean): string[] {
    const { steps, openingMs } = this.rules;
    const before = this.recoveries.get(key);
    const least = isBack && before !== undefined ? steps[0] : undefined;
    const step = steps.findLast(({ gapMs }) => gapMs <= outageMs) ?? least;
    if (step === undefined) {
      const lockMs = this.timeMs + openingMs;
      for (const { id } of isBack ? own : []) {
        const opening = this.openings.get(id);
        if (opening !== undefined && opening.lockMs < lockMs) this.openings.set(id, { lockMs });
      }
      return [];
    }
    const lockMs = this.timeMs + step.lengthMs;
    if (before !== undefined && before.lockMs >= lockMs) return [];
    this.recoveries.set(key, { lockMs });
    if (isBack) this.byPrices++;
    // The auction of an expiry is that of its series.
    for (const { id } of own) {
      this.openings.delete(id);
      this.clearingUusd.delete(id);
    }
    return [`${key}: ${lockMs}`];
  }

  /** After the listing of a block. */
  listed(all: Iterable<Series>): void {
    for (const { underlyingId, expirySeconds } of all) {
      const expiry = { underlyingId, expirySeconds };
      this.#expiries.set(expiryOf(expiry), expiry);
    }
    for (const [key, expiry] of this.#expiries) {
      if (this.#isLive(expiry)) this.#live.set(key, expiry);
    }
  }

  /** Something comes to rest: the first in a series begins its opening. */
  came({ id, ...series }: Series): void {
    const isFirst = !this.kept.has(id);
    this.kept.add(id);
    const { openingMs } = this.rules;
    if (isFirst && openingMs > 0 && this.at({ id, ...series }) === undefined) {
      this.openings.set(id, { lockMs: this.timeMs + openingMs });
    }
    if (this.at({ id, ...series }) !== undefined) this.joined.add(id);
  }

  /** A series is over, or gone. */
  gone(id: bigint): void {
    this.openings.delete(id);
    this.kept.delete(id);
    this.joined.delete(id);
    this.clearingUusd.delete(id);
  }

  /** To be put back as they are now. */
  remembered(): () => void {
    const [openings, kept, joined] = [this.openings, this.kept, this.joined];
    this.openings = new Map(openings);
    this.kept = new Set(kept);
    this.joined = new Set(joined);
    return () => Object.assign(this, { openings, kept, joined });
  }

  /** Until when a switch waits for what auctions hold of an account; 0 where they hold nothing. */
  heldUntilMs({ orders, groups }: Account, isEverything: boolean): number {
    const own = [...(isEverything ? orders : []), ...groups.flatMap(({ quotes }) => quotes)];
    const ends = own
      .filter(({ series }) => this.isLocked(series))
      .map(({ series }) => this.at(series)!.lockMs + this.rules.maxLockMs);
    return ends.length === 0 ? 0 : Math.max(...ends, this.timeMs + 1);
  }
}

export interface CallPrice {
  readonly priceUusd: bigint;
  readonly quantity: bigint;
}

const CENT = 10_000n;
const sizeOf = (orders: readonly Order[]) => orders.reduce((sum, { left }) => sum + left, 0n);
const absolute = (a: bigint) => (a < 0n ? -a : a);

/** Who crosses an earlier order of his owner that has not given way itself (ADR 159). */
export function selfCrossed(orders: readonly Order[]): Order[] {
  const stay: Order[] = [];
  const go: Order[] = [];
  for (const order of [...orders].sort((a, b) => a.seq! - b.seq!)) {
    const isMet = stay.some(
      (other) =>
        other.account.owner === order.account.owner &&
        other.isBuy !== order.isBuy &&
        (order.isBuy ? other.priceUusd <= order.priceUusd : other.priceUusd >= order.priceUusd),
    );
    (isMet ? go : stay).push(order);
  }
  return go;
}

/** The greatest volume, then the least imbalance, then nearest to the mark, inside the band. */
export function callPrice(
  { bids, asks }: Book,
  {
    low,
    high,
    markUusd,
  }: { readonly low: bigint; readonly high: bigint; readonly markUusd: bigint },
): CallPrice | undefined {
  const gone = new Set(selfCrossed([...bids, ...asks]));
  const orders = [...bids, ...asks].filter((order) => !gone.has(order));
  const candidates = [low, high, markUusd, ...orders.map(({ priceUusd }) => priceUusd)]
    .flatMap((uusd) => [uusd - CENT, uusd, uusd + CENT])
    .filter((uusd) => uusd >= low && uusd <= high);
  let best: (CallPrice & { readonly imbalance: bigint }) | undefined;
  for (const priceUusd of candidates) {
    const demand = sizeOf(orders.filter((o) => o.isBuy && o.priceUusd >= priceUusd));
    const supply = sizeOf(orders.filter((o) => !o.isBuy && o.priceUusd <= priceUusd));
    const next = { priceUusd, quantity: least(demand, supply), imbalance: demand - supply };
    if (next.quantity === 0n) continue;
    const isBetter =
      best === undefined ||
      next.quantity > best.quantity ||
      (next.quantity === best.quantity &&
        (absolute(next.imbalance) < absolute(best.imbalance) ||
          (absolute(next.imbalance) === absolute(best.imbalance) &&
            absolute(priceUusd - markUusd) < absolute(best.priceUusd - markUusd))));
    if (isBetter) best = next;
  }
  return best;
}
