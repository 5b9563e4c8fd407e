import { allHoldings, countPositions, positionOf } from '../accounts/index.ts';
import {
  BUY_PRICE,
  BUY_QUANTITY,
  IS_CALL,
  QUANTITY,
  ROW,
  SELL_PRICE,
  SELL_QUANTITY,
  SERIES,
  STRIKE,
} from '../accounts/core/holdings.ts';
import type { ExpiryHoldings } from '../accounts/core/holdings.ts';
import type { View } from '../../runtime/context.ts';
import { openOrders, ordersByPrice } from './state.ts';

/** What rests by subaccount and series, summed from the orders one by one. */
interface Resting {
  buyQuantity: bigint;
  highestBid: bigint;
  sellQuantity: bigint;
  lowestOffer: bigint;
}

const NOTHING: Resting = { buyQuantity: 0n, highestBid: 0n, sellQuantity: 0n, lowestOffer: 0n };

function restingOf(view: View): Map<string, Resting> {
  const sums = new Map<string, Resting>();
  for (const [[id], { seriesId, isBuy, quantity, priceUusd }] of openOrders.entries(view)) {
    const sum = sums.get(`${id}/${seriesId}`) ?? { ...NOTHING };
    if (isBuy) {
      sum.buyQuantity += quantity;
      if (priceUusd > sum.highestBid) sum.highestBid = priceUusd;
    } else {
      if (sum.sellQuantity === 0n || priceUusd < sum.lowestOffer) sum.lowestOffer = priceUusd;
      sum.sellQuantity += quantity;
    }
    sums.set(`${id}/${seriesId}`, sum);
  }
  return sums;
}

function wrongRow(view: View, id: bigint, rows: Float64Array, resting: Resting): boolean {
  const held = positionOf(view, id, BigInt(rows[SERIES]!))?.quantity ?? 0n;
  const { buyQuantity, highestBid, sellQuantity, lowestOffer } = resting;
  const expected = [held, buyQuantity, highestBid, sellQuantity, lowestOffer];
  const found = [QUANTITY, BUY_QUANTITY, BUY_PRICE, SELL_QUANTITY, SELL_PRICE];
  return found.some((at, i) => BigInt(rows[at]!) !== expected[i]);
}

const isAscending = ({ rows }: ExpiryHoldings): boolean => {
  for (let at = ROW; at < rows.length; at += ROW) {
    const step = rows[at + STRIKE]! - rows[at + STRIKE - ROW]!;
    if (step < 0 || (step === 0 && rows[at + IS_CALL]! >= rows[at + IS_CALL - ROW]!)) return false;
  }
  return true;
};

/** Each returns null, or a sentence that says what is broken. */
export const invariants: Readonly<Record<string, (view: View) => string | null>> = {
  'flat holdings are the positions and the sums of the orders, in order of strike': (view) => {
    const resting = restingOf(view);
    let positions = 0;
    for (const [id, holdings] of allHoldings(view)) {
      for (const expiry of holdings) {
        if (!isAscending(expiry)) return `subaccount ${id}: rows out of order`;
        for (let at = 0; at < expiry.rows.length; at += ROW) {
          const row = expiry.rows.subarray(at, at + ROW);
          const key = `${id}/${row[SERIES]!}`;
          if (wrongRow(view, id, row, resting.get(key) ?? NOTHING)) {
            return `subaccount ${id}: the row of series ${row[SERIES]!} is ${row.join(' ')}`;
          }
          resting.delete(key);
          if (row[QUANTITY] !== 0) positions++;
        }
      }
    }
    if (resting.size > 0) return `${resting.size} series with orders have no row`;
    const counted = countPositions(view);
    return positions === counted ? null : `${counted} positions, ${positions} rows hold one`;
  },

  'each open order is found by its price, and nothing else': (view) => {
    let listed = 0;
    for (const [[id, seriesId, side, priceUusd, orderId]] of ordersByPrice.entries(view)) {
      listed++;
      const order = openOrders.get(view, [id, orderId]);
      const isSame =
        order?.seriesId === seriesId &&
        order.priceUusd === priceUusd &&
        order.isBuy === (side === 1);
      if (!isSame) return `order ${orderId} is not what its price says`;
    }
    const open = [...openOrders.entries(view)].length;
    return listed === open ? null : `${open} open orders, ${listed} by price`;
  },
};
