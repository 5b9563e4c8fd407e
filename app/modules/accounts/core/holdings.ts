import { assert } from '../../../lib/assert.ts';

/** Numbers of a row of `ExpiryHoldings`, and where each stands in it. All are safe integers. */
export const ROW = 8;
export const SERIES = 0;
/** uusd. */
export const STRIKE = 1;
/** 1 for a call, 0 for a put. */
export const IS_CALL = 2;
/** 1e-4 contracts; negative is short. */
export const QUANTITY = 3;
/** What rests, in 1e-4 contracts, and the highest limit to buy, in uusd; 0 when nothing does. */
export const BUY_QUANTITY = 4;
export const BUY_PRICE = 5;
/** The same to sell, with the lowest limit. */
export const SELL_QUANTITY = 6;
export const SELL_PRICE = 7;

/** Where a row stands. */
export interface RowKey {
  readonly seriesId: bigint;
  readonly underlyingId: number;
  readonly expirySeconds: bigint;
  readonly strikeUusd: bigint;
  readonly isCall: boolean;
}

/**
 * What a subaccount holds and has resting at one expiry: a row a series, in order of strike, the
 * call before the put. Never changed: another version is another object, so that whoever remembers
 * something of it knows by identity whether it still holds.
 */
export interface ExpiryHoldings {
  readonly underlyingId: number;
  readonly expirySeconds: bigint;
  readonly rows: Float64Array;
}

/** By underlying, then expiry; never empty ones. */
export type Holdings = readonly ExpiryHoldings[];

export const NO_HOLDINGS: Holdings = [];

/**
 * The holdings with one row changed, or made, or dropped once nothing of it is left.
 *
 * @param change writes to the row that begins at `at`
 * @param own rows that only the caller has seen, which are changed where they are: those that are
 *   made here join them
 */
export function changeRow(
  before: Holdings,
  key: RowKey,
  change: (rows: Float64Array, at: number) => void,
  own?: Set<Float64Array>,
): Holdings {
  const place = placeOf(before, key);
  const found = before[place];
  if (found === undefined || compareExpiry(found, key) !== 0) {
    const rows = rowsOf(key);
    change(rows, 0);
    if (isEmptyRow(rows, 0)) return before;
    own?.add(rows);
    const { underlyingId, expirySeconds } = key;
    return before.toSpliced(place, 0, { underlyingId, expirySeconds, rows });
  }
  const rows = changedRows(found.rows, key, change, own?.has(found.rows) === true);
  if (rows === found.rows) return before;
  if (rows.length === 0) return before.toSpliced(place, 1);
  own?.add(rows);
  const { underlyingId, expirySeconds } = found;
  return before.with(place, { underlyingId, expirySeconds, rows });
}

/** Where the row of a key begins, if it is there. */
export function findRow(
  holdings: Holdings,
  key: RowKey,
): { readonly rows: Float64Array; readonly at: number } | undefined {
  const found = holdings[placeOf(holdings, key)];
  if (found === undefined || compareExpiry(found, key) !== 0) return undefined;
  const { rows } = found;
  const at = rowAt(rows, key);
  return at < rows.length && rows[at + SERIES] === Number(key.seriesId) ? { rows, at } : undefined;
}

function changedRows(
  before: Float64Array,
  key: RowKey,
  change: (rows: Float64Array, at: number) => void,
  isOwn: boolean,
): Float64Array {
  const at = rowAt(before, key);
  if (at < before.length && before[at + SERIES] === Number(key.seriesId)) {
    const rows = isOwn ? before : before.slice();
    change(rows, at);
    return isEmptyRow(rows, at) ? without(rows, at) : rows;
  }
  const rows = new Float64Array(before.length + ROW);
  rows.set(before.subarray(0, at));
  rows.set(rowsOf(key), at);
  rows.set(before.subarray(at), at + ROW);
  change(rows, at);
  return isEmptyRow(rows, at) ? before : rows;
}

function without(rows: Float64Array, at: number): Float64Array {
  const left = new Float64Array(rows.length - ROW);
  left.set(rows.subarray(0, at));
  left.set(rows.subarray(at + ROW), at);
  return left;
}

function rowsOf({ seriesId, strikeUusd, isCall }: RowKey): Float64Array {
  const rows = new Float64Array(ROW);
  rows[SERIES] = exact(seriesId);
  rows[STRIKE] = exact(strikeUusd);
  rows[IS_CALL] = isCall ? 1 : 0;
  return rows;
}

const isEmptyRow = (rows: Float64Array, at: number): boolean =>
  rows[at + QUANTITY] === 0 && rows[at + BUY_QUANTITY] === 0 && rows[at + SELL_QUANTITY] === 0;

/** A whole amount as a number. */
export function exact(amount: bigint): number {
  const value = Number(amount);
  assert(Number.isSafeInteger(value), `${amount} is beyond exact numbers`);
  return value;
}

function compareExpiry(
  a: Pick<ExpiryHoldings, 'underlyingId' | 'expirySeconds'>,
  b: Pick<ExpiryHoldings, 'underlyingId' | 'expirySeconds'>,
): number {
  if (a.underlyingId !== b.underlyingId) return a.underlyingId - b.underlyingId;
  return a.expirySeconds < b.expirySeconds ? -1 : a.expirySeconds > b.expirySeconds ? 1 : 0;
}

/** The first expiry at or after that of a key. An account holds few, so that a walk is fastest. */
function placeOf(holdings: Holdings, key: RowKey): number {
  let place = 0;
  while (place < holdings.length && compareExpiry(holdings[place]!, key) < 0) place++;
  return place;
}

/** Where the row of a key begins, or would. */
function rowAt(rows: Float64Array, { seriesId, strikeUusd, isCall }: RowKey): number {
  const [id, strike, side] = [Number(seriesId), Number(strikeUusd), isCall ? 1 : 0];
  let [low, high] = [0, rows.length / ROW];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = middle * ROW;
    const over =
      rows[at + STRIKE]! - strike || side - rows[at + IS_CALL]! || rows[at + SERIES]! - id;
    if (over < 0) low = middle + 1;
    else high = middle;
  }
  return low * ROW;
}
