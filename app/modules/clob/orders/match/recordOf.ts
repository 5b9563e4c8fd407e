import { PostOnly } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { OrderRecord } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { Ctx } from '../../../../runtime/context.ts';
import { takeOut } from '../../vols/volMakers.ts';
import { sideOf } from '../../units.ts';
import type { IncomingOrder } from './incomingOrder.ts';

/** What state keeps of an order. */
export function recordOf(order: IncomingOrder, filledBefore: bigint, height: number): OrderRecord {
  const { series, account, isBuy, quantity, isReduceOnly, clientOrderId } = order;
  const { goodTilSeconds, terms, vol, isPostOnly, selfTrade } = order;
  const postOnly = isPostOnly ? PostOnly.POST_ONLY_REJECT : PostOnly.POST_ONLY_NONE;
  return {
    seriesId: series.id,
    subaccountId: account.id,
    quantity: filledBefore + quantity,
    clientOrderId,
    reduceOnly: isReduceOnly,
    createdHeight: BigInt(height),
    side: sideOf(isBuy),
    priceUusd: vol === undefined ? order.priceUusd : vol.boundUusd,
    ...(goodTilSeconds === undefined ? {} : { goodTilSeconds }),
    ...(terms === undefined ? {} : { terms }),
    ...(vol === undefined ? {} : { vol: { volBp: vol.volBp, left: 0n, selfTrade, postOnly } }),
  };
}

/**
 * Of an order that the book has taken in: one by volatility stays there only at its bound, and else
 * waits outside, priced when somebody comes.
 */
export function restingRecord(
  ctx: Ctx,
  id: bigint,
  { series, priceUusd }: IncomingOrder,
  record: OrderRecord,
): OrderRecord {
  if (record.vol === undefined || priceUusd === record.priceUusd) return record;
  return { ...record, vol: { ...record.vol, left: takeOut(ctx, series.id, id) } };
}
