import type { BookState } from './bookState.ts';
import type { Ladder } from './ladder.ts';
import { selfCrossed } from './selfCrossed.ts';

/** The price at which a call auction clears, and what it clears. */
export interface Clearing {
  /** Ticks. */
  price: number;
  /** Lots that trade. */
  volume: number;
  /** Lots bid at the price or above, less lots offered at it or below. */
  imbalance: number;
}

/** A side of the book without what crosses its own owner's earlier orders. */
class Curve {
  readonly ladder: Ladder;
  /** By level. */
  readonly #left = new Map<number, number>();

  constructor({ ladders, arena }: BookState, side: 0 | 1, without: readonly number[]) {
    this.ladder = ladders[side];
    for (const slot of without) {
      if (arena.side(slot) !== side) continue;
      const level = arena.level(slot);
      this.#left.set(level, (this.#left.get(level) ?? 0) + arena.size(slot));
    }
  }

  /** Lots of a level. */
  depthAt(level: number): number {
    return this.ladder.depthAt(level) - (this.#left.get(level) ?? 0);
  }

  /** Lots from the best level down to the last whose key is at least `key`, and that level. */
  depthTo(key: number): { depth: number; last: number } {
    const { ladder } = this;
    let depth = 0;
    let last = -1;
    for (let level = ladder.best; level >= 0; level = ladder.worse(level)) {
      if (ladder.key(level) < key) break;
      depth += this.depthAt(level);
      last = level;
    }
    return { depth, last };
  }
}

/**
 * The uniform price of a crossed book: the greatest volume, then the least imbalance, then the
 * price nearest to the reference, among the prices from `min` to `max`. Null when nothing crosses
 * there. Of an owner's orders that cross each other only the earlier count: nobody moves the price
 * with orders that can only meet his own. Visits each crossed level once.
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
  const without = selfCrossed(state);
  const [buyers, sellers] = [new Curve(state, 0, without), new Curve(state, 1, without)];
  const demand = buyers.depthTo(low);
  const supply = sellers.depthTo(0 - low);
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
      demand.depth -= buyers.depthAt(demand.last);
      demand.last = bids.better(demand.last);
    }
    if (ask >= 0 && to === lastOfAsk) {
      supply.depth += sellers.depthAt(ask);
      ask = asks.worse(ask);
    }
  }
  if (best.volume === 0) return null;
  const price = Math.min(Math.max(reference, best.from), best.to);
  const imbalance = buyers.depthTo(price).depth - sellers.depthTo(0 - price).depth;
  return { price, volume: best.volume, imbalance };
}
