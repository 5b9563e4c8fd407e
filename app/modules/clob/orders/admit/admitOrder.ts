import { TimeInForce } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { MsgPlaceOrder } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { Subaccount } from '../../../../../proto/gen/tenor.accounts.v1.ts';
import type { Series, Underlying } from '../../../../../proto/gen/tenor.options.v1.ts';
import {
  getSubaccount,
  isFlagged,
  refusalOfFill,
  refusalOfOrders,
} from '../../../accounts/index.ts';
import { assertBidCash, assertOrderMargin, bandOf, whyNoBand } from '../../../margin/index.ts';
import type { Band } from '../../../margin/index.ts';
import { defined } from '../../../../lib/assert.ts';
import { mustSeriesBySymbol, mustUnderlyingById } from '../../../options/index.ts';
import type { View } from '../../../../runtime/context.ts';
import { assertAuctionOpen, auctionAt, takesOrders } from '../../auctions/auctionAt.ts';
import { booksOf } from '../../books/books.ts';
import type { Book } from '../../core/index.ts';
import { contractsText, usdText } from '../../../../lib/amountText.ts';
import { clobErrors } from '../../errors.ts';
import type { IncomingOrder } from '../match/incomingOrder.ts';
import { params } from '../../params.ts';
import { assertBand, assertTick, boundPrice, restingPrice } from './priceRules.ts';
import { onlyReduces, unreservedReduction } from './reduceOnly.ts';
import { assertLot } from './sizeRules.ts';
import { assertVolRoom, volLimit } from './volLimit.ts';
import { coreSide, isBuySide, toUusd } from '../../units.ts';

/** An order as it was asked for, whoever asks. */
export type OrderTerms = Omit<MsgPlaceOrder, 'sender' | 'subaccount'> & {
  readonly terms?: Uint8Array | undefined;
};

/**
 * Checks an order against the state, and makes of it what goes to its book: reduced to what it may
 * reduce, and slid to where it may rest.
 * @throws Reject with the code of what is wrong
 */
export function admitOrder(view: View, msg: OrderTerms, subaccountId: bigint): IncomingOrder {
  const series = mustSeriesBySymbol(view, msg.series);
  const account = defined(getSubaccount(view, subaccountId), 'the subaccount of an order');
  if (!takesOrders(view, series)) {
    throw clobErrors.notTrading(`${series.symbol} does not trade (any more): see the markets`);
  }
  if (isFlagged(view, account.id)) {
    throw clobErrors.underLiquidation(
      'this subaccount is being liquidated: deposit until its maintenance margin holds',
    );
  }
  const underlying = mustUnderlyingById(view, series.underlyingId);
  const isBuy = isBuySide(msg.side);
  assertTime(view, msg);
  assertAuctionOpen(view, series, msg.timeInForce === TimeInForce.TIME_IN_FORCE_GTC);
  if (!msg.market) assertTick(underlying, msg.priceUusd);
  const book = booksOf(view).peek(series.id);
  assertRoom(view, msg, account);
  const { volBp } = msg;
  const offer =
    volBp === undefined
      ? msg.priceUusd
      : volLimit(view, { volBp, boundUusd: msg.priceUusd }, series, underlying, isBuy);
  const { reduceOnly, market } = msg;
  const asked = { reduceOnly, market, priceUusd: offer };
  const band = bandFor(view, asked, series, underlying, isBuy);
  const limitUusd = market ? boundPrice(underlying, band, isBuy, msg.priceUusd) : offer;
  const quantity = quantityOf(view, msg, account, series, underlying);
  const isCalled = auctionAt(view, series) !== undefined;
  const priceUusd = isCalled
    ? limitUusd
    : restingPrice(book, underlying, isBuy, limitUusd, msg.postOnly);
  if (msg.timeInForce === TimeInForce.TIME_IN_FORCE_GTC) {
    if (volBp === undefined) assertBookRoom(view, book, isBuy, priceUusd);
    else assertVolRoom(view, series, isBuy);
  }
  const quantityDelta = isBuy ? quantity : -quantity;
  const fill = { subaccountId: account.id, seriesId: series.id, quantityDelta };
  const refusal = refusalOfFill(view, fill);
  if (refusal !== null) throw refusal;
  const reservedUusd = volBp === undefined ? priceUusd : msg.priceUusd;
  const order = { seriesId: series.id, isBuy, quantity, priceUusd: reservedUusd };
  assertOrderMargin(view, account.id, order, () => onlyReduces(view, account.id, msg));
  assertBidCash(view, account, order);
  return {
    series,
    account,
    isBuy,
    quantity,
    priceUusd,
    band,
    timeInForce: msg.timeInForce,
    isPostOnly: msg.postOnly !== 0,
    isReduceOnly: reduceOnly,
    selfTrade: msg.selfTrade,
    clientOrderId: msg.clientOrderId,
    goodTilSeconds: msg.goodTilSeconds || undefined,
    terms: msg.terms,
    isLiquidation: false,
    vol: volBp === undefined ? undefined : { volBp, boundUusd: msg.priceUusd },
  };
}

