import type { OrderRecord, VolTerms } from '../../../../proto/gen/tenor.clob.v1.ts';
import { u32, u64 } from '../../../lib/keys.ts';
import { assert } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { volCounts, volParked, volWaiting } from '../state.ts';
import { MAX_PRICE_UUSD, isBuySide } from '../units.ts';

/** The record of an order by volatility. */
export type VolRecord = OrderRecord & { readonly vol: VolTerms };

/** Above every volatility there may be. */
const VOL_TOP = 1n << 32n;

export const isVol = (record: OrderRecord): record is VolRecord => record.vol !== undefined;

/** An order by volatility that is in no book. */
export const isOutside = (record: OrderRecord): record is VolRecord =>
  isVol(record) && isWaiting(record);

/** It waits outside the book, and is priced when somebody comes. */
export const isWaiting = ({ vol }: VolRecord): boolean => vol.left > 0n;

const sideNumber = (isBuy: boolean): number => (isBuy ? 1 : 0);

/** By how good it is, best first; then by time. What is replaced has a new time, and its old id. */
function keyOf(record: VolRecord, id: bigint) {
  const { seriesId, side, createdHeight } = record;
  const isBuy = isBuySide(side);
  const [value, top] = isWaiting(record)
    ? [BigInt(record.vol.volBp), VOL_TOP]
    : [record.priceUusd, MAX_PRICE_UUSD];
  const rank = isBuy ? top - value : value;
  return [seriesId, sideNumber(isBuy), rank, createdHeight, id] as const;
}

const placeOf = (record: VolRecord) => (isWaiting(record) ? volWaiting : volParked);

/** Finds it by volatility while it waits, and by its bound while it rests there. */
export function indexVol(ctx: Ctx, id: bigint, record: VolRecord): void {
  placeOf(record).set(ctx, keyOf(record, id), true);
}

export function unindexVol(ctx: Ctx, id: bigint, record: VolRecord): void {
  placeOf(record).delete(ctx, keyOf(record, id));
}

/** Another one came to rest, or one ended. */
export function countVol(ctx: Ctx, { seriesId, side }: VolRecord, change: 1 | -1): void {
  const key = [seriesId, sideNumber(isBuySide(side))] as const;
  const count = (volCounts.get(ctx, key) ?? 0) + change;
  assert(count >= 0, 'fewer than no orders by volatility');
  if (count === 0) volCounts.delete(ctx, key);
  else volCounts.set(ctx, key, count);
}

/** Orders by volatility on a side of a series, wherever they are. */
export const volCount = (view: View, seriesId: bigint, isBuy: boolean): number =>
  volCounts.get(view, [seriesId, sideNumber(isBuy)]) ?? 0;

const under = (seriesId: bigint, isBuy: boolean) =>
  u64.write(seriesId) + u32.write(sideNumber(isBuy));

/** Ids of those that wait, by volatility, best first. */
export function* waitingVols(view: View, seriesId: bigint, isBuy: boolean): Generator<bigint> {
  for (const [key] of volWaiting.under(view, under(seriesId, isBuy))) yield key[4];
}

/** Ids of those that rest at their bounds, best first. */
export function* parkedVols(view: View, seriesId: bigint, isBuy: boolean): Generator<bigint> {
  for (const [key] of volParked.under(view, under(seriesId, isBuy))) yield key[4];
}
