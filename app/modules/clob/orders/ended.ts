import type { EndedOrder, OrderRecord } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import type { Attachment, Joined } from '../../../store/state.ts';
import { params } from '../params.ts';
import * as state from '../state.ts';
import type { EndReason } from './reasons.ts';

/** Blocks whose ended orders are forgotten with each new one: more than a block adds. */
const MAX_FORGOTTEN = 4;

/** Orders that ended in the block, as they did; it follows the marks of the state. */
class EndedNow implements Joined {
  orders: EndedOrder[] = [];

  mark(): number {
    return this.orders.length;
  }

  rollback(mark: number): void {
    this.orders.length = mark;
  }

  /** They are in the record of their block. */
  flush(): void {
    this.orders = [];
  }
}

const attachment: Attachment<EndedNow> = { name: 'clob/endedNow', create: () => new EndedNow() };
const endedNowOf = (view: View): EndedNow => view.state.attach(attachment);

/** Remembers an order that has ended, for a governed time. */
export function rememberEnded(
  ctx: Ctx,
  id: bigint,
  record: OrderRecord & { readonly symbol: string },
  left: bigint,
  reason: EndReason,
): void {
  const { maxEndedOrders } = params.get(ctx);
  if (maxEndedOrders === 0) return;
  const { clientOrderId, subaccountId, seriesId, symbol, side, priceUusd, quantity } = record;
  const { reduceOnly, createdHeight, goodTilSeconds, terms, vol } = record;
  // No object is spread where a block has thousands: that costs more than all the rest of it.
  const ended: EndedOrder = {
    id,
    seriesId,
    symbol,
    subaccountId,
    side,
    priceUusd,
    quantity,
    filled: quantity - left,
    clientOrderId,
    reduceOnly,
    createdHeight,
    reason,
    endedHeight: BigInt(ctx.header.height),
  };
  if (goodTilSeconds !== undefined) ended.goodTilSeconds = goodTilSeconds;
  if (terms !== undefined) ended.terms = terms;
  if (vol !== undefined) ended.volBp = vol.volBp;
  state.ended.set(ctx, id, ended);
  endedNowOf(ctx).orders.push(ended);
  if (clientOrderId !== '') state.endedClientIds.set(ctx, [subaccountId, clientOrderId], id);
}

/** Writes down what ended in this block: one record for all of them. */
export function storeEnded(ctx: Ctx): void {
  const orders = endedNowOf(ctx).orders.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (orders.length === 0) return;
  const timeMs = BigInt(ctx.header.timeMs);
  state.endedBlocks.set(ctx, nextEnded(ctx), { timeMs, orders });
}

/** How many orders ever ended: a block is stored under the number before its first. */
function nextEnded(view: View): bigint {
  for (const [first, { orders }] of state.endedBlocks.entries(view, { reverse: true })) {
    return first + BigInt(orders.length);
  }
  return 0n;
}

/** Forgets what ended too long ago, or is more than is kept: a few blocks at a time. */
export function forgetEnded(ctx: Ctx): void {
  const { endedOrdersSeconds, maxEndedOrders } = params.get(ctx);
  const next = nextEnded(ctx);
  const oldestMs = BigInt(ctx.header.timeMs) - BigInt(endedOrdersSeconds) * 1_000n;
  let blocks = 0;
  for (const [first, { timeMs, orders }] of state.endedBlocks.entries(ctx)) {
    const isKept = timeMs > oldestMs && next - first <= BigInt(maxEndedOrders);
    if (isKept || blocks++ === MAX_FORGOTTEN) return;
    state.endedBlocks.delete(ctx, first);
    for (const order of orders) forget(ctx, order);
  }
}

function forget(ctx: Ctx, { id, subaccountId, clientOrderId }: EndedOrder): void {
  state.ended.delete(ctx, id);
  if (clientOrderId !== '') state.endedClientIds.delete(ctx, [subaccountId, clientOrderId]);
}

/** Fills the derived collections from the records. */
export function rebuildEnded(ctx: Ctx): void {
  for (const [, { orders }] of state.endedBlocks.entries(ctx)) {
    for (const order of orders) {
      const { id, subaccountId, clientOrderId } = order;
      state.ended.set(ctx, id, order);
      if (clientOrderId !== '') state.endedClientIds.set(ctx, [subaccountId, clientOrderId], id);
    }
  }
}
