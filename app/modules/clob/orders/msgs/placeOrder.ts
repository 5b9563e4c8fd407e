import {
  MsgPlaceOrder,
  MsgPlaceOrderResponse,
  PostOnly,
  Side,
  TimeInForce,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { marginErrors } from '../../../margin/index.ts';
import type { Ctx } from '../../../../runtime/context.ts';
import { BlockClass } from '../../../../runtime/blockClass.ts';
import { handler } from '../../../../runtime/module.ts';
import { earlierOrder, termsOf } from '../admit/earlierOrder.ts';
import { admitOrder } from '../admit/admitOrder.ts';
import { contractsText, usdText } from '../../../../lib/amountText.ts';
import { clobErrors } from '../../errors.ts';
import { delay, wouldTake } from '../../delay/delayed.ts';
import { gateOrder } from '../match/gateOrder.ts';
import { matchOrder, newOrderId } from '../match/matchOrder.ts';
import type { MatchResult, Replaced } from '../match/matchOrder.ts';
import { params } from '../../params.ts';
import { MAX_PRICE_UUSD, MAX_QUANTITY } from '../../units.ts';

const CLIENT_ORDER_ID = /^[!-~]{0,36}$/;

/** Places an order: it trades what it can at once, and rests or is cancelled for the rest. */
export const placeOrder = handler({
  codec: MsgPlaceOrder,
  response: MsgPlaceOrderResponse,
  feeExempt: true,
  sessionClass: 'order',
  // Its own margin, and a maker or two.
  gas: 30_000,
  blockClass: ({ postOnly }) =>
    postOnly === PostOnly.POST_ONLY_NONE ? BlockClass.TAKE : BlockClass.MAKE,
  signer: (msg) => msg.sender,
  validate: validateOrder,
  execute(ctx, msg) {
    const { id } = mustSubaccountOf(ctx, msg.sender, msg.subaccount);
    const terms = termsOf(msg);
    const earlier = earlierOrder(ctx, id, msg, terms);
    if (earlier !== undefined) return earlier;
    return placeNow(ctx, msg, id, terms, undefined, params.get(ctx).delayTakers);
  },
});

/**
 * Puts an order into its book, or, where those that would take wait, keeps it for the end of the
 * next block.
 */
export function placeNow(
  ctx: Ctx,
  msg: MsgPlaceOrder,
  subaccountId: bigint,
  terms: Uint8Array | undefined,
  again?: Replaced,
  isDelayed = false,
): MsgPlaceOrderResponse {
  const order = admitOrder(ctx, { ...msg, terms }, subaccountId);
  if (isDelayed && wouldTake(ctx, order)) {
    gateOrder(ctx, order);
    const orderId = newOrderId(ctx);
    delay(ctx, orderId, subaccountId, msg);
    return { orderId, filled: 0n, resting: 0n, delayed: true };
  }
  const result = matchOrder(ctx, order, again);
  assertWentOn(result);
  if (msg.market) assertTook(result, msg);
  const { orderId, filled, resting } = result;
  return { orderId, filled, resting };
}

/** What can be said of an order without state. @throws Reject */
export function validateOrder(msg: MsgPlaceOrder): void {
  addressBytes(msg.sender);
  const { side, quantity, priceUusd, timeInForce, postOnly, clientOrderId } = msg;
  if (side === Side.SIDE_NONE) throw clobErrors.badOrder('an order buys or sells: give a side');
  assertQuantity(quantity);
  assertPrice(priceUusd);
  const isGtc = timeInForce === TimeInForce.TIME_IN_FORCE_GTC;
  if (postOnly !== PostOnly.POST_ONLY_NONE && !isGtc) {
    throw clobErrors.badOrder('a post-only order rests: it cannot be IOC or FOK');
  }
  if (msg.market && isGtc) {
    throw clobErrors.badOrder('a market order never rests: make it IOC or FOK');
  }
  assertVol(msg.volBp, msg.market);
  if (msg.goodTilSeconds < 0n || (msg.goodTilSeconds > 0n && !isGtc)) {
    throw clobErrors.badOrder('good until a time, in Unix seconds, is only an order that rests');
  }
  if (!CLIENT_ORDER_ID.test(clientOrderId)) {
    throw clobErrors.badOrder('a client order id is at most 36 printable characters, no spaces');
  }
}

/** In 1e-4: more than nothing, and no more than 1,000%. */
const MAX_VOL_BP = 100_000;

/** @throws Reject badVol */
export function assertVol(volBp: number | undefined, isMarket = false): void {
  if (volBp === undefined) return;
  if (volBp < 1 || volBp > MAX_VOL_BP) {
    throw clobErrors.badVol(`a volatility is 0.01% to ${MAX_VOL_BP / 100}%`);
  }
  if (isMarket) throw clobErrors.badVol('a market order has no volatility: give its bound alone');
}

/** @throws Reject badSize */
export function assertQuantity(quantity: bigint): void {
  if (quantity === 0n) throw clobErrors.badSize('an order is for more than nothing');
  if (quantity > MAX_QUANTITY) {
    throw clobErrors.badSize(`no order is for as much as ${contractsText(quantity)}`);
  }
}

/** @throws Reject badTick */
export function assertPrice(priceUusd: bigint): void {
  if (priceUusd === 0n) throw clobErrors.badTick('a price is more than zero');
  if (priceUusd > MAX_PRICE_UUSD) {
    throw clobErrors.badTick(`no price is as high as ${usdText(priceUusd)}`);
  }
}

/**
 * An order that stopped before its first fill is refused: that says more than one that came and
 * went.
 * @throws Reject
 */
export function assertWentOn({ filled, reason }: MatchResult): void {
  if (filled === 0n && reason === 'margin') {
    throw marginErrors.insufficientMargin(
      'the margin does not allow its first fill: deposit more, or trade a smaller size',
    );
  }
  if (filled === 0n && reason === 'no_mark') {
    throw clobErrors.noMark('nothing trades until its prices are live: let it rest, or wait');
  }
}

/** @throws Reject nothingToTake of a market order that found nobody */
function assertTook({ filled, reason }: MatchResult, { priceUusd, side }: MsgPlaceOrder): void {
  if (filled > 0n || reason !== 'ioc_remainder') return;
  const who = side === Side.SIDE_BUY ? 'nobody offers' : 'nobody bids';
  throw clobErrors.nothingToTake(
    `${who} at ${usdText(priceUusd)} or better within the price band: see the book`,
  );
}
