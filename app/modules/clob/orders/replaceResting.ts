import { TimeInForce } from '../../../../proto/gen/tenor.clob.v1.ts';
import type {
  MsgReplaceOrder,
  MsgReplaceOrderResponse,
  OrderRecord,
  PostOnly,
  SelfTrade,
} from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { mustUnderlyingById, seriesById } from '../../options/index.ts';
import { contractsText } from '../../../lib/amountText.ts';
import { defined } from '../../../lib/assert.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { assertMayTakeBack } from '../auctions/auctionAt.ts';
import { booksOf } from '../books/books.ts';
import { wouldTake } from '../delay/delayed.ts';
import { clobErrors } from '../errors.ts';
import { params } from '../params.ts';
import { infos, orders } from '../state.ts';
import { toNumber } from '../units.ts';
import { admitOrder } from './admit/admitOrder.ts';
import { matchOrder } from './match/matchOrder.ts';
import { assertWentOn } from './msgs/placeOrder.ts';
import { cancelResting, cutResting } from './resting.ts';
import { assertLot } from './admit/sizeRules.ts';

/**
 * Gives a resting order another price or size. No more at the same price keeps its place in time;
 * anything else is a cancel and an order with the same id, of which both or none happens.
 * @throws Reject
 */
export function replaceResting(
  ctx: Ctx,
  msg: MsgReplaceOrder,
  id: bigint,
): MsgReplaceOrderResponse {
  const record = orders.must(ctx, id);
  const series = mustLive(ctx, record);
  assertMayTakeBack(ctx, series.id);
  const { remaining, ...now } = restingNow(ctx, id, record);
  const filled = record.quantity - remaining;
  const quantity = msg.quantity === 0n ? record.quantity : msg.quantity;
  const priceUusd = msg.priceUusd === 0n ? record.priceUusd : msg.priceUusd;
  if (quantity <= filled) {
    throw clobErrors.badSize(
      `${contractsText(filled)} of it are filled: give a larger size, or cancel what is left`,
    );
  }
  if (msg.volBp !== undefined && record.vol === undefined) {
    throw clobErrors.badVol(
      'this order has a price and no volatility: cancel it and place another',
    );
  }
  const left = quantity - filled;
  const volBp = msg.volBp ?? record.vol?.volBp;
  if (priceUusd !== record.priceUusd || volBp !== record.vol?.volBp || left > remaining) {
    return move(ctx, id, record, now, { series, filled, left, priceUusd, volBp });
  }
  if (left < remaining) {
    assertLot(mustUnderlyingById(ctx, series.underlyingId), quantity);
    cutResting(ctx, id, record, left);
  }
  return { orderId: id, filled: 0n, resting: left, keptPriority: true };
}

interface RestingTerms {
  readonly selfTrade: SelfTrade;
  readonly postOnly: PostOnly;
}

/** How an order rests: in its book, or by volatility outside of it. */
function restingNow(
  ctx: Ctx,
  id: bigint,
  { seriesId, vol }: OrderRecord,
): RestingTerms & { readonly remaining: bigint } {
  if (vol !== undefined && vol.left > 0n) return { ...vol, remaining: vol.left };
  const found = booksOf(ctx).must(seriesId).order(toNumber(id)) ?? undefined;
  const { size, stp, postOnly } = defined(found, `order ${id} in its book`);
  const remaining = BigInt(size);
  // Who came to its bound by volatility is in the book without what it was placed with.
  return vol === undefined ? { selfTrade: stp, postOnly, remaining } : { ...vol, remaining };
}

/** One that is not over: what is disabled takes no orders, and nobody is held in it (ADR 162). */
function mustLive(ctx: Ctx, { seriesId }: OrderRecord): Series {
  const series = seriesById(ctx, seriesId);
  const isLive = series !== undefined && Number(series.expirySeconds) * 1_000 > ctx.header.timeMs;
  if (isLive) return series;
  const { symbol } = infos.must(ctx, seriesId);
  throw clobErrors.notTrading(`${symbol} does not trade any more: its orders are being cancelled`);
}

interface Moved {
  readonly series: Series;
  /** Before. */
  readonly filled: bigint;
  readonly left: bigint;
  readonly priceUusd: bigint;
  readonly volBp: number | undefined;
}

function move(
  ctx: Ctx,
  id: bigint,
  record: OrderRecord,
  { selfTrade, postOnly }: RestingTerms,
  { series, filled: filledBefore, left, priceUusd, volBp }: Moved,
): MsgReplaceOrderResponse {
  const { side, reduceOnly, clientOrderId, subaccountId } = record;
  cancelResting(ctx, id, 'replaced');
  const placed = {
    ...{ series: series.symbol, side, quantity: left, priceUusd, reduceOnly },
    goodTilSeconds: record.goodTilSeconds ?? 0n,
    market: false,
    terms: record.terms,
    ...(volBp === undefined ? {} : { volBp }),
    ...{ clientOrderId, postOnly, selfTrade, timeInForce: TimeInForce.TIME_IN_FORCE_GTC },
  };
  const order = admitOrder(ctx, placed, subaccountId);
  if (params.get(ctx).delayTakers && wouldTake(ctx, order)) {
    throw clobErrors.delayed(
      'at this price it would take, and who takes waits for a block: cancel it, and place another',
    );
  }
  const result = matchOrder(ctx, order, { id, filledBefore });
  assertWentOn(result);
  if (result.filled === 0n && result.reason === 'self_trade') {
    throw clobErrors.selfTrade('at this price it would meet your own order: cancel that one first');
  }
  const { filled, resting } = result;
  return { orderId: id, filled, resting, keptPriority: false };
}
