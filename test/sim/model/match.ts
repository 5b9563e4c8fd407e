import { agree } from './disagreement.ts';
import * as matching from './matching.ts';
import type { Book, Taker } from './matching.ts';
import type { Model } from './model.ts';
import { nameOf, reservedBy, takerOf } from './newOrder.ts';
import type { NewOrder, Outcome } from './newOrder.ts';
import { least } from './types.ts';
import type { Order, Quotes } from './types.ts';
import { bring, meetsByVol, putBack, waitOutside } from './vols.ts';

/** An order that the chain refused for want of margin. */
export function refusedForMargin(model: Model, order: NewOrder, quotes: Quotes): void {
  const taker = cut(takerOf(order, 0n), order);
  const may = matching.mayPlace(quotes, order.account, reservedBy(order, taker));
  if (may !== 'yes') return;
  // Placed alone it would do; then its first fill did not.
  const book = model.book(order.series);
  const putBackAll = remembered(book);
  // In an auction nobody meets.
  const isCalled = model.auctions.at(order.series) !== undefined;
  if (!isCalled) bring(book, taker, quotes);
  const first = isCalled ? undefined : opposite(book, taker)[0];
  agree(first !== undefined && crosses(taker, first), `${nameOf(order)} was refused for margin`);
  const quantity = least(taker.left, first.left);
  const side = { ...taker, priceUusd: matching.priceOf(first), quantity };
  putBackAll();
  model.fits(
    matching.mayFill(quotes, order.account, side),
    false,
    `first fill of ${nameOf(order)}`,
  );
}

/** An order that the chain refused as prices are not live: it opens, or meets somebody now. */
export function refusedForPrices(model: Model, order: NewOrder): void {
  const { series, isReduceOnly, isMarket = false, account } = order;
  agree(!model.feeds.isPriceFresh(series), `prices are live for ${nameOf(order)}`);
  if (!isReduceOnly || isMarket) return;
  const isMet = opposite(model.book(series), order).some(
    (maker) => maker.account.owner !== account.owner && crosses(order, maker),
  );
  agree(isMet, `${nameOf(order)} was refused for want of prices, and only rests`);
}

/** Whether an order would meet somebody, in the book or by volatility: also his own. */
export function wouldTake(model: Model, order: NewOrder, quotes: Quotes): boolean {
  const { series, isBuy, priceUusd, quantity, postOnly } = order;
  if (postOnly !== 'none' || model.auctions.at(series) !== undefined) return false;
  const book = model.book(series);
  const best = opposite(book, order)[0];
  const taker = { series, isBuy, priceUusd, left: quantity };
  if (best !== undefined && crosses(taker, best)) return true;
  // Without live prices nobody who waits by volatility is offered.
  return model.feeds.isPriceFresh(series) && meetsByVol(book, taker, quotes);
}

/** An order that the chain did not refuse has its margin, and no liquidation. */
export function mayBePlaced(model: Model, order: NewOrder, quotes: Quotes): void {
  const placed = reservedBy(order, cut(takerOf(order, 0n), order));
  model.fits(matching.mayPlace(quotes, order.account, placed), true, nameOf(order));
  const isFree = order.account.liquidation === null;
  agree(isFree, `${nameOf(order)} of an account under liquidation was taken`);
}

/** An order that the chain took. */
export function place(model: Model, order: NewOrder, quotes: Quotes, chain: Outcome): void {
  const taker = cut(takerOf(order, chain.orderId), order);
  const book = model.book(order.series);
  const asked = taker.left;
  mayBePlaced(model, order, quotes);
  // Who makes meets nobody that waits by volatility (ADR 159).
  const isCalled = model.auctions.at(order.series) !== undefined;
  const isLive = model.feeds.isPriceFresh(order.series);
  const mayWait = order.isReduceOnly && order.isMarket !== true;
  const isClearing = model.auctions.at(order.series)?.isClearing === true;
  agree(!isClearing, `${nameOf(order)} came to an auction that is cleared`);
  agree(model.auctions.takes(order.series), `${nameOf(order)} was taken, and is stopped`);
  agree(isLive || mayWait, `${nameOf(order)} was taken without live prices`);
  const isTaking = order.postOnly === 'none' && !isCalled && isLive;
  const brought = isTaking ? bring(book, taker, quotes) : [];
  if (!isCalled) match(model, taker, quotes, chain.filled);
  putBack(book, brought);
  model.settleGroups(quotes);
  agree(asked - taker.left === chain.filled, `${nameOf(order)}: ${asked - taker.left} filled`);
  if (!isTaking) agree(chain.filled === 0n, `${nameOf(order)} only rests and traded`);
  if (isCalled) agree(order.timeInForce === 'gtc', `${nameOf(order)} came to an auction`);
  if (order.timeInForce === 'fok') agree(taker.left === 0n, `${nameOf(order)} was filled in part`);
  came(model, order, chain);
  if (chain.resting === 0n) return;
  agree(order.timeInForce === 'gtc', `${nameOf(order)} rests`);
  agree(chain.resting === taker.left, `${nameOf(order)}: ${taker.left} is left`);
  const { selfTrade, goodTilSeconds, postOnly, filledBefore = 0n, volBp } = order;
  const filled = filledBefore + chain.filled;
  const terms = { selfTrade, goodTilSeconds, postOnly, filled, since: model.height };
  model.auctions.came(order.series);
  const resting: Order = { ...reservedBy(order, taker), ...terms, ...(volBp && { volBp }) };
  if (resting.priceUusd === taker.priceUusd) matching.rest(book, resting);
  else waitOutside(book, resting);
}

