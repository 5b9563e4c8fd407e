/** Accounts asked for at once. */
const PAGE = 64;

export interface Round {
  /** The last account of the round before; 0 to begin with the first. */
  readonly after: bigint;
  /** How much the visits may cost. */
  readonly budget: number;
  /** At most `limit` ids greater than `after`, ascending. */
  readonly page: (after: bigint, limit: number) => readonly bigint[];
  /** Returns its cost, at least 1; undefined ends the round before this account. */
  readonly visit: (id: bigint) => number | undefined;
}

/**
 * Visits accounts in the order of their ids, each once, on from where the last round ended, as far
 * as the budget goes. Returns where the next round goes on: after the last one visited, or 0 when
 * all were.
 */
export function goAround(round: Round): bigint {
  const { after, page } = round;
  let left = round.budget;
  let last = after;
  for (const [from, to] of [[after, undefined] as const, [0n, after] as const]) {
    let at = from;
    for (let ids = page(at, PAGE); ids.length > 0; ids = page(at, PAGE)) {
      for (const id of ids) {
        if (to !== undefined && id > to) return 0n;
        const cost = left > 0 ? round.visit(id) : undefined;
        if (cost === undefined) return last;
        left -= cost;
        last = at = id;
      }
    }
  }
  return 0n;
}