/** @throws Reject tooLate */
function assertTime({ header }: View, { goodTilSeconds }: OrderTerms): void {
  if (goodTilSeconds === 0n || Number(goodTilSeconds) * 1_000 > header.timeMs) return;
  throw clobErrors.tooLate('the time until which the order is good is past: give a later one');
}

/** Whether an order that may rest finds room in its account. */
function assertRoom(view: View, { timeInForce }: OrderTerms, account: Subaccount): void {
  if (timeInForce !== TimeInForce.TIME_IN_FORCE_GTC) return;
  const refusal = refusalOfOrders(view, account);
  if (refusal !== null) throw refusal;
}

/**
 * Whether an order may rest on its side of the book: a full one gives up its worst order, and only
 * to a better price, so that nobody is locked out by orders that nobody would take.
 * @throws Reject bookFull
 */
function assertBookRoom(view: View, book: Book | undefined, isBuy: boolean, uusd: bigint): void {
  const side = coreSide(isBuy);
  if (book === undefined || book.ordersOf(side) < params.get(view).maxBookOrders) return;
  const worst = book.worst(side);
  if (worst === null) return;
  const worstUusd = toUusd(worst.price);
  if (isBuy ? uusd > worstUusd : uusd < worstUusd) return;
  const [name, where] = isBuy ? ['bids', 'above'] : ['offers', 'below'];
  throw clobErrors.bookFull(
    `the book has as many ${name} as it may: bring one ${where} ${usdText(worstUusd)}, ` +
      'which takes the place of the worst, or trade at once with an IOC order',
  );
}

/** The band, which an order within it may trade in; without live prices only reductions come in. */
function bandFor(
  view: View,
  { reduceOnly, priceUusd, market }: Pick<OrderTerms, 'reduceOnly' | 'priceUusd' | 'market'>,
  series: Series,
  underlying: Underlying,
  isBuy: boolean,
): Band | undefined {
  const band = bandOf(view, series);
  if (band !== undefined) {
    if (!market) assertBand(underlying, band, isBuy, priceUusd);
  } else if (!reduceOnly || market) {
    const why = whyNoBand(view, series);
    throw clobErrors.noMark(
      `prices are not live (${why}): only reduce-only orders and cancels are taken`,
    );
  }
  return band;
}

/** Sizes are in lots. What closes all that is left of a position may be any size. */
function quantityOf(
  view: View,
  { quantity, reduceOnly, side }: OrderTerms,
  account: Subaccount,
  series: Series,
  underlying: Underlying,
): bigint {
  let size = quantity;
  let isClosing = false;
  if (reduceOnly) {
    const left = unreservedReduction(view, account.id, series.id, isBuySide(side));
    if (left === 0n) {
      throw clobErrors.reduceOnly('there is no position (any more) that this order would reduce');
    }
    if (quantity >= left) [size, isClosing] = [left, true];
  }
  const { maxOrder } = underlying;
  if (size > maxOrder) {
    throw clobErrors.badSize(`an order is at most ${contractsText(maxOrder)}: split it`);
  }
  if (!isClosing) assertLot(underlying, size);
  return size;
}
