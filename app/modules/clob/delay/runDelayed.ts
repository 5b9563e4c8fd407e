import type { DelayedOrder } from '../../../../proto/gen/tenor.clob.v1.ts';
import { defined } from '../../../lib/assert.ts';
import { drawn } from '../../../lib/drawn.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { Reject } from '../../../runtime/errors.ts';
import { orderSeed } from '../../../runtime/lastBlock.ts';
import { runAlone } from '../../../runtime/runActions.ts';
import { mustSeriesBySymbol, seriesBySymbol } from '../../options/index.ts';
import { rememberEnded } from '../orders/ended.ts';
import { termsOf } from '../orders/admit/earlierOrder.ts';
import { placeNow, placeOrder } from '../orders/msgs/placeOrder.ts';
import { params } from '../params.ts';
import { delayed } from '../state.ts';
import { dropDelayed } from './delayed.ts';

/** As much as an action may state (ADR 075); what was met until then stays traded. */
const ORDER_GAS = 200_000;

/**
 * At the end of a block, after everybody's cancels and quotes: the orders that would take and came
 * in an earlier block, by owner in an order drawn from this block's hash, which nobody knew when
 * they were sent. A bounded number; what is left is first in the next block.
 */
export function runDelayed(ctx: Ctx): void {
  const { maxDelayedPerBlock } = params.get(ctx);
  for (const order of dueNow(ctx, maxDelayedPerBlock).slice(0, maxDelayedPerBlock)) run(ctx, order);
}

function dueNow(ctx: Ctx, most: number): DelayedOrder[] {
  const seed = orderSeed(ctx);
  const now = BigInt(ctx.header.height);
  const due: { readonly order: DelayedOrder; readonly draw: string }[] = [];
  let last = now;
  for (const [, order] of delayed.entries(ctx)) {
    // Ids ascend with height. Of a later block than that in which there are enough none has a turn.
    if (order.height >= now || order.height > last) break;
    if (due.length + 1 === most) last = order.height;
    due.push({ order, draw: drawn(seed, defined(order.order, 'a delayed order').sender) });
  }
  due.sort(
    (a, b) =>
      compare(a.order.height, b.order.height) ||
      compare(a.draw, b.draw) ||
      compare(a.order.id, b.order.id),
  );
  return due.map(({ order }) => order);
}

const compare = <T extends string | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function run(ctx: Ctx, waiting: DelayedOrder): void {
  dropDelayed(ctx, waiting);
  const msg = defined(waiting.order, 'a delayed order');
  const { id } = waiting;
  const again = {
    ...placeOrder,
    execute(inner: Ctx): Uint8Array {
      placeNow(inner, msg, waiting.subaccountId, termsOf(msg), { id, filledBefore: 0n });
      return new Uint8Array(0);
    },
  };
  const result = runAlone(ctx, { msg, handler: again }, ORDER_GAS);
  if (result instanceof Reject) refuse(ctx, waiting, result);
}

function refuse(ctx: Ctx, { id, subaccountId, order }: DelayedOrder, reason: Reject): void {
  const msg = defined(order, 'a delayed order');
  const { series: symbol, sender: owner, subaccount, quantity } = msg;
  const told = { order_id: id.toString(), series: symbol, owner, subaccount: String(subaccount) };
  const { codespace, code } = reason;
  ctx.emit('order_refused', { ...told, codespace, code: String(code) }, ['order_id']);
  if (seriesBySymbol(ctx, symbol) === undefined) return;
  const { side, priceUusd, clientOrderId, reduceOnly } = msg;
  const record = {
    ...{ seriesId: mustSeriesBySymbol(ctx, symbol).id, symbol, subaccountId, quantity },
    ...{ side, priceUusd, clientOrderId, reduceOnly, createdHeight: BigInt(ctx.header.height) },
    terms: termsOf(msg),
  };
  rememberEnded(ctx, id, record, quantity, 'refused');
}
