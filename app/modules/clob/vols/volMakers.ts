import type { Series, Underlying } from '../../../../proto/gen/tenor.options.v1.ts';
import { getSubaccount } from '../../accounts/index.ts';
import { accountOf } from '../../auth/index.ts';
import { assert, defined } from '../../../lib/assert.ts';
import { reservedOf } from '../../margin/index.ts';
import { CENT_UUSD } from '../../options/core/index.ts';
import { mustUnderlyingById } from '../../options/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { auctionAt } from '../auctions/auctionAt.ts';
import { booksOf } from '../books/books.ts';
import { CANCEL_REQUESTED, GTC, OUTCOME_RESTING } from '../core/index.ts';
import type { Book, OrderRequest } from '../core/index.ts';
import { LAST_FILL_GAS } from '../orders/match/judgeFill.ts';
import type { Taker } from '../orders/match/judgeFill.ts';
import { params } from '../params.ts';
import { infos, orders } from '../state.ts';
import { CORE_SELF_TRADE, coreSide, isBuySide, toCents, toNumber, toUusd } from '../units.ts';
import { indexVol, parkedVols, unindexVol, volCount, waitingVols } from './ladder.ts';
import type { VolRecord } from './ladder.ts';
import { crosses, makerPrice, volPrice } from './volPrice.ts';
import type { VolMarket, VolTerms } from './volPrice.ts';

/** To price an order; as much again is kept to put it into its book and back. */
const CONVERT_GAS = 2_000;

const ignore = (): void => undefined;

/** An order that comes to a book, of which some may be by volatility on the other side. */
interface Coming extends Taker {
  readonly quantity: bigint;
  readonly priceUusd: bigint;
  readonly isPostOnly: boolean;
}

export const volOf = ({ side, priceUusd, vol }: VolRecord): VolTerms => ({
  isBuy: isBuySide(side),
  volBp: vol.volBp,
  boundUusd: priceUusd,
});

export const mustVol = (view: View, id: bigint): VolRecord => {
  const record = orders.must(view, id);
  assert(record.vol !== undefined, `order ${id} is by volatility`);
  return record as VolRecord;
};

/**
 * Orders by volatility that a taker may meet (ADR 148). Those are priced and put into the book that
 * it can reach, best first and no more than it can take; what is left of them afterwards goes back
 * to where they waited. Nobody else's is looked at.
 */
export class VolMakers {
  readonly #ctx: Ctx;
  readonly #taker: Coming;
  readonly #isBuy: boolean;
  /** Put into the book for this match. */
  readonly #brought: bigint[] = [];
  readonly #most: number;
  #priced = 0;

  constructor(ctx: Ctx, taker: Coming) {
    this.#ctx = ctx;
    this.#taker = taker;
    this.#isBuy = !taker.isBuy;
    this.#most = params.get(ctx).maxMatchesPerOrder;
  }

