import { markUusd } from './standing.ts';
import { absolute } from './types.ts';
import type { Account, Quotes, Series } from './types.ts';

/** Governed bounds of a block, and of a subaccount (genesis). */
const MAX_FIRED = 20;
const MAX_PRICES = 1_000;
export const MAX_TRIGGERS = 50;

/** An order that waits for a price (ADR 112). */
export interface Trigger {
  readonly id: bigint;
  readonly account: Account;
  readonly series: Series;
  /** Of the index, else of the mark of its series. */
  readonly isIndex: boolean;
  readonly isAbove: boolean;
  readonly levelUusd: bigint;
  /** What it places, as its owner sent it. */
  readonly order: unknown;
  /** The other one of its pair, while that waits. */
  other: bigint | null;
}

export interface Fired {
  readonly trigger: Trigger;
  /** The other one of its pair, which goes with it. */
  readonly taken: Trigger | undefined;
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Marks come before indexes, each by its series (ADR 159: those on an index, too). */
const keyOf = ({ isIndex, series }: Trigger): string =>
  `${isIndex ? 1 : 0}/${String(series.id).padStart(20, '0')}`;

/** At one price: those below it first, and the level that it came to first. */
function before(a: Trigger, b: Trigger): number {
  if (a.isAbove !== b.isAbove) return a.isAbove ? 1 : -1;
  const levels = compare(a.levelUusd, b.levelUusd);
  return (a.isAbove ? levels : -levels) || compare(a.id, b.id);
}

/** Whether the price of a trigger is at its level or beyond; undefined where rounding decides. */
export function isMet(
  { isIndex, isAbove, levelUusd, series }: Omit<Trigger, 'id' | 'account' | 'order' | 'other'>,
  quotes: Quotes,
): boolean | undefined {
  const price = isIndex ? quotes.indexUusd(series.underlyingId) : markUusd(quotes, series);
  if (!isIndex && absolute(price - levelUusd) <= HAIR) return undefined;
  return isAbove ? price >= levelUusd : price <= levelUusd;
}

/** A mark is rounded from doubles. */
const HAIR = 2n;

export class Triggers {
  readonly waiting = new Map<bigint, Trigger>();
  /** The price at which the next block goes on; '' for the first. */
  #cursor = '';

  of(account: Account): Trigger[] {
    return [...this.waiting.values()].filter((trigger) => trigger.account === account);
  }

  /** One that is cancelled leaves the other of its pair alone. */
  cancel(id: bigint): void {
    const { other } = this.waiting.get(id)!;
    this.waiting.delete(id);
    const left = other === null ? undefined : this.waiting.get(other);
    if (left !== undefined) left.other = null;
  }

  cancelAll(account: Account): number {
    const own = this.of(account);
    for (const { id } of own) this.cancel(id);
    return own.length;
  }

  expire(timeMs: number): void {
    for (const { id, series } of [...this.waiting.values()]) {
      if (series.expirySeconds * 1_000 <= timeMs) this.cancel(id);
    }
  }

  /**
   * One after another what fires at the end of a block, so that each finds the venue as the one
   * before left it: round the prices, a bounded number of both.
   */
  *fire(isMet: (trigger: Trigger) => boolean): Generator<Fired> {
    const all = [...new Set([...this.waiting.values()].map(keyOf))].sort();
    const round = [
      ...all.filter((key) => key >= this.#cursor),
      ...all.filter((key) => key < this.#cursor),
    ];
    let [left, looked] = [MAX_FIRED, 0];
    for (const key of round) {
      const here = [...this.waiting.values()].filter((trigger) => keyOf(trigger) === key);
      // The last of them may have gone with the other of its pair.
      if (here.length === 0) continue;
      if (left === 0 || looked++ === MAX_PRICES) {
        this.#cursor = key;
        return;
      }
      const due = here.filter(isMet).sort(before).slice(0, left);
      left -= due.length;
      for (const { id } of due) {
        const trigger = this.waiting.get(id);
        if (trigger === undefined) continue;
        this.waiting.delete(id);
        const taken = trigger.other === null ? undefined : this.waiting.get(trigger.other);
        if (taken !== undefined) this.waiting.delete(taken.id);
        yield { trigger, taken };
      }
    }
    this.#cursor = '';
  }
}
