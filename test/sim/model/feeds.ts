import type { Series } from './types.ts';
import { votedExpiries } from './votedExpiries.ts';

type Expiry = Pick<Series, 'underlyingId' | 'expirySeconds'>;

/** When a price was last said and seen, and how often in a row that was young (ADR 025, 155). */
interface Feed {
  readonly saidMs: number;
  readonly seenMs: number;
  readonly fresh: number;
}

/** Governed: from which age on a price is old, and from which on it is nothing. */
export interface FeedPace {
  readonly staleMs: number;
  readonly haltMs: number;
}

/** Young prices in a row before anything is liquidated on them. */
const FRESH_NEEDED = 5;

/**
 * What validators said of indexes, and of forwards and volatilities, which they say together here:
 * how old it is, whether anybody may open or be sold on it, and how little it can be relied on.
 */
export class Feeds {
  pace: FeedPace = { staleMs: 0, haltMs: 0 };
  /** Of the block; of the genesis before the first. */
  timeMs = 0;
  readonly #indexes = new Map<number, Feed>();
  readonly #expiries = new Map<number, Map<number, Feed>>();
  readonly #underlyings: readonly number[];
  #collateral: Feed | undefined;
  /** Times of the block before, and of the one before that: what its votes spoke of. */
  #before: readonly number[] = [];

  constructor(underlyings: readonly number[]) {
    this.#underlyings = underlyings;
    for (const id of underlyings) this.#expiries.set(id, new Map());
  }

  /**
   * A block begins. Validators that say anything say what the collateral is worth: a dollar.
   *
   * @param said underlyings of which the votes for the last one had prices
   */
  begin(timeMs: number, said: ReadonlySet<number>): void {
    const gapMs = timeMs - this.timeMs;
    this.#before = [...this.#before, this.timeMs].slice(-2);
    this.timeMs = timeMs;
    this.#collateral = this.#next(this.#collateral, said.size > 0, gapMs);
    const voted = votedExpiries(this.#before[0]!);
    for (const id of this.#underlyings) {
      const isSaid = said.has(id);
      const index = this.#next(this.#indexes.get(id), isSaid, gapMs);
      if (index !== undefined) this.#indexes.set(id, index);
      const own = this.#expiries.get(id)!;
      for (const at of own.keys()) if (!voted.includes(at)) own.delete(at);
      for (const at of voted) {
        const feed = this.#next(own.get(at), isSaid, gapMs);
        if (feed !== undefined) own.set(at, feed);
      }
    }
  }

  /** Votes of before a stop are as old as that was long. */
  #next(last: Feed | undefined, isSaid: boolean, gapMs: number): Feed | undefined {
    const { staleMs } = this.pace;
    if (!isSaid) return last && { ...last, fresh: this.#isOld(last) ? 0 : last.fresh };
    const now = this.timeMs;
    const seenMs = gapMs > staleMs ? now - gapMs : now;
    const follows = last !== undefined && last.fresh > 0 && now - last.saidMs <= staleMs;
    const fresh = now - seenMs > staleMs ? 0 : (follows ? last.fresh : 0) + 1;
    return { saidMs: now, seenMs, fresh };
  }

  readonly #isOld = ({ seenMs }: Feed): boolean => this.timeMs - seenMs > this.pace.staleMs;

  readonly #isYoung = (feed: Feed | undefined): boolean => feed !== undefined && !this.#isOld(feed);

  readonly #isSure = (feed: Feed | undefined): boolean =>
    feed !== undefined && feed.fresh >= FRESH_NEEDED;

  /** The voted expiries that an expiry lies between. */
  #around({ underlyingId, expirySeconds }: Expiry): Feed[] {
    const own = [...this.#expiries.get(underlyingId)!].sort(([a], [b]) => a - b);
    const before = own.findLast(([at]) => at <= expirySeconds);
    const after = own.find(([at]) => at >= expirySeconds);
    return [before, after].flatMap((found) => (found === undefined ? [] : [found[1]]));
  }

  readonly #isOver = ({ expirySeconds }: Expiry): boolean => expirySeconds * 1_000 <= this.timeMs;

  readonly isIndexFresh = (underlyingId: number): boolean =>
    this.#isYoung(this.#indexes.get(underlyingId));

  /** One that is over rests on its index alone. */
  readonly isPriceFresh = (expiry: Expiry): boolean => this.#holds(expiry, this.#isYoung);

  readonly isPriceSettledIn = (expiry: Expiry): boolean => this.#holds(expiry, this.#isSure);

  #holds(expiry: Expiry, holds: (feed: Feed | undefined) => boolean): boolean {
    if (!holds(this.#indexes.get(expiry.underlyingId))) return false;
    if (this.#isOver(expiry)) return true;
    const around = this.#around(expiry);
    return around.length > 0 && around.every(holds);
  }

  readonly isSettledIn = (underlyingId: number): boolean =>
    this.#isSure(this.#indexes.get(underlyingId)) &&
    [...this.#expiries.get(underlyingId)!.values()].some(this.#isSure);

  /** From 0, when its volatilities are old, to 1, when they are nothing. */
  doubt(expiry: Expiry, timeMs: number): number {
    if (this.#isOver(expiry)) return 0;
    return Math.max(0, ...this.#around(expiry).map((feed) => this.#doubtOf(feed, timeMs)));
  }

  /** It sinks to 0.90 while nobody says that it is worth a dollar (ADR 134). */
  collateral(timeMs: number): number {
    return this.#collateral === undefined ? 1 : 1 - this.#doubtOf(this.#collateral, timeMs) / 10;
  }

  #doubtOf({ seenMs }: Feed, timeMs: number): number {
    const { staleMs, haltMs } = this.pace;
    return Math.min(Math.max((timeMs - seenMs - staleMs) / (haltMs - staleMs), 0), 1);
  }
}
