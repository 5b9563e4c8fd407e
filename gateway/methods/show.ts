import { describeFill, describeOrder } from '../account/describe.ts';
import type { Fill, Order } from '../account/order.ts';
import { describePosition } from '../account/portfolio.ts';
import type { Held } from '../account/portfolio.ts';
import { marginOfPosition, NO_POSITION } from '../account/positionMargins.ts';
import type { Services } from '../services.ts';

/** A position of a series that is listed, with its share of the account's margins. */
export async function shownPosition({ client, market, account }: Services, held: Held) {
  const margin = held.quantity === 0n ? NO_POSITION : await marginOfPosition(client, held);
  const position = describePosition(market, market.mustFind(held.symbol), held, margin);
  // Orders are judged with the account; where none rest nothing is required for them.
  const hasOrders = account.orders.open.some(({ symbol }) => symbol === held.symbol);
  return hasOrders ? position : { ...position, open_orders_margin: 0 };
}

export const shownOrder = ({ trading }: Services, order: Order) =>
  describeOrder(order, trading.labelOf(order));

export function shown({ account, trading, market }: Services, fill: Fill) {
  const order = account.orders.find(fill.orderId);
  const label = order === null ? '' : trading.labelOf(order);
  return describeFill(fill, { order, label, tick: market.tickOf(fill) });
}
