import { agree } from './disagreement.ts';
import { band, priceOf, remove } from './matching.ts';
import { place, refusedForMargin, remembered, wouldTake } from './match.ts';
import type { Model } from './model.ts';
import type { NewOrder, Outcome } from './newOrder.ts';
import { judgeBidCash } from './requests.ts';
import { besides, tickAtOrAbove, tickAtOrBelow } from './ticks.ts';
import { least } from './types.ts';
import type { Account, Order, Quotes } from './types.ts';
import { offerOf } from './vols.ts';

/**
 * What an order may trade at: a market order's bound cut to the band, what a volatility is worth, a
 * sliding one beside.
 */
export function priced(model: Model, asked: NewOrder, quotes: Quotes): NewOrder {
  const { volBp, priceUusd: boundUusd } = asked;
  const order =
    volBp === undefined
      ? asked
      : { ...asked, boundUusd, priceUusd: offerOf({ ...asked, volBp }, quotes) };
  const { series, isBuy, postOnly } = order;
  const id = series.underlyingId;
  if (order.isMarket === true) {
    const { low, high } = band(quotes, series);
    const [from, to] = [BigInt(Math.ceil(low)), BigInt(Math.floor(high))];
    const bound = order.priceUusd;
    const priceUusd = isBuy
      ? tickAtOrBelow(id, least(bound, to))
      : tickAtOrAbove(id, bound > from ? bound : from);
    return { ...order, priceUusd };
  }
  if (postOnly !== 'slide' || model.auctions.at(series) !== undefined) return order;
  const { asks, bids } = model.book(series);
  const first = (isBuy ? asks : bids)[0];
  if (first === undefined) return order;
  const best = priceOf(first);
  const meets = isBuy ? order.priceUusd >= best : order.priceUusd <= best;
  return meets ? { ...order, priceUusd: besides(id, isBuy, best) } : order;
}

/** Orders whose time is over go before a block trades. */
export function timeOut(model: Model, timeMs: number): void {
  for (const { orders } of model.accounts.values()) {
    for (const order of [...orders]) {
      const { goodTilSeconds, series } = order;
      const goodTilMs = goodTilSeconds * 1_000;
      if (goodTilMs === 0 || goodTilMs > timeMs) continue;
      // What was not over before the last part of an auction trades in it.
      const isHeld = model.auctions.isLocked(series);
      if (isHeld && goodTilMs >= model.auctions.at(series)!.lockMs) continue;
      remove(model.book(series), order);
    }
  }
}

/** Another price or size of a resting order; what is 0 stays. */
export interface Replacement {
  readonly id: bigint;
  readonly priceUusd: bigint;
  /** Of the whole order, what it has filled included. */
  readonly quantity: bigint;
  /** In 1e-4, of one by volatility; what it has if absent. */
  readonly volBp?: number;
}

const isOver = ({ series }: Order, { timeMs }: Quotes): boolean =>
  series.expirySeconds * 1_000 <= timeMs;

export interface Replaced extends Outcome {
  readonly keptPriority: boolean;
}

/**
 * A smaller size at the same price keeps its place (ADR 110, 111); anything else is a cancel and
 * an order under the same id, of which both or none happens.
 *
 * @param said `done`, or the code of its refusal
 */
export function replace(
  model: Model,
  account: Account,
  wanted: Replacement,
  chain: { readonly said: string; readonly answer: Replaced | undefined },
  quotes: Quotes,
): void {
  const order = [...account.orders].find(({ id }) => id === wanted.id);
  const what = `replacement of ${wanted.id} by ${account.id}: ${chain.said}`;
  const { answer } = chain;
  if (order === undefined) {
    agree(answer === undefined, `${what}, and it does not rest`);
    return;
  }
  if (model.auctions.isLocked(order.series)) {
    // One that changes nothing is refused for its form.
    const isEmpty = wanted.priceUusd + wanted.quantity === 0n && wanted.volBp === undefined;
    agree(
      chain.said === (isEmpty ? 'clob/13' : 'clob/26'),
      `${what}, in the last part of an auction`,
    );
    return;
  }
  const left = wanted.quantity === 0n ? order.left : wanted.quantity - order.filled;
  const priceUusd = wanted.priceUusd === 0n ? order.priceUusd : wanted.priceUusd;
  if (left <= 0n) {
    agree(chain.said === 'clob/4', `${what}, and ${order.filled} of it are filled`);
    return;
  }
  const volBp = wanted.volBp ?? order.volBp;
  const isSame = priceUusd === order.priceUusd && volBp === order.volBp;
  const keeps = isSame && left <= order.left;
  if (answer !== undefined) agree(answer.keptPriority === keeps, `${what}: its place`);
  if (keeps) {
    // Whoever makes less of it is held by nothing but an auction that can end.
    agree(chain.said !== 'clob/2' || isOver(order, quotes), `${what}, and it only gets smaller`);
    if (answer === undefined) return;
    agree(answer.resting === left && answer.filled === 0n, `${what}: ${answer.resting} rest`);
    order.left = left;
    return;
  }
  moved(model, order, { priceUusd, left, volBp }, chain, quotes);
}

function moved(
  model: Model,
  order: Order,
  to: {
    readonly priceUusd: bigint;
    readonly left: bigint;
    readonly volBp: number | undefined;
  },
  { said, answer }: { readonly said: string; readonly answer: Replaced | undefined },
  quotes: Quotes,
): void {
  const { account, series, isBuy, isReduceOnly, postOnly, selfTrade, goodTilSeconds } = order;
  const book = model.book(series);
  const putBack = remembered(book);
  remove(book, order);
  const { volBp } = to;
  const again = priced(
    model,
    {
      ...{ account, series, isBuy, isReduceOnly, postOnly, selfTrade, goodTilSeconds },
      ...{ priceUusd: to.priceUusd, quantity: to.left, timeInForce: 'gtc' },
      ...{ filledBefore: order.filled, ...(volBp && { volBp }) },
    },
    quotes,
  );
  // Who takes waits, and what rests cannot.
  const isTaking = model.delays.isOn && wouldTake(model, again, quotes);
  if (said === 'clob/24') agree(isTaking, `${order.id} was not replaced, and takes nobody`);
  if (answer !== undefined) {
    agree(!isTaking, `${order.id} was replaced, and takes`);
    judgeBidCash(again, quotes, true);
    place(model, again, quotes, answer);
    return;
  }
  if (said === 'margin/1' || said === 'margin/9') refusedForMargin(model, again, quotes);
  else if (said === 'margin/8') judgeBidCash(again, quotes, false);
  // None of the two happened: it rests where it did.
  putBack();
}
