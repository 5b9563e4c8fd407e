import { mustSubaccountOf } from '../../accounts/index.ts';
import type { View } from '../../../runtime/context.ts';
import { clobErrors } from '../errors.ts';
import { clientIds, delayed, delayedClientIds, orders } from '../state.ts';

/** How a message names an order of its sender's. */
export interface OrderName {
  readonly sender: string;
  readonly subaccount: number;
  /** 0 when the client's id is given. */
  readonly orderId: bigint;
  readonly clientOrderId: string;
}

/** @throws Reject badRequest */
export function validateName({ orderId, clientOrderId }: OrderName): void {
  if ((orderId === 0n) === (clientOrderId === '')) {
    throw clobErrors.badRequest('give an order id or a client order id, and not both');
  }
}

/** The id of a resting order. @throws Reject unknownOrder, also for orders of others */
export function findOrder(view: View, name: OrderName): bigint {
  const { sender, subaccount, orderId, clientOrderId } = name;
  const { id: account } = mustSubaccountOf(view, sender, subaccount);
  const id = orderId === 0n ? clientIds.get(view, [account, clientOrderId]) : orderId;
  if (id !== undefined && orders.get(view, id)?.subaccountId === account) return id;
  const waiting = orderId === 0n ? delayedClientIds.get(view, [account, clientOrderId]) : orderId;
  if (waiting !== undefined && delayed.get(view, waiting)?.subaccountId === account) {
    throw clobErrors.delayed(
      `order ${waiting} would take, and is placed at the end of the next block: ` +
        'until then nobody changes it',
    );
  }
  throw clobErrors.unknownOrder(
    `subaccount ${subaccount} has no open order ${clientOrderId || orderId.toString()}: ` +
      'it was filled or cancelled before, or is of another subaccount',
  );
}
