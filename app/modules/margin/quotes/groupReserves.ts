import { rowKeyOf, withResting } from '../../accounts/index.ts';
import type { SeriesTerms } from '../../accounts/index.ts';
import {
  BUY_PRICE,
  BUY_QUANTITY,
  NO_HOLDINGS,
  SELL_PRICE,
  SELL_QUANTITY,
  changeRow,
} from '../../accounts/core/holdings.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { u64 } from '../../../lib/keys.ts';
import type { Change } from '../inputs/legs.ts';
import { groupReserves } from '../state.ts';
import type { GroupReserve } from '../state.ts';

/** What of a group reserves margin; undefined while it quotes nothing. */
export function groupReserveOf(
  view: View,
  subaccountId: bigint,
  groupId: bigint,
): GroupReserve | undefined {
  return groupReserves.get(view, [subaccountId, groupId]);
}

/** A group that quotes nothing and of which a quantity may fill. */
export function emptyReserve(
  groupId: bigint,
  underlyingId: number,
  quantity: number,
): GroupReserve {
  return { groupId, underlyingId, quantity, quoted: 0, quotes: NO_HOLDINGS };
}

/** One side of a series as it is to be quoted: 0 contracts when it is not. */
export interface QuoteSide {
  readonly isBuy: boolean;
  /** 1e-4 contracts. */
  readonly quantity: number;
  readonly priceUusd: number;
}

/** The reserve with another quote on one side of a series. */
export function withQuote(
  before: GroupReserve,
  series: SeriesTerms,
  { isBuy, quantity, priceUusd }: QuoteSide,
): GroupReserve {
  let change = 0;
  const quotes = withResting(before.quotes, rowKeyOf(series), isBuy, (had) => {
    change = quantity - had.quantity;
    return { quantity, priceUusd: quantity === 0 ? 0 : priceUusd };
  });
  return { ...before, quoted: before.quoted + change, quotes };
}

export interface QuotedSide extends QuoteSide {
  readonly series: SeriesTerms;
}

/** The reserve with many quotes: `withQuote` of each, with one copy of an expiry's rows. */
export function withQuotes(before: GroupReserve, sides: readonly QuotedSide[]): GroupReserve {
  const own = new Set<Float64Array>();
  let { quotes, quoted } = before;
  for (const { series, isBuy, quantity, priceUusd } of sides) {
    const [size, price] = isBuy ? [BUY_QUANTITY, BUY_PRICE] : [SELL_QUANTITY, SELL_PRICE];
    const change = (rows: Float64Array, at: number): void => {
      quoted += quantity - rows[at + size]!;
      rows[at + size] = quantity;
      rows[at + price] = quantity === 0 ? 0 : priceUusd;
    };
    quotes = changeRow(quotes, rowKeyOf(series), change, own);
  }
  return { ...before, quoted, quotes };
}

/** Keeps what a group reserves; nothing once it quotes nothing. */
export function storeReserve(ctx: Ctx, subaccountId: bigint, reserve: GroupReserve): void {
  const key = [subaccountId, reserve.groupId] as const;
  if (reserve.quoted === 0) groupReserves.delete(ctx, key);
  else groupReserves.set(ctx, key, reserve);
}

/** The groups of a subaccount that quote, by id, as they are or would be after a change. */
export function reservesAfter(view: View, id: bigint, change: Change = {}): GroupReserve[] {
  if (change.isCancelled === true) return [];
  const { group } = change;
  const found: GroupReserve[] = [];
  for (const [[, groupId], reserve] of groupReserves.under(view, u64.write(id))) {
    const after = group?.groupId === groupId ? group.reserve : reserve;
    if (after !== undefined && after.quoted > 0) found.push(after);
  }
  const isNew = group?.reserve !== undefined && !groupReserves.has(view, [id, group.groupId]);
  if (isNew && group.reserve.quoted > 0) found.push(group.reserve);
  return found;
}

/** The most that can fill of a group, 1e-4 contracts: its limit, or all that it quotes. */
export const mostFilled = ({ quantity, quoted }: GroupReserve): number =>
  Math.min(quantity, quoted);
