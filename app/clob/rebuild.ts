import { defined } from '../lib/assert.ts';
import type { Ctx } from '../runtime/context.ts';
import { booksOf } from './books.ts';
import { reserve } from './resting.ts';
import { clientIds, expiring, infos, orders } from './state.ts';
import { toNumber } from './units.ts';

/** Fills the derived collections of a state that has none, and tells margin what rests. */
export function rebuild(ctx: Ctx): void {
  for (const [seriesId, { expirySeconds }] of infos.entries(ctx)) {
    expiring.set(ctx, [expirySeconds, seriesId], true);
  }
  const books = booksOf(ctx);
  for (const [id, record] of orders.entries(ctx)) {
    const { seriesId, subaccountId, clientOrderId } = record;
    const resting = books.must(seriesId).order(toNumber(id)) ?? undefined;
    reserve(ctx, id, record, BigInt(defined(resting, `order ${id} in its book`).size));
    if (clientOrderId !== '') clientIds.set(ctx, [subaccountId, clientOrderId], id);
  }
}
