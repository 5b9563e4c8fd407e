import { agree } from './disagreement.ts';
import { callPrice, expiryOf, selfCrossed } from './auctions.ts';
import type { CallAuction, CallPrice } from './auctions.ts';
import { endsAuction } from './draws.ts';
import { pull } from './groups.ts';
import { band, isBetter } from './matching.ts';
import type { Model } from './model.ts';
import { markUusd } from './standing.ts';
import { tickAtOrBelow } from './ticks.ts';
import { least } from './types.ts';
import type { Order, Quotes, Series } from './types.ts';
import { isByVol, waitOutside, worthOf } from './vols.ts';
import type { Said } from '../told.ts';

const CENT = 10_000n;
/** What may be a price of an auction now: whole cents inside the band, and the mark's tick. */
export function bandOfCall(quotes: Quotes, series: Series) {
  const { low, high } = band(quotes, series);
  const cents = (uusd: bigint) => uusd - (uusd % CENT);
  return {
    low: cents(BigInt(Math.ceil(low)) + CENT - 1n),
    high: cents(BigInt(Math.floor(high))),
    markUusd: tickAtOrBelow(series.underlyingId, markUusd(quotes, series)),
  };
}

export const indicative = (model: Model, series: Series, quotes: Quotes): CallPrice | undefined =>
  callPrice(model.book(series), bandOfCall(quotes, series));

interface Ended {
  /** Expiries whose auctions are over, by name; how many auctions are; who met in them. */
  readonly recoveries: readonly string[];
  readonly cleared: number;
  readonly met: number;
  readonly isGoingOn: boolean;
}

/** At the end of a block: auctions in their last part end by a draw, or when that is over. */
export function endAuctions(model: Model, trades: readonly Said[], quotes: Quotes): Ended {
  const { auctions } = model;
  const told = trades.filter(({ of }) => of('liquidation') !== 'true');
  const calls = new Clearing(model, told, quotes);
  const recoveries: string[] = [];
  let cleared = 0;
  const byId = [...model.series.values()].sort((a, b) => Number(a.id - b.id));
  const isEnding = (name: string, lockMs: number): boolean => {
    if (auctions.timeMs < lockMs) return false;
    const isOver = auctions.timeMs >= lockMs + auctions.rules.maxLockMs;
    return isOver || endsAuction(model.hash, name);
  };
  const byExpiry = (a: string, b: string) => {
    const [[u, e], [v, f]] = [a.split('/').map(Number), b.split('/').map(Number)];
    return u! - v! || e! - f!;
  };
  const isDue = (name: string, { lockMs, isClearing = false }: CallAuction): boolean =>
    isClearing || isEnding(name, lockMs);
  for (const key of [...auctions.recoveries.keys()].sort(byExpiry)) {
    const auction = auctions.recoveries.get(key)!;
    if (!calls.hasRoom || !auctions.couldEnd(auctions.expiry(key)) || !isDue(key, auction))
      continue;
    const own = byId.filter((series) => expiryOf(series) === key);
    if (!own.every((series) => !auctions.joined.has(series.id) || calls.clear(series))) {
      auctions.recoveries.set(key, { ...auction, isClearing: true });
      continue;
    }
    auctions.recoveries.delete(key);
    recoveries.push(key);
    cleared++;
  }
  for (const series of byId) {
    const opening = auctions.openings.get(series.id);
    if (!calls.hasRoom || opening === undefined || !auctions.couldEnd(series)) continue;
    if (!isDue(String(series.id), opening)) continue;
    if (!calls.clear(series)) {
      auctions.openings.set(series.id, { ...opening, isClearing: true });
      continue;
    }
    auctions.openings.delete(series.id);
    cleared++;
  }
  return { recoveries, cleared, met: calls.met, isGoingOn: calls.isGoingOn };
}

/**
 * Orders of auctions meet at one price, as many as a block has room for: each meeting, each order
 * that leaves as it can meet nobody else, and each book that trades on counts.
 */
class Clearing {
  met = 0;
  /** There was no room for all of it. */
  isGoingOn = false;
  #left: number;
  readonly #model: Model;
  readonly #quotes: Quotes;
  /** Trades that the chain tells of, in their order. */
  readonly #told: Said[];

  constructor(model: Model, told: readonly Said[], quotes: Quotes) {
    this.#model = model;
    this.#quotes = quotes;
    this.#told = [...told];
    this.#left = model.auctions.rules.matches;
  }

  get hasRoom(): boolean {
    return this.#left > 0 && !this.isGoingOn;
  }

