import type { Order, OrderRecord, QueryOrderRequest } from '../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../accounts/index.ts';
import { reservedOf } from '../../margin/index.ts';
import type { View } from '../../../runtime/context.ts';
import { clobErrors } from '../errors.ts';
import * as state from '../state.ts';
import { validateName } from './findOrder.ts';

interface Open {
  readonly id: bigint;
  readonly owner: string;
  readonly subaccount: number;
  readonly remaining: bigint;
}

type Kept = Omit<OrderRecord, 'subaccountId' | 'terms'>;

/** What is kept of an order, and what is not. */
function describe(record: Kept, more: Omit<Order, keyof Kept>): Order {
  const { seriesId, side, priceUusd, quantity, clientOrderId, reduceOnly } = record;
  const { createdHeight, goodTilSeconds } = record;
  return {
    ...{ seriesId, side, priceUusd, quantity, clientOrderId, reduceOnly, createdHeight },
    ...(goodTilSeconds === undefined ? {} : { goodTilSeconds }),
    ...more,
  };
}

/** A resting order. */
export function describeOpen(view: View, { id, owner, subaccount, remaining }: Open): Order {
  const record = state.orders.must(view, id);
  const { symbol } = state.infos.must(view, record.seriesId);
  const filled = record.quantity - remaining;
  return describe(record, { id, symbol, owner, subaccount, remaining, filled, status: 'open' });
}

/**
 * An order of a subaccount, open or ended not long ago.
 * @throws Reject badRequest, unknownOrder
 */
export function showOrder(view: View, request: QueryOrderRequest): Order {
  const { owner, subaccount, orderId, clientOrderId } = request;
  validateName({ sender: owner, ...request });
  const { id: account } = mustSubaccountOf(view, owner, subaccount);
  const key = [account, clientOrderId] as const;
  const id =
    orderId === 0n
      ? (state.clientIds.get(view, key) ?? state.endedClientIds.get(view, key))
      : orderId;
  if (id !== undefined && state.orders.get(view, id)?.subaccountId === account) {
    const remaining = reservedOf(view, account, id).quantity;
    return describeOpen(view, { id, owner, subaccount, remaining });
  }
  const ended = id === undefined ? undefined : state.ended.get(view, id);
  if (ended?.subaccountId === account) {
    const { symbol, filled, reason: status, endedHeight } = ended;
    const more = { id: ended.id, symbol, owner, subaccount, remaining: 0n, filled, status };
    return describe(ended, { ...more, endedHeight });
  }
  throw clobErrors.unknownOrder(
    `subaccount ${subaccount} has no order ${clientOrderId || orderId.toString()}, ` +
      'or it ended too long ago to be known',
  );
}