  /** Before the match. */
  bring(): void {
    const { series, band, isPostOnly } = this.#taker;
    // It takes nobody: who waits by volatility would be offered just behind it.
    if (isPostOnly) return;
    if (band === undefined || volCount(this.#ctx, series.id, this.#isBuy) === 0) return;
    if (auctionAt(this.#ctx, series) !== undefined) return;
    const underlying = mustUnderlyingById(this.#ctx, series.underlyingId);
    const book = booksOf(this.#ctx).touch(series.id);
    this.#leaveBounds(underlying, book);
    this.#convert({ series, underlying, band, book }, book);
  }

  /** Whose volatility is worth less than its bound again goes by that, if the taker may meet it. */
  #leaveBounds(underlying: Underlying, book: Book): void {
    const { series, priceUusd: limitUusd, quantity } = this.#taker;
    const isBuy = this.#isBuy;
    const leaving: Offered[] = [];
    for (const id of parkedVols(this.#ctx, series.id, isBuy)) {
      const record = mustVol(this.#ctx, id);
      const { priceUusd } = record;
      if (!crosses(isBuy, priceUusd, limitUusd)) break;
      // Of all at one price any may be the first, as they came to the book at different times.
      const better = priceUusd + (isBuy ? CENT_UUSD : -CENT_UUSD);
      const gone = sizeUntil(leaving, isBuy, better);
      if (depthUntil(book, isBuy, better, quantity + gone) - gone >= quantity) break;
      if (!this.#mayGoOn()) break;
      const worth = volPrice(this.#ctx, series, underlying, volOf(record));
      if (worth === undefined || crosses(isBuy, worth, priceUusd)) continue;
      const { quantity: size } = reservedOf(this.#ctx, record.subaccountId, id);
      leaving.push({ id, priceUusd, size });
    }
    for (const { id } of leaving) leaveBook(this.#ctx, id, mustVol(this.#ctx, id));
  }

  #mayGoOn(): boolean {
    const { gas } = this.#ctx;
    // Nobody is priced whom the taker could not meet for what is left.
    const kept = LAST_FILL_GAS + CONVERT_GAS * (2 + this.#priced);
    if (this.#priced >= this.#most || gas.left < kept) return false;
    this.#priced++;
    gas.consume(CONVERT_GAS);
    return true;
  }

  #convert(market: VolMarket, book: Book): void {
    const ctx = this.#ctx;
    const { series, priceUusd: limitUusd, quantity } = this.#taker;
    const isBuy = this.#isBuy;
    const found: Offered[] = [];
    for (const id of waitingVols(ctx, series.id, isBuy)) {
      const record = mustVol(ctx, id);
      const worth = volPrice(ctx, series, market.underlying, volOf(record));
      if (worth === undefined || worth === 0n || !crosses(isBuy, worth, limitUusd)) break;
      const priceUusd = makerPrice(volOf(record), market, worth);
      const isAtBound = priceUusd === record.priceUusd;
      // Beyond the band or the other side nobody who offers less can be, either.
      if (!isAtBound && (priceUusd <= 0n || !crosses(isBuy, priceUusd, limitUusd))) break;
      const ahead =
        sizeUntil(found, isBuy, priceUusd) + depthUntil(book, isBuy, priceUusd, quantity);
      if (!isAtBound && ahead >= quantity) break;
      if (!this.#mayGoOn()) break;
      found.push({ id, priceUusd, size: record.vol.left });
    }
    for (const { id, priceUusd } of found) this.#enter(book, id, priceUusd);
  }

  #enter(book: Book, id: bigint, priceUusd: bigint): void {
    const record = mustVol(this.#ctx, id);
    unindexVol(this.#ctx, id, record);
    enterBook(this.#ctx, book, id, record, priceUusd);
    if (priceUusd === record.priceUusd) restAtBound(this.#ctx, id, record);
    else this.#brought.push(id);
  }

  /** After the match. */
  putBack(): void {
    const { series } = this.#taker;
    for (const id of this.#brought) {
      const left = takeOut(this.#ctx, series.id, id);
      if (left > 0n) waitOutside(this.#ctx, id, mustVol(this.#ctx, id), left);
    }
  }
}

/** What one of them offers, and at what. */
interface Offered {
  readonly id: bigint;
  readonly priceUusd: bigint;
  readonly size: bigint;
}

/** How much some offer at a price or better. */
function sizeUntil(offered: readonly Offered[], isBuy: boolean, uusd: bigint): bigint {
  let sum = 0n;
  for (const { priceUusd, size } of offered) if (crosses(isBuy, priceUusd, uusd)) sum += size;
  return sum;
}

/** How much rests at a price or better, as far as it matters. */
function depthUntil(book: Book, isBuy: boolean, priceUusd: bigint, enough: bigint): bigint {
  let sum = 0n;
  book.levels(coreSide(isBuy), Number.MAX_SAFE_INTEGER, (cents, depth) => {
    if (!crosses(isBuy, toUusd(cents), priceUusd)) return false;
    sum += BigInt(depth);
    return sum < enough;
  });
  return sum;
}

function enterBook(ctx: Ctx, book: Book, id: bigint, record: VolRecord, priceUusd: bigint): void {
  const { owner } = defined(getSubaccount(ctx, record.subaccountId), 'the subaccount of an order');
  const { accountNumber } = defined(accountOf(ctx, owner), 'the account of an owner');
  const request: OrderRequest = {
    id: toNumber(id),
    owner: toNumber(accountNumber),
    tag: toNumber(record.subaccountId),
    side: coreSide(isBuySide(record.side)),
    price: toCents(priceUusd),
    size: toNumber(record.vol.left),
    timeInForce: GTC,
    stp: CORE_SELF_TRADE[record.vol.selfTrade],
  };
  const outcome = book.place(request, ignore);
  assert(outcome === OUTCOME_RESTING, 'an order by volatility crosses nobody when it is priced');
}

/** Takes an order out of its book; what was left of it. */
export function takeOut(ctx: Ctx, seriesId: bigint, id: bigint): bigint {
  let left = 0n;
  booksOf(ctx)
    .touch(seriesId)
    .cancel(toNumber(id), CANCEL_REQUESTED, ({ size }) => {
      left = BigInt(size);
    });
  return left;
}

/** It is in no book and waits for somebody to come. */
export function waitOutside(ctx: Ctx, id: bigint, record: VolRecord, left: bigint): void {
  const waiting = { ...record, vol: { ...record.vol, left } };
  if (record.vol.left !== left) orders.set(ctx, id, waiting);
  indexVol(ctx, id, waiting);
}

/** It is in the book at its bound, like any order. */
export function restAtBound(ctx: Ctx, id: bigint, record: VolRecord): void {
  const parked = { ...record, vol: { ...record.vol, left: 0n } };
  orders.set(ctx, id, parked);
  indexVol(ctx, id, parked);
  emitMoved(ctx, id, record, record.priceUusd);
}

/** Those of some that rest at their bounds leave them whose volatility is worth less now. */
export function leaveBounds(ctx: Ctx, series: Series, ids: readonly bigint[]): number {
  const underlying = mustUnderlyingById(ctx, series.underlyingId);
  for (const id of ids) {
    const record = mustVol(ctx, id);
    const terms = volOf(record);
    const worth = volPrice(ctx, series, underlying, terms);
    if (worth !== undefined && !crosses(terms.isBuy, worth, record.priceUusd)) {
      leaveBook(ctx, id, record);
    }
  }
  return ids.length;
}

function leaveBook(ctx: Ctx, id: bigint, record: VolRecord): void {
  unindexVol(ctx, id, record);
  waitOutside(ctx, id, record, takeOut(ctx, record.seriesId, id));
  emitMoved(ctx, id, record, undefined);
}

/** A reader of the book is told where the order is. */
function emitMoved(ctx: Ctx, id: bigint, { seriesId }: VolRecord, uusd: bigint | undefined): void {
  const moved = {
    order_id: id.toString(),
    series: infos.must(ctx, seriesId).symbol,
    price_uusd: uusd?.toString(),
  };
  ctx.emit('vol_order_moved', moved, ['order_id']);
}
