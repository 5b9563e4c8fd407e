import { type Arena, MAX_FLAGS, MAX_SLOTS, POST_ONLY_SHIFT, STP_SHIFT } from './arena.ts';
import { BookState, HEADER_PAGE, SLOTS_PER_PAGE } from './bookState.ts';
import type { Sequence } from './bookState.ts';
import { AUCTION, BUY, POST_ONLY_SLIDE, STP_BOTH, type Phase } from './types.ts';

/**
 * The stored form of a book. All integers are little-endian; a slot's record is five signed 64-bit
 * integers (id, owner, tag, price, size) and a 64-bit word with the sequence in its low 56 bits and
 * the flags above. A free slot is zeros; a page ends with its last order. Links, levels and indices
 * are not stored: they follow from the records.
 */
const RECORD_BYTES = 48;
export const PAGE_BYTES = SLOTS_PER_PAGE * RECORD_BYTES;
/**
 * Version, phase (32 bits each), number of orders (64 bits): nothing that a quote in place of
 * another changes.
 */
export const HEADER_BYTES = 16;
/** 1 held the next sequence, and pages with all their free slots. */
const VERSION = 2;

const TWO_32 = 4294967296;

/**
 * A book page that cannot have been written by this code: damaged, of another version, or not of
 * one book.
 */
export class PageError extends Error {
  override readonly name = 'PageError';
  readonly page: number;

  constructor(page: number, problem: string) {
    super(`clob: book page ${page}: ${problem}`);
    this.page = page;
  }
}

function putInteger(view: DataView, offset: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  view.setUint32(offset, value - high * TWO_32, true);
  view.setInt32(offset + 4, high, true);
}

function getInteger(view: DataView, offset: number): number {
  return view.getInt32(offset + 4, true) * TWO_32 + view.getUint32(offset, true);
}

export function encodeHeader(state: BookState, view: DataView): void {
  view.setUint32(0, VERSION, true);
  view.setUint32(4, state.phase, true);
  putInteger(view, 8, state.orderCount);
}

/**
 * Writes a page of orders, from 1. Returns its length: 0 of one without any, which is not stored.
 */
export function encodePage(state: BookState, page: number, view: DataView): number {
  const { arena } = state;
  const first = (page - 1) * SLOTS_PER_PAGE;
  // Most slots of most books are free.
  let end = Math.min(first + SLOTS_PER_PAGE, arena.slots);
  while (end > first && arena.free.has(end - 1)) end--;
  for (let slot = first; slot < end; slot++) {
    const offset = (slot - first) * RECORD_BYTES;
    if (arena.free.has(slot)) clearRecord(view, offset);
    else encodeRecord(arena, slot, view, offset);
  }
  return Math.max(end - first, 0) * RECORD_BYTES;
}

function clearRecord(view: DataView, offset: number): void {
  for (let at = offset; at < offset + RECORD_BYTES; at += 4) view.setInt32(at, 0);
}

function encodeRecord(arena: Arena, slot: number, view: DataView, offset: number): void {
  putInteger(view, offset, arena.id(slot));
  putInteger(view, offset + 8, arena.owner(slot));
  putInteger(view, offset + 16, arena.tag(slot));
  putInteger(view, offset + 24, arena.price(slot));
  putInteger(view, offset + 32, arena.size(slot));
  putInteger(view, offset + 40, arena.sequence(slot));
  view.setUint8(offset + 47, arena.flags(slot));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What page 0 of a book says. @throws PageError */
export function readHeader(bytes: Uint8Array): { phase: Phase; orderCount: number } {
  if (bytes.length !== HEADER_BYTES) throw new PageError(HEADER_PAGE, 'has the wrong length');
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== VERSION) throw new PageError(HEADER_PAGE, 'unknown version');
  const phase = view.getUint32(4, true);
  if (phase > AUCTION) throw new PageError(HEADER_PAGE, 'has a field out of range');
  return { phase: phase as Phase, orderCount: getInteger(view, 8) };
}

