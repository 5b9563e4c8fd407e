import { bidCost } from './covered.ts';
import { mostFilled } from './reserve.ts';
import type { Account, Order, Quotes } from './types.ts';

/** Cash that bids take at most (ADR 077): of those that rest and one more, and of groups. */
export function bidsCost(
  account: Account,
  quotes: Quotes,
  more: readonly Pick<Order, 'series' | 'isBuy' | 'priceUusd' | 'left'>[] = [],
): bigint {
  return [...account.orders, ...more]
    .filter(({ isBuy }) => isBuy)
    .reduce((sum, order) => sum + bidCost(quotes, order, order.left), groupsCost(account, quotes));
}

/** What can fill of each group, at its highest bid, and a uusd a unit for the rounding of fees. */
const groupsCost = ({ groups }: Account, quotes: Quotes): bigint =>
  groups.reduce((sum, group) => {
    const bids = group.quotes.filter(({ isBuy }) => isBuy);
    if (bids.length === 0) return sum;
    const highest = bids.reduce((a, b) => (b.priceUusd > a.priceUusd ? b : a));
    const most = mostFilled(group);
    return sum + bidCost(quotes, highest, most) + most;
  }, 0n);
