import { SelfTrade, TimeInForce } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { getSubaccount } from '../../../accounts/index.ts';
import { defined } from '../../../../lib/assert.ts';
import { bandOf } from '../../../margin/index.ts';
import { CENT_UUSD } from '../../../options/core/index.ts';
import { seriesById } from '../../../options/index.ts';
import type { Ctx } from '../../../../runtime/context.ts';
import { auctionAt, takesOrders } from '../../auctions/auctionAt.ts';
import { booksOf } from '../../books/books.ts';
import { volCount } from '../../vols/ladder.ts';
import { matchOrder } from './matchOrder.ts';
import { reducibleBy } from '../admit/reduceOnly.ts';

export interface LiquidationOrder {
  readonly subaccountId: bigint;
  readonly seriesId: bigint;
  readonly isBuy: boolean;
  /** 1e-4 contracts; cut to what reduces the position. */
  readonly quantity: bigint;
  /** The worst price, a contract; cut to the band and to a whole cent. */
  readonly priceUusd: bigint;
}

/**
 * Closes a position of an unhealthy account against the book at once, at most up to a price: IOC,
 * reduce-only, inside the band. The account's own margin is not asked; its counterparties' is. The
 * owner's orders in other subaccounts are cancelled where they stand in the way. Fills nothing, and
 * writes nothing, when the series does not trade, has no live price or nobody offers.
 */
export function placeLiquidationOrder(ctx: Ctx, order: LiquidationOrder): { filled: bigint } {
  const { subaccountId, seriesId, isBuy } = order;
  const series = seriesById(ctx, seriesId);
  if (series === undefined || !takesOrders(ctx, series)) return { filled: 0n };
  if (auctionAt(ctx, series) !== undefined) return { filled: 0n };
  const band = bandOf(ctx, series);
  if (band === undefined) return { filled: 0n };
  const reducible = reducibleBy(ctx, subaccountId, seriesId, isBuy);
  const quantity = order.quantity < reducible ? order.quantity : reducible;
  const priceUusd = isBuy
    ? floorCent(smaller(order.priceUusd, band.highUusd))
    : ceilCent(larger(order.priceUusd, band.lowUusd));
  const book = booksOf(ctx).peek(seriesId);
  const best = isBuy ? book?.bestAsk() : book?.bestBid();
  const isNobodyThere = (best ?? null) === null && volCount(ctx, seriesId, !isBuy) === 0;
  if (quantity <= 0n || isNobodyThere) return { filled: 0n };
  const { filled } = matchOrder(ctx, {
    series,
    account: defined(getSubaccount(ctx, subaccountId), 'the subaccount'),
    ...{ isBuy, quantity, priceUusd, band },
    timeInForce: TimeInForce.TIME_IN_FORCE_IOC,
    isPostOnly: false,
    isReduceOnly: true,
    selfTrade: SelfTrade.SELF_TRADE_EXPIRE_MAKER,
    clientOrderId: '',
    isLiquidation: true,
  });
  return { filled };
}

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
const larger = (a: bigint, b: bigint) => (a > b ? a : b);
const floorCent = (uusd: bigint) => uusd - (uusd % CENT_UUSD);
const ceilCent = (uusd: bigint) => floorCent(uusd + CENT_UUSD - 1n);