  /** Whether it is done; else it goes on in the next block. */
  clear(series: Series): boolean {
    const { auctions } = this.#model;
    const book = this.#model.book(series);
    if (!auctions.clearingUusd.has(series.id)) this.#leaveBounds(series);
    while (this.#left > 0) {
      const isBegun = auctions.clearingUusd.has(series.id);
      const crossed = isBegun ? [] : selfCrossed([...book.bids, ...book.asks]);
      for (const order of crossed.slice(0, this.#left)) this.#drop(order, 'self_trade');
      if (this.#left === 0) break;
      const priceUusd =
        auctions.clearingUusd.get(series.id) ??
        indicative(this.#model, series, this.#quotes)?.priceUusd;
      if (priceUusd === undefined) {
        this.#dropOutside(series);
        if (this.#isCrossed(series)) continue;
        this.#open(series);
        return true;
      }
      if (this.#meet(series, priceUusd)) auctions.clearingUusd.delete(series.id);
      else auctions.clearingUusd.set(series.id, priceUusd);
    }
    this.isGoingOn = true;
    return false;
  }

  #leaveBounds(series: Series): void {
    const book = this.#model.book(series);
    for (const order of [...book.bids, ...book.asks].filter(isByVol)) {
      const worth = worthOf(order, this.#quotes);
      if (isBetter(order.isBuy, order.priceUusd, worth)) waitOutside(book, order);
    }
  }

  #open(series: Series): void {
    const model = this.#model;
    const book = model.book(series);
    this.#left--;
    model.auctions.joined.delete(series.id);
    for (const { account } of [...book.bids, ...book.asks]) {
      for (const group of account.groups) {
        const isHere = (quote: Order) => quote.series === series;
        if (group.frozenUntilMs > this.#quotes.timeMs) pull((s) => model.book(s), group, isHere);
      }
    }
  }

  #isCrossed(series: Series): boolean {
    const { bids, asks } = this.#model.book(series);
    const [bid, ask] = [bids[0], asks[0]];
    return bid !== undefined && ask !== undefined && bid.priceUusd >= ask.priceUusd;
  }

  /** What crosses outside the band only: bids above it, else offers. */
  #dropOutside(series: Series): void {
    const { high } = band(this.#quotes, series);
    while (this.#left > 0 && this.#isCrossed(series)) {
      const { bids, asks } = this.#model.book(series);
      const isBid = Number(bids[0]!.priceUusd) > high;
      this.#drop(isBid ? bids[0]! : asks[0]!, 'price_band');
    }
  }

  #drop(order: Order, reason: string): void {
    this.#left--;
    this.#model.dropMaker(order, reason);
  }

  /** Best against best, by price and time: whether nobody is left at this price. */
  #meet(series: Series, priceUusd: bigint): boolean {
    const model = this.#model;
    while (this.#left > 0) {
      const pair = this.#pairAt(series, priceUusd);
      if (pair === undefined) return true;
      this.#meetOrGo(series, pair, priceUusd);
      // For quotes that a group's limit pulls after it the price is kept (ADR 168).
      const isOver = this.#pairAt(series, priceUusd) === undefined;
      model.settleGroups(this.#quotes);
      if (isOver) return true;
    }
    return false;
  }

  /** Who would meet next, whoever came later first. */
  #pairAt(series: Series, priceUusd: bigint): readonly [Order, Order] | undefined {
    const { bids, asks } = this.#model.book(series);
    const [bid, ask] = [bids[0], asks[0]];
    if (bid === undefined || ask === undefined) return undefined;
    if (bid.priceUusd < priceUusd || ask.priceUusd > priceUusd) return undefined;
    return bid.seq! > ask.seq! ? [bid, ask] : [ask, bid];
  }

  /** They trade, or one of them leaves. */
  #meetOrGo({ symbol }: Series, [taker, maker]: readonly [Order, Order], priceUusd: bigint): void {
    const model = this.#model;
    const quotes = this.#quotes;
    const quantity = least(taker.left, maker.left);
    const isTold = this.#isTold(taker, maker, priceUusd, quantity);
    const refused = [taker, maker].find((order) => {
      const refusal = model.met.refusalOf(quotes, { maker: order, priceUusd, quantity });
      if (refusal?.[1] === 'maybe') model.undecided++;
      return refusal !== null && (refusal[1] === 'no' || !isTold);
    });
    if (refused !== undefined) {
      this.#drop(refused, 'margin');
      return;
    }
    const what = `${taker.id} meets ${maker.id} at ${priceUusd} for ${quantity}`;
    agree(isTold, `in the auction of ${symbol} ${what}, the chain tells another`);
    this.#told.shift();
    model.meet(taker, maker, { priceUusd, quantity }, quotes);
    this.#left--;
    this.met++;
  }

  #isTold(taker: Order, maker: Order, priceUusd: bigint, quantity: bigint): boolean {
    const next = this.#told[0];
    if (next === undefined) return false;
    const said = ['taker_order_id', 'maker_order_id', 'price_uusd', 'quantity'].map(next.of);
    return said.join() === [taker.id, maker.id, priceUusd, quantity].join();
  }
}
