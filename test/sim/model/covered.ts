import { fillFee, UNITS } from './types.ts';
import type { Account, Order, Quotes, Series } from './types.ts';

/** A change to judge: cash, a position, an order beside the others, a resting one that is gone. */
export interface CoveredChange {
  readonly cashUusd?: bigint;
  readonly position?: { readonly series: Series; readonly quantity: bigint };
  readonly order?: Pick<Order, 'series' | 'isBuy' | 'priceUusd'> & { readonly left: bigint };
  readonly taken?: { readonly order: Order; readonly quantity: bigint };
}

interface Leg {
  readonly series: Series;
  held: bigint;
  bid: bigint;
  highestUusd: bigint;
  offered: bigint;
}

/** More than all the money there is. */
const UNBOUNDED = 1n << 62n;

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const payoff = ({ isCall, strikeUusd }: Series, price: bigint): bigint =>
  larger(isCall ? price - strikeUusd : strikeUusd - price, 0n);

/** The fee that a bid may cost at most: that of a taker when the index has doubled (ADR 077). */
export function bidCost(
  quotes: Quotes,
  order: Pick<Order, 'series' | 'priceUusd'>,
  left: bigint,
): bigint {
  const { series, priceUusd } = order;
  const fee = fillFee(2n * quotes.indexUusd(series.underlyingId), priceUusd, left, 100n);
  return (priceUusd * left) / UNITS + fee;
}

/**
 * What the cash of a covered account leaves when each expiry settles where it costs most (ADR 105):
 * with its orders, and without. Below 0 it is not covered.
 */
export function coverOf(
  account: Account,
  quotes: Quotes,
  change: CoveredChange = {},
): { readonly initialUusd: bigint; readonly maintenanceUusd: bigint } {
  const cash = account.cashUusd + (change.cashUusd ?? 0n);
  let [initialUusd, maintenanceUusd] = [cash, cash];
  for (const legs of legsOf(account, quotes, change)) {
    initialUusd -= worst(legs, quotes, true);
    maintenanceUusd -= worst(legs, quotes, false);
  }
  return { initialUusd, maintenanceUusd };
}

function legsOf(account: Account, quotes: Quotes, change: CoveredChange): Leg[][] {
  const legs = new Map<bigint, Leg>();
  const legOf = (series: Series): Leg => {
    const none = { held: 0n, bid: 0n, highestUusd: 0n, offered: 0n };
    const found = legs.get(series.id) ?? { series, ...none };
    legs.set(series.id, found);
    return found;
  };
  for (const [id, quantity] of account.positions) legOf(quotes.series(id)).held += quantity;
  const { position, order, taken } = change;
  if (position !== undefined) legOf(position.series).held += position.quantity;
  for (const resting of [...account.orders, ...(order === undefined ? [] : [order])]) {
    const left = resting.left - (taken?.order === resting ? taken.quantity : 0n);
    if (left === 0n) continue;
    const leg = legOf(resting.series);
    if (resting.isBuy) {
      leg.bid += left;
      leg.highestUusd = larger(leg.highestUusd, resting.priceUusd);
    } else leg.offered += left;
  }
  const expiries = new Map<string, Leg[]>();
  for (const leg of legs.values()) {
    const key = `${leg.series.underlyingId}/${leg.series.expirySeconds}`;
    expiries.set(key, [...(expiries.get(key) ?? []), leg]);
  }
  return [...expiries.values()];
}

/** The most that an expiry can lose, at 0 or at a strike; for ever more where calls are short. */
function worst(legs: readonly Leg[], quotes: Quotes, withOrders: boolean): bigint {
  const offered = (leg: Leg) => (withOrders ? leg.offered : 0n);
  const calls = legs.filter(({ series }) => series.isCall);
  if (calls.reduce((sum, leg) => sum + leg.held - offered(leg), 0n) < 0n) return UNBOUNDED;
  const costOf = (leg: Leg) =>
    withOrders && leg.bid > 0n
      ? bidCost(quotes, { series: leg.series, priceUusd: leg.highestUusd }, leg.bid)
      : 0n;
  const lossAt = (price: bigint) =>
    legs.reduce((sum, leg) => {
      const value = payoff(leg.series, price);
      const selling = (value * offered(leg)) / UNITS;
      const buying = withOrders ? costOf(leg) - (value * leg.bid) / UNITS : 0n;
      return sum - (value * leg.held) / UNITS + larger(selling, larger(buying, 0n));
    }, 0n);
  const bids = legs.reduce((sum, leg) => sum + costOf(leg), 0n);
  return [0n, ...legs.map(({ series }) => series.strikeUusd)].map(lossAt).reduce(larger, bids);
}
