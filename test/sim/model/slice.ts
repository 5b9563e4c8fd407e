import { judge, TOLERANCE_USD } from './margin.ts';
import type { Model } from './model.ts';
import { PPB } from './schedule.ts';
import { markUusd } from './standing.ts';
import { absolute, ceilOf, UNITS } from './types.ts';
import type { Account, Quotes, Series } from './types.ts';

const HALVINGS = 8;

/** A leg of the account as it is before any of it is sold. */
export interface Leg {
  readonly series: Series;
  readonly quantity: bigint;
  readonly mark: bigint;
}

/** Units of a leg up to a share of the account, away from zero. */
const upTo = (quantity: bigint, ppb: bigint): bigint => {
  const units = ceilOf(absolute(quantity) * ppb, PPB);
  return quantity < 0n ? -units : units;
};

export interface Slice {
  readonly from: bigint;
  readonly to: bigint;
}

/** What a slice is: quantities, and what they cost at the marks, rounded up for who gets them. */
const sliceOf = (legs: readonly Leg[], { from, to }: Slice) =>
  legs
    .map(({ series, quantity: held, mark }) => {
      const quantity = upTo(held, to) - upTo(held, from);
      return { series, quantity, premium: ceilOf(quantity * mark, UNITS) };
    })
    .filter(({ quantity }) => quantity !== 0n);

export const legsOf = ({ positions }: Account, quotes: Quotes): Leg[] =>
  [...positions]
    .sort(([a], [b]) => Number(a - b))
    .map(([id, quantity]) => {
      const series = quotes.series(id);
      return { series, quantity, mark: markUusd(quotes, series) };
    });

/** Whether a bidder could hold a slice with cash beside it; undefined where rounding decides. */
export function canCarry(
  bidder: Account,
  legs: readonly Leg[],
  slice: Slice,
  cash: bigint,
  quotes: Quotes,
): boolean | undefined {
  if (bidder.liquidation !== null) return false;
  const positions = new Map(bidder.positions);
  let cashUusd = bidder.cashUusd + cash;
  for (const { series, quantity, premium } of sliceOf(legs, slice)) {
    const held = (positions.get(series.id) ?? 0n) + quantity;
    if (held === 0n) positions.delete(series.id);
    else positions.set(series.id, held);
    cashUusd -= premium;
  }
  if (cashUusd < 0n) return false;
  const { initial } = judge({ ...bidder, cashUusd, positions }, quotes);
  return Math.abs(initial) < TOLERANCE_USD ? undefined : initial > 0;
}

/** The largest fraction that a bidder can carry, as halvings find it. */
export function carried(
  wanted: bigint,
  can: (ppb: bigint) => boolean | undefined,
): bigint | undefined {
  if (wanted <= 0n) return 0n;
  const whole = can(wanted);
  if (whole !== false) return whole && wanted;
  let [low, high] = [0n, wanted];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2n;
    const may = middle > 0n && can(middle);
    if (may === undefined) return undefined;
    if (may) low = middle;
    else high = middle;
  }
  return low;
}

/** Moves a slice to a bidder: each leg at its mark, and so much cash beside it. */
export function moveSlice(
  model: Model,
  account: Account,
  bidder: Account,
  legs: readonly Leg[],
  slice: Slice,
  cash: bigint,
): void {
  for (const { series, quantity, premium } of sliceOf(legs, slice)) {
    if (quantity > 0n) model.exchange(bidder, account, series, quantity, premium);
    else model.exchange(account, bidder, series, -quantity, -premium);
  }
  account.cashUusd -= cash;
  bidder.cashUusd += cash;
}