function came(
  { known }: Model,
  { account, name = '', terms = '', intent, filledBefore = 0n }: NewOrder,
  chain: Outcome,
): void {
  const filled = filledBefore + chain.filled;
  known.came({ id: chain.orderId, account, name, terms, intent, filled });
}

/** What of a reduce-only order others would not reduce already. */
function cut(taker: Taker, { account, series, isBuy, isReduceOnly }: NewOrder): Taker {
  if (!isReduceOnly) return taker;
  let left = matching.reducible(account, series, isBuy);
  for (const o of account.orders) {
    if (o.series === series && o.isBuy === isBuy && o.isReduceOnly) left -= o.left;
  }
  return { ...taker, left: left > 0n ? least(left, taker.left) : 0n };
}

/** Against the best order of the other side, until none crosses or the taker may not go on. */
function match(model: Model, taker: Taker, quotes: Quotes, filledByChain: bigint): void {
  const asked = taker.left;
  const book = model.book(taker.series);
  while (taker.left > 0n) {
    const maker = opposite(book, taker)[0];
    if (maker === undefined || !crosses(taker, maker)) return;
    if (maker.account.owner === taker.account.owner) {
      if (taker.selfTrade !== 'taker') matching.remove(book, maker);
      if (taker.selfTrade !== 'maker') return;
      continue;
    }
    agree(model.feeds.isPriceFresh(taker.series), `${taker.id} meets ${maker.id} without prices`);
    const quantity = least(taker.left, maker.left);
    const priceUusd = matching.priceOf(maker);
    const isDone = asked - taker.left >= filledByChain;
    const { low, high } = matching.band(quotes, taker.series);
    const inBand = Number(priceUusd) >= low - 1 && Number(priceUusd) <= high + 1;
    if (inBand) {
      const side = { ...taker, priceUusd, quantity };
      const may = matching.mayFill(quotes, taker.account, side);
      if (may === 'no') {
        agree(isDone, `${taker.id} took a fill that its margin does not allow`);
        return;
      }
    }
    const refusal = isOver(maker, quotes)
      ? (['timed_out', 'no'] as const)
      : model.met.refusalOf(quotes, { maker, priceUusd, quantity });
    if (refusal?.[1] === 'maybe') model.undecided++;
    if (refusal !== null && (refusal[1] === 'no' || isDone)) {
      model.dropMaker(maker, refusal[0]);
      continue;
    }
    if (isDone) return;
    model.fill(taker, maker, quantity, quotes);
  }
}

/** An auction that ended in this block may have held it beyond its time (ADR 159). */
const isOver = ({ goodTilSeconds }: Order, { timeMs }: Quotes): boolean =>
  goodTilSeconds > 0 && goodTilSeconds * 1_000 <= timeMs;

const opposite = (book: Book, { isBuy }: Pick<Taker, 'isBuy'>): Order[] =>
  isBuy ? book.asks : book.bids;

const crosses = (taker: Pick<Taker, 'isBuy' | 'priceUusd'>, maker: Order): boolean =>
  !matching.isBetter(!taker.isBuy, taker.priceUusd, matching.priceOf(maker));

/** Who is in a book and around it, to be put back. */
export function remembered(book: Book): () => void {
  const sides = [book.bids, book.asks, book.outside];
  const kept = sides.map((side) => side.map((o) => [o, o.nowUusd, o.seq] as const));
  const accounts = new Set(sides.flat().map(({ account }) => account));
  const orders = [...accounts].map((account) => [account, [...account.orders]] as const);
  return () => {
    sides.forEach((side, i) => {
      side.splice(0, side.length, ...kept[i]!.map(([order]) => order));
      for (const [order, nowUusd, seq] of kept[i]!) {
        if (seq !== undefined) order.seq = seq;
        if (nowUusd === undefined) delete order.nowUusd;
        else order.nowUusd = nowUusd;
      }
    });
    for (const [account, of] of orders) {
      account.orders.clear();
      for (const order of of) account.orders.add(order);
    }
  };
}