/** Reads a page's records into their slots, and lists those slots. */
function decodePage(arena: Arena, page: number, bytes: Uint8Array, slots: number[]): void {
  if (!Number.isSafeInteger(page) || page < 1 || page * SLOTS_PER_PAGE > MAX_SLOTS) {
    throw new PageError(page, 'has no place in a book');
  }
  const { length } = bytes;
  if (length === 0 || length > PAGE_BYTES || length % RECORD_BYTES !== 0) {
    throw new PageError(page, 'has the wrong length');
  }
  arena.reserve(page * SLOTS_PER_PAGE);
  const view = viewOf(bytes);
  if (isFree(view, length - RECORD_BYTES)) throw new PageError(page, 'does not end with an order');
  for (let i = 0; i * RECORD_BYTES < length; i++) {
    const slot = (page - 1) * SLOTS_PER_PAGE + i;
    if (isFree(view, i * RECORD_BYTES)) continue;
    if (!decodeRecord(arena, slot, view, i * RECORD_BYTES)) {
      throw new PageError(page, `has a field out of range in record ${i}`);
    }
    slots.push(slot);
  }
}

/** How many orders a stored page holds. */
export function ordersIn(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let orders = 0;
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    if (!isFree(view, at)) orders++;
  }
  return orders;
}

function isFree(view: DataView, offset: number): boolean {
  for (let at = offset; at < offset + RECORD_BYTES; at += 4) {
    if (view.getInt32(at) !== 0) return false;
  }
  return true;
}

/** Returns whether all is within range. */
function decodeRecord(arena: Arena, slot: number, view: DataView, offset: number): boolean {
  const [id, owner] = [getInteger(view, offset), getInteger(view, offset + 8)];
  const [tag, price] = [getInteger(view, offset + 16), getInteger(view, offset + 24)];
  const size = getInteger(view, offset + 32);
  const high = view.getUint32(offset + 44, true);
  const flags = high >>> 24;
  arena.setId(slot, id);
  arena.setOwner(slot, owner);
  arena.setTag(slot, tag);
  arena.setPrice(slot, price);
  arena.setSize(slot, size);
  arena.setSequence(slot, (high & 0xffffff) * TWO_32 + view.getUint32(offset + 40, true));
  arena.setFlags(slot, flags);
  return (
    Number.isSafeInteger(id) &&
    Number.isSafeInteger(owner) &&
    Number.isSafeInteger(tag) &&
    Number.isSafeInteger(price) &&
    Number.isSafeInteger(size) &&
    size >= 1 &&
    flags <= MAX_FLAGS &&
    ((flags >>> STP_SHIFT) & 3) <= STP_BOTH &&
    flags >>> POST_ONLY_SHIFT <= POST_ONLY_SLIDE
  );
}

/**
 * Rebuilds a book from all its pages, in any order; throws `PageError` on pages that are not a
 * book's. Without a `sequence` it goes on after its last order.
 */
export function decodeState(
  pages: Iterable<readonly [number, Uint8Array]>,
  sequence?: Sequence,
): BookState {
  const state = new BookState(sequence);
  const { arena } = state;
  const slots: number[] = [];
  const seen = new Set<number>();
  let expected = 0;
  for (const [page, bytes] of pages) {
    if (seen.has(page)) throw new PageError(page, 'is there twice');
    seen.add(page);
    if (page === HEADER_PAGE) {
      const header = readHeader(bytes);
      state.phase = header.phase;
      expected = header.orderCount;
    } else decodePage(arena, page, bytes, slots);
  }
  slots.sort((a, b) => arena.sequence(a) - arena.sequence(b) || a - b);
  const end = sequence?.next ?? Number.MAX_SAFE_INTEGER;
  let last = 0;
  for (const slot of slots) {
    const page = Math.floor(slot / SLOTS_PER_PAGE) + 1;
    const at = arena.sequence(slot);
    if (at <= last || at >= end) throw new PageError(page, `has a sequence out of range, ${at}`);
    last = at;
    if (state.find(arena.id(slot)) >= 0) throw new PageError(page, 'repeats an id');
    const total = state.ladder(arena.side(slot)).depth + arena.size(slot);
    if (total > Number.MAX_SAFE_INTEGER) throw new PageError(page, 'overflows the depth');
    state.link(slot, -1);
  }
  if (sequence === undefined) state.sequence.next = last + 1;
  if (state.orderCount !== expected) throw new PageError(HEADER_PAGE, 'has another order count');
  if (state.phase !== AUCTION && state.isCrossed()) {
    throw new PageError(
      HEADER_PAGE,
      `is of a crossed book, best bid level ${state.ladder(BUY).best}`,
    );
  }
  return state;
}

/**
 * Takes a page's number and bytes, in a buffer that is reused; null says that the page is not
 * stored.
 */
export type PageVisitor = (page: number, bytes: Uint8Array | null) => unknown;
