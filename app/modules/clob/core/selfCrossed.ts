import type { BookState } from './bookState.ts';
import type { Ladder } from './ladder.ts';

/** Slots of a side whose key is at least `key`. */
function slotsTo({ arena }: BookState, ladder: Ladder, key: number, into: number[]): void {
  for (let level = ladder.best; level >= 0; level = ladder.worse(level)) {
    if (ladder.key(level) < key) return;
    for (let slot = ladder.head(level); slot >= 0; slot = arena.next(slot)) into.push(slot);
  }
}

/**
 * Slots of the orders of a crossed book that cross an earlier one of their owner, earliest first:
 * as if each had met what its owner had there when it came, and the later had given way. An order
 * that gave way holds nobody off. Visits the crossed orders of both sides once, and sorts them by
 * time.
 */
export function selfCrossed(state: BookState): number[] {
  if (!state.isCrossed()) return [];
  const { arena } = state;
  const [bids, asks] = state.ladders;
  const slots: number[] = [];
  slotsTo(state, bids, 0 - asks.key(asks.best), slots);
  slotsTo(state, asks, 0 - bids.key(bids.best), slots);
  slots.sort((a, b) => arena.sequence(a) - arena.sequence(b));
  /** By owner, the best price of either side that stays, as keys of its ladder. */
  const kept = new Map<number, [bid: number, ask: number]>();
  return slots.filter((slot) => {
    const [owner, side, price] = [arena.owner(slot), arena.side(slot), arena.price(slot)];
    const own = kept.get(owner) ?? [-Infinity, -Infinity];
    const key = side === 0 ? price : 0 - price;
    // Keys of the two sides add up to 0 where their prices are the same.
    if (own[1 - side]! + key >= 0) return true;
    own[side] = Math.max(own[side]!, key);
    kept.set(owner, own);
    return false;
  });
}
