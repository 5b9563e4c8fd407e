import { describeFill, describeOrder } from '../account/describe.ts';
import type { Fill, Order } from '../account/order.ts';
import { describePosition } from '../account/portfolio.ts';
import type { Held } from '../account/portfolio.ts';
import { marginOfPosition, NO_POSITION } from '../account/positionMargins.ts';
import type { Services } from '../services.ts';

/** A position of a series that is listed, with its share of the account's margins. */
export async function shownPosition({ client, market }: Services, held: Held) {
  const margin = held.quantity === 0n ? NO_POSITION : await marginOfPosition(client, held);
  return describePosition(market, market.mustFind(held.symbol), held, margin);
}

export const shownOrder = ({ trading }: Services, order: Order) =>
  describeOrder(order, trading.labelOf(order));

export function shown({ account, trading, market }: Services, fill: Fill) {
  const order = account.orders.find(fill.orderId);
  const label = order === null ? '' : trading.labelOf(order);
  return describeFill(fill, { order, label, tick: market.tickOf(fill) });
}
