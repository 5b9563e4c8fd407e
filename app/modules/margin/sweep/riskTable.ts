import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import {
  getSubaccount,
  holdingsOf,
  isRisky,
  riskyAccounts,
  takeChanged,
} from '../../accounts/index.ts';
import { QUANTITY, ROW, SERIES } from '../../accounts/core/holdings.ts';
import type { ExpiryHoldings, Holdings } from '../../accounts/core/holdings.ts';
import type { View } from '../../../runtime/context.ts';
import type { Attachment, Joined } from '../../../store/state.ts';
import type { LossCertificate } from '../core/index.ts';
import { SeriesSlots } from './seriesSlots.ts';

const PAGE = 1_000;
const FIRST_ACCOUNTS = 64;
/** Positions that an account may gain before its rows have to move. */
const ROOM = 4;

export const NOBODY = 0;
export const STANDARD = 1;
export const PORTFOLIO = 2;
/** Not swept: nothing can bring it into breach. */
export const COVERED = 3;

const KINDS: Readonly<Record<MarginMode, number>> = {
  [MarginMode.MARGIN_MODE_STANDARD]: STANDARD,
  [MarginMode.MARGIN_MODE_PORTFOLIO]: PORTFOLIO,
  [MarginMode.MARGIN_MODE_COVERED]: COVERED,
};

/** The positions of one expiry: orders need no maintenance margin. */
export interface SweptExpiry {
  readonly held: ExpiryHoldings;
  readonly slots: Int32Array;
  /** 1e-4 contracts. */
  readonly quantities: Float64Array;
  readonly hasShorts: boolean;
  /** Made when it is needed; it holds for these positions in any market. */
  certificate: LossCertificate | undefined;
}

/**
 * The positions of every account that can be in breach, laid out for the sweep and carried from
 * block to block: account a holds the rows from `starts[a]` on, `counts[a]` of them, in the order
 * of a scenario grid. It holds nothing that the state does not: what changed since the last block
 * is read again (`takeChanged`), and a table that is made anew reads all. It is used once a block,
 * so it follows no marks: a write that is undone later is among the changes of the next block.
 */
export class RiskTable implements Joined {
  readonly series = new SeriesSlots();
  readonly ids: bigint[] = [];
  /** NOBODY, STANDARD or PORTFOLIO. */
  kinds = new Uint8Array(FIRST_ACCOUNTS);
  /** uusd, to the nearest double. */
  cash = new Float64Array(FIRST_ACCOUNTS);
  starts = new Int32Array(FIRST_ACCOUNTS);
  counts = new Int32Array(FIRST_ACCOUNTS);
  /** By row: the slot of its series, and 1e-4 contracts. */
  slots = new Int32Array(FIRST_ACCOUNTS);
  quantities = new Float64Array(FIRST_ACCOUNTS);
  /** The same by expiry. */
  readonly expiries: (readonly SweptExpiry[])[] = [];
  /** 1 and the positions of each account, together. */
  cost = 0;
  #isFilled = false;
  #room = new Int32Array(FIRST_ACCOUNTS);
  #end = 0;
  readonly #places = new Map<bigint, number>();
  readonly #free: number[] = [];

  /** Brings it up to the state. */
  follow(view: View): void {
    const changed = takeChanged(view);
    if (this.#isFilled) {
      for (const id of changed) this.#read(view, id);
      return;
    }
    this.#isFilled = true;
    let after = 0n;
    for (let ids = riskyAccounts(view, after, PAGE); ids.length > 0;) {
      for (const id of ids) this.#read(view, id);
      after = ids.at(-1)!;
      ids = riskyAccounts(view, after, PAGE);
    }
  }

