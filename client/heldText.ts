import type { Held, HeldOrder } from '../proto/gen/tenor.clob.v1.ts';

/** Named in a sentence at the most. */
const MAX_NAMED = 5;

/** What an auction that is about to end holds of what was to go; null where it holds nothing. */
export function heldText(held: Held | undefined): string | null {
  if (held === undefined || held.orders.length === 0) return null;
  const { orders } = held;
  const names = orders.slice(0, MAX_NAMED).map(nameOf);
  const more = orders.length - names.length;
  const others = more > 0 ? ` and ${more} more` : '';
  return `kept until the auction of its series is over: ${names.join(', ')}${others}`;
}

const nameOf = ({ series, isBuy, orderId, group }: HeldOrder): string =>
  group === undefined
    ? `order ${orderId} of ${series}`
    : `the ${isBuy ? 'bid' : 'ask'} of group ${group} in ${series}`;
