import { weightOf } from './rounding.ts';
import type { FutureLeg, StandardParams } from './types.ts';

/**
 * Margin of the futures of one expiry, uusd: |net|·mark·min(1, base + slope·|net contracts|).
 *
 * @param base 6.5% initial, 5% maintenance at genesis
 * @param withOrders every future's orders count by their worse side: none, all buys or all sells
 * filled, with the loss of their limit against the mark. The margin is convex in the size between
 * −∞ and 0 and between 0 and ∞, so no partial fill is worse than these.
 */
export function futuresMargin(
  futures: readonly FutureLeg[],
  base: number,
  params: StandardParams,
  withOrders: boolean,
): number {
  let held = 0;
  let bought = 0;
  let sold = 0;
  let buyLoss = 0;
  let sellLoss = 0;
  let mark = 0;
  for (const leg of futures) {
    held += leg.quantity;
    mark = Math.max(mark, leg.mark);
    if (!withOrders || !leg.orders) continue;
    const { buyQuantity, buyPrice, sellQuantity, sellPrice } = leg.orders;
    bought += buyQuantity;
    sold += sellQuantity;
    if (buyQuantity > 0) buyLoss += weightOf(buyQuantity) * Math.max(0, buyPrice - leg.mark);
    if (sellQuantity > 0) sellLoss += weightOf(sellQuantity) * Math.max(0, leg.mark - sellPrice);
  }
  const marginOf = (quantity: number): number => {
    const size = Math.abs(quantity);
    const rate = Math.min(1, base + params.futuresRatePerContract * (size / 10_000));
    return weightOf(size) * mark * rate;
  };
  const bySide = Math.max(marginOf(held + bought) + buyLoss, marginOf(held - sold) + sellLoss);
  return Math.max(marginOf(held), bySide);
}
