import { describeFill, describeOrder } from '../account/describe.ts';
import type { Fill, Order } from '../account/order.ts';
import type { Services } from '../services.ts';

export const shownOrder = ({ trading }: Services, order: Order) =>
  describeOrder(order, trading.labelOf(order));

export function shown({ account, trading, market }: Services, fill: Fill) {
  const order = account.orders.find(fill.orderId);
  const label = order === null ? '' : trading.labelOf(order);
  return describeFill(fill, { order, label, tick: market.tickOf(fill) });
}