  #read(view: View, id: bigint): void {
    const place = this.#places.get(id);
    const account = isRisky(view, id) ? getSubaccount(view, id) : undefined;
    if (account === undefined) {
      if (place !== undefined) this.#drop(id, place);
      return;
    }
    const at = place ?? this.#add(id);
    const before = this.expiries[at]!;
    const known = new Map(before.map((expiry) => [expiry.held, expiry]));
    const expiries = this.#expiriesOf(holdingsOf(view, id), known);
    for (const left of known.values()) this.#release(left);
    this.kinds[at] = KINDS[account.mode];
    this.cash[at] = Number(account.cashUusd);
    this.expiries[at] = expiries;
    if (!haveSameRows(before, expiries)) this.#write(at, expiries);
  }

  #add(id: bigint): number {
    const at = this.#free.pop() ?? this.ids.length;
    this.ids[at] = id;
    this.expiries[at] = [];
    this.#places.set(id, at);
    this.cost += 1;
    if (at >= this.kinds.length) {
      const length = at * 2;
      this.kinds = grown(this.kinds, new Uint8Array(length));
      this.cash = grown(this.cash, new Float64Array(length));
      this.starts = grown(this.starts, new Int32Array(length));
      this.counts = grown(this.counts, new Int32Array(length));
      this.#room = grown(this.#room, new Int32Array(length));
    }
    return at;
  }

  /** Takes what is as it was out of `known`; where only orders changed, so are the positions. */
  #expiriesOf(holdings: Holdings, known: Map<ExpiryHoldings, SweptExpiry>): SweptExpiry[] {
    const expiries: SweptExpiry[] = [];
    for (const held of holdings) {
      const before = known.has(held) ? held : sameExpiryIn(known, held);
      if (before !== undefined && haveSamePositions(before.rows, held.rows)) {
        const expiry = known.get(before)!;
        known.delete(before);
        expiries.push(before === held ? expiry : { ...expiry, held });
        continue;
      }
      const expiry = this.#make(held);
      if (expiry !== undefined) expiries.push(expiry);
    }
    return expiries;
  }

  #make(held: ExpiryHoldings): SweptExpiry | undefined {
    const slots: number[] = [];
    const quantities: number[] = [];
    let hasShorts = false;
    for (let at = 0; at < held.rows.length; at += ROW) {
      const quantity = held.rows[at + QUANTITY]!;
      if (quantity === 0) continue;
      slots.push(this.series.take(held, at));
      quantities.push(quantity);
      if (quantity < 0) hasShorts = true;
    }
    if (slots.length === 0) return undefined;
    return {
      ...{ held, hasShorts, certificate: undefined },
      slots: Int32Array.from(slots),
      quantities: Float64Array.from(quantities),
    };
  }

  /** Puts an account's rows in their place, or at the end when they need more room. */
  #write(at: number, expiries: readonly SweptExpiry[]): void {
    let count = 0;
    for (const { slots } of expiries) count += slots.length;
    if (count > this.#room[at]!) {
      this.#room[at] = 0;
      this.counts[at] = 0;
      if (this.#end + count + ROOM > this.slots.length) this.#moveRows(count + ROOM);
      this.starts[at] = this.#end;
      this.#room[at] = count + ROOM;
      this.#end += count + ROOM;
    }
    this.cost += count - this.counts[at]!;
    this.counts[at] = count;
    let row = this.starts[at]!;
    for (const { slots, quantities } of expiries) {
      this.slots.set(slots, row);
      this.quantities.set(quantities, row);
      row += slots.length;
    }
  }

  /** All rows into new arrays, without what was left behind, and with room for as many again. */
  #moveRows(more: number): void {
    let used = more;
    for (const room of this.#room) used += room;
    const [slots, quantities] = [new Int32Array(2 * used), new Float64Array(2 * used)];
    let end = 0;
    for (let at = 0; at < this.#room.length; at++) {
      const start = this.starts[at]!;
      const room = this.#room[at]!;
      slots.set(this.slots.subarray(start, start + room), end);
      quantities.set(this.quantities.subarray(start, start + room), end);
      this.starts[at] = end;
      end += room;
    }
    [this.slots, this.quantities, this.#end] = [slots, quantities, end];
  }

  #drop(id: bigint, at: number): void {
    for (const expiry of this.expiries[at]!) this.#release(expiry);
    this.cost -= 1 + this.counts[at]!;
    this.kinds[at] = NOBODY;
    this.counts[at] = 0;
    this.expiries[at] = [];
    this.#places.delete(id);
    this.#free.push(at);
  }

  #release({ slots }: SweptExpiry): void {
    for (const slot of slots) this.series.release(slot);
  }

  mark(): number {
    return 0;
  }

  rollback(): void {
    // What is undone is among the changes.
  }

  flush(): void {
    // It is read from the state, and never written.
  }
}

function sameExpiryIn(
  known: ReadonlyMap<ExpiryHoldings, SweptExpiry>,
  { underlyingId, expirySeconds }: ExpiryHoldings,
): ExpiryHoldings | undefined {
  for (const held of known.keys()) {
    if (held.underlyingId === underlyingId && held.expirySeconds === expirySeconds) return held;
  }
  return undefined;
}

/** Whether two records of an expiry differ in what rests alone. */
function haveSamePositions(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  let [i, k] = [nextPosition(a, 0), nextPosition(b, 0)];
  while (i < a.length && k < b.length) {
    if (a[i + SERIES] !== b[k + SERIES] || a[i + QUANTITY] !== b[k + QUANTITY]) return false;
    [i, k] = [nextPosition(a, i + ROW), nextPosition(b, k + ROW)];
  }
  return i >= a.length && k >= b.length;
}

/** The first row from here on that is held. */
function nextPosition(rows: Float64Array, from: number): number {
  let at = from;
  while (at < rows.length && rows[at + QUANTITY] === 0) at += ROW;
  return at;
}

const haveSameRows = (a: readonly SweptExpiry[], b: readonly SweptExpiry[]): boolean =>
  a.length === b.length && a.every(({ slots }, i) => slots === b[i]!.slots);

function grown<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

const attachment: Attachment<RiskTable> = { name: 'margin/risk', create: () => new RiskTable() };

export function riskTableOf({ state }: View): RiskTable {
  return state.attach(attachment);
}
