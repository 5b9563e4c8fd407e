import type { BookState } from './bookState.ts';
import type { Ladder } from './ladder.ts';

/** The price at which a call auction clears, and what it clears. */
export interface Clearing {
  /** Ticks. */
  price: number;
  /** Lots that trade. */
  volume: number;
  /** Lots bid at the price or above, less lots offered at it or below. */
  imbalance: number;
}

/** Lots from the best level down to the last whose key is at least `key`, and that level. */
function depthTo(ladder: Ladder, key: number): { depth: number; last: number } {
  let depth = 0;
  let last = -1;
  for (let level = ladder.best; level >= 0; level = ladder.worse(level)) {
    if (ladder.key(level) < key) break;
    depth += ladder.depthAt(level);
    last = level;
  }
  return { depth, last };
}

/**
 * The uniform price of a crossed book: the greatest volume, then the least imbalance, then the
 * price nearest to the reference, among the prices from `min` to `max`. Null when nothing crosses
 * there. Visits each crossed level once.
 *
 * Demand falls and supply rises with the price, so the prices of greatest volume are an interval,
 * and those of least imbalance among them too: the nearest price is the reference moved into it,
 * and there are no ties to break.
 */
export function findClearing(
  state: BookState,
  reference: number,
  min: number,
  max: number,
): Clearing | null {
  const [bids, asks] = state.ladders;
  if (bids.best < 0 || asks.best < 0) return null;
  const low = Math.max(min, 0 - asks.key(asks.best));
  const high = Math.min(max, bids.key(bids.best));
  if (low > high) return null;
  const demand = depthTo(bids, low);
  const supply = depthTo(asks, 0 - low);
  let ask = asks.worse(supply.last);
  const best = { from: 0, to: 0, volume: -1, imbalance: 0 };
  for (let price = low; price <= high;) {
    const lastOfBid = bids.key(demand.last);
    const lastOfAsk = ask < 0 ? high : -1 - asks.key(ask);
    const to = Math.min(high, lastOfBid, lastOfAsk);
    const volume = Math.min(demand.depth, supply.depth);
    const imbalance = demand.depth - supply.depth;
    const isEven = volume === best.volume && Math.abs(imbalance) === Math.abs(best.imbalance);
    const isBetter =
      volume > best.volume ||
      (volume === best.volume && Math.abs(imbalance) < Math.abs(best.imbalance));
    if (isBetter) Object.assign(best, { from: price, to, volume, imbalance });
    else if (isEven) best.to = to;
    price = to + 1;
    if (to === lastOfBid) {
      demand.depth -= bids.depthAt(demand.last);
      demand.last = bids.better(demand.last);
    }
    if (ask >= 0 && to === lastOfAsk) {
      supply.depth += asks.depthAt(ask);
      ask = asks.worse(ask);
    }
  }
  return clearingAt(state, Math.min(Math.max(reference, best.from), best.to), best.volume);
}

function clearingAt(state: BookState, price: number, volume: number): Clearing {
  const imbalance =
    depthTo(state.ladders[0], price).depth - depthTo(state.ladders[1], 0 - price).depth;
  return { price, volume, imbalance };
}
