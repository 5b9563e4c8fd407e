import { IS_CALL, SERIES, STRIKE } from '../../accounts/core/holdings.ts';
import type { ExpiryHoldings } from '../../accounts/core/holdings.ts';

/** A series that some account of the sweep holds. */
export interface Slot {
  readonly seriesId: number;
  readonly underlyingId: number;
  readonly expirySeconds: bigint;
  readonly strikeUusd: number;
  readonly isCall: number;
  /** Rows that name it. */
  uses: number;
}

/**
 * Small numbers for the series that are held, so that what a block knows of them is arrays. A
 * number is free again once nobody holds its series.
 */
export class SeriesSlots {
  readonly slots: (Slot | undefined)[] = [];
  readonly #known = new Map<number, number>();
  readonly #free: number[] = [];
  #order: Int32Array | undefined;

  take({ rows, underlyingId, expirySeconds }: ExpiryHoldings, at: number): number {
    const seriesId = rows[at + SERIES]!;
    const known = this.#known.get(seriesId);
    if (known !== undefined) {
      this.slots[known]!.uses++;
      return known;
    }
    const slot = this.#free.pop() ?? this.slots.length;
    const [strikeUusd, isCall] = [rows[at + STRIKE]!, rows[at + IS_CALL]!];
    this.slots[slot] = { seriesId, underlyingId, expirySeconds, strikeUusd, isCall, uses: 1 };
    this.#known.set(seriesId, slot);
    this.#order = undefined;
    return slot;
  }

  release(slot: number): void {
    const held = this.slots[slot]!;
    if (--held.uses > 0) return;
    this.#known.delete(held.seriesId);
    this.slots[slot] = undefined;
    this.#free.push(slot);
    this.#order = undefined;
  }

  /** Slots in use, in the order of a scenario grid: underlying, expiry, strike, call before put. */
  inOrder(): Int32Array {
    this.#order ??= Int32Array.from(
      [...this.#known.values()].sort((a, b) => compareSlots(this.slots[a]!, this.slots[b]!)),
    );
    return this.#order;
  }
}

/** Total: no two slots are of one series. */
function compareSlots(a: Slot, b: Slot): number {
  if (a.underlyingId !== b.underlyingId) return a.underlyingId - b.underlyingId;
  if (a.expirySeconds !== b.expirySeconds) return a.expirySeconds < b.expirySeconds ? -1 : 1;
  return a.strikeUusd - b.strikeUusd || b.isCall - a.isCall || a.seriesId - b.seriesId;
}
