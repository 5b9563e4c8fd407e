import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { assert } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import {
  BUY_PRICE,
  BUY_QUANTITY,
  NO_HOLDINGS,
  QUANTITY,
  SELL_PRICE,
  SELL_QUANTITY,
  changeRow,
  exact,
  findRow,
} from '../core/holdings.ts';
import type { Holdings, RowKey } from '../core/holdings.ts';
import { holdings } from '../state.ts';
import { noteChanged } from './changed.ts';

/** What of a series says where its row stands. */
export type SeriesTerms = Pick<
  Series,
  'id' | 'underlyingId' | 'expirySeconds' | 'strikeUusd' | 'kind'
>;

export function rowKeyOf({
  id,
  kind,
  underlyingId,
  expirySeconds,
  strikeUusd,
}: SeriesTerms): RowKey {
  const isCall = kind === OptionKind.OPTION_KIND_CALL;
  return { seriesId: id, underlyingId, expirySeconds, strikeUusd, isCall };
}

/** What a subaccount holds and has resting, by expiry. */
export function holdingsOf(view: View, id: bigint): Holdings {
  return holdings.get(view, id) ?? NO_HOLDINGS;
}

/** Of every subaccount that holds or orders something, by id. */
export function allHoldings(view: View): Generator<[bigint, Holdings]> {
  return holdings.entries(view);
}

/** Keeps the quantity of a position, in 1e-4 contracts; 0 when it is closed. */
export function noteHeld(ctx: Ctx, id: bigint, series: SeriesTerms, quantity: bigint): void {
  const held = exact(quantity);
  const before = holdingsOf(ctx, id);
  const after = changeRow(before, rowKeyOf(series), (rows, at) => {
    rows[at + QUANTITY] = held;
  });
  store(ctx, id, after);
}

/** What rests of a subaccount on one side of a series: all of it, and the worst limit. */
export interface RestingSum {
  /** 1e-4 contracts. */
  readonly quantity: number;
  /** uusd: the highest to buy, the lowest to sell; 0 when nothing rests. */
  readonly priceUusd: number;
}

/** Of what rested, what rests now. */
export type RestingChange = (before: RestingSum) => RestingSum;

/** What comes to another sum on one side of a series. */
export interface RestingSide {
  readonly row: RowKey;
  readonly isBuy: boolean;
  readonly change: RestingChange;
}

/**
 * Keeps what rests of a subaccount, in one record for all that changes. The orders are clob's, and
 * their sums margin's, which lies above.
 */
export function noteResting(ctx: Ctx, id: bigint, sides: readonly RestingSide[]): void {
  let after = holdingsOf(ctx, id);
  for (const { row, isBuy, change } of sides) after = withResting(after, row, isBuy, change);
  store(ctx, id, after);
}

/** What came of what, when holdings were changed last. */
interface Made extends RestingSum {
  readonly before: Holdings;
  readonly seriesId: bigint;
  readonly isBuy: boolean;
  readonly after: Holdings;
}

/**
 * An order is judged with the holdings that it leads to, and then rests: those are made once, and
 * what is remembered of them by identity holds on. It follows from `before` alone, which never
 * changes, and so from no state.
 */
let lastMade: Made | undefined;

/** The holdings with another sum of what rests on one side of a series. */
export function withResting(
  before: Holdings,
  key: RowKey,
  isBuy: boolean,
  change: RestingChange,
): Holdings {
  const { seriesId } = key;
  const [quantityAt, priceAt] = isBuy ? [BUY_QUANTITY, BUY_PRICE] : [SELL_QUANTITY, SELL_PRICE];
  const row = findRow(before, key);
  const { quantity, priceUusd } = change(
    row === undefined
      ? { quantity: 0, priceUusd: 0 }
      : { quantity: row.rows[row.at + quantityAt]!, priceUusd: row.rows[row.at + priceAt]! },
  );
  assert(Number.isSafeInteger(quantity) && quantity >= 0, `${quantity} rest of a subaccount`);
  const isSame =
    lastMade?.before === before &&
    lastMade.seriesId === seriesId &&
    lastMade.isBuy === isBuy &&
    lastMade.quantity === quantity &&
    lastMade.priceUusd === priceUusd;
  if (isSame) return lastMade!.after;
  const after = changeRow(before, key, (rows, at) => {
    rows[at + quantityAt] = quantity;
    rows[at + priceAt] = priceUusd;
  });
  lastMade = { before, seriesId, isBuy, quantity, priceUusd, after };
  return after;
}

/** The holdings after a fill that has not happened. */
export function withFill(before: Holdings, key: RowKey, quantityDelta: bigint): Holdings {
  const delta = exact(quantityDelta);
  return changeRow(before, key, (rows, at) => {
    rows[at + QUANTITY] = rows[at + QUANTITY]! + delta;
  });
}

function store(ctx: Ctx, id: bigint, after: Holdings): void {
  if (after.length === 0) holdings.delete(ctx, id);
  else holdings.set(ctx, id, after);
  noteChanged(ctx, id);
}
