import type { QuoteGroup } from '../../../../proto/gen/tenor.clob.v1.ts';
import { getSubaccount } from '../../accounts/index.ts';
import type { SeriesTerms } from '../../accounts/index.ts';
import { storeReserve, withQuote, withQuotes } from '../../margin/index.ts';
import { defined } from '../../../lib/assert.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { assertMayTakeBack } from '../auctions/auctionAt.ts';
import { booksOf } from '../books/books.ts';
import { BUY, CANCEL_REQUESTED, SELL } from '../core/index.ts';
import type { Book } from '../core/index.ts';
import { infos } from '../state.ts';
import { termsOf } from '../terms.ts';
import { toNumber } from '../units.ts';
import { UNTIL_RESET_MS, groupsOf, isFrozen, noteQuote, quotesOf, reserveOf } from './groups.ts';
import { countGroup } from './quoting.ts';
import { groups } from './state.ts';
import { groupOfTag } from '../core/tags.ts';

/** Why quotes left the book without a trade. Clients read these names: they do not change. */
export type PullReason =
  'requested' | 'limit' | 'margin' | 'frozen' | 'changed' | 'dead_man_switch' | 'liquidation';

/** Which quotes. What is undefined excludes none. */
export type QuoteFilter = (seriesId: bigint) => boolean;

/** Takes quotes of a group out of their books, and releases what they reserve. Returns how many. */
export function pullQuotes(
  ctx: Ctx,
  group: QuoteGroup,
  reason: PullReason,
  isWanted: QuoteFilter = () => true,
): number {
  const wanted = quotesOf(ctx, group.id).filter(([seriesId]) => isWanted(seriesId));
  if (wanted.length === 0) return 0;
  const gone = wanted.map(([seriesId, isBuy, orderId]) => {
    booksOf(ctx)
      .touch(seriesId)
      .cancel(toNumber(orderId), CANCEL_REQUESTED, () => undefined);
    noteQuote(ctx, group.id, seriesId, isBuy, undefined);
    return { series: termsOf(ctx, seriesId), isBuy, quantity: 0, priceUusd: 0 };
  });
  storeReserve(ctx, group.subaccountId, withQuotes(reserveOf(ctx, group), gone));
  countGroup(ctx, group, -wanted.length);
  emitPulled(
    ctx,
    group,
    reason,
    wanted.map(([seriesId, isBuy]) => nameOf(ctx, seriesId, isBuy)),
  );
  return wanted.length;
}

/** Quotes of all groups of a subaccount. */
export function pullAllQuotes(
  ctx: Ctx,
  subaccountId: bigint,
  reason: PullReason,
  isWanted?: QuoteFilter,
): number {
  let pulled = 0;
  for (const group of groupsOf(ctx, subaccountId)) {
    pulled += pullQuotes(ctx, group, reason, isWanted);
  }
  return pulled;
}

/** Whether all quotes of a group may be taken back now. @throws Reject auctionLocked */
export function assertMayPull(ctx: Ctx, { id }: QuoteGroup): void {
  for (const [seriesId] of quotesOf(ctx, id)) assertMayTakeBack(ctx, seriesId);
}

/** Pulls a group, and takes no quotes of it for a time: until it is reset when that is 0. */
export function freeze(
  ctx: Ctx,
  group: QuoteGroup,
  freezeMs: number,
  reason: PullReason,
  isWanted?: QuoteFilter,
): number {
  const pulled = pullQuotes(ctx, group, reason, isWanted);
  const frozenUntilMs = freezeMs === 0 ? UNTIL_RESET_MS : BigInt(ctx.header.timeMs + freezeMs);
  groups.set(ctx, group.id, { ...group, frozenUntilMs });
  const named = { ...labels(ctx, group), reason, until_ms: frozenUntilMs.toString() };
  ctx.emit('quote_group_frozen', named, ['group_id']);
  return pulled;
}

/** What an auction held of groups that were frozen meanwhile goes once it is over. */
export function pullFrozen(ctx: Ctx, seriesId: bigint, book: Book): void {
  const frozen = new Map<bigint, QuoteGroup>();
  for (const side of [BUY, SELL] as const) {
    book.orders(side, ({ tag }) => {
      const id = groupOfTag(tag);
      const group = id === undefined ? undefined : groups.must(ctx, id);
      if (group !== undefined && isFrozen(ctx, group)) frozen.set(group.id, group);
    });
  }
  for (const group of frozen.values()) pullQuotes(ctx, group, 'frozen', (id) => id === seriesId);
}

/** One quote has left its book. */
export function noteGone(
  ctx: Ctx,
  group: QuoteGroup,
  series: SeriesTerms,
  isBuy: boolean,
  reason: string,
): void {
  noteQuote(ctx, group.id, series.id, isBuy, undefined);
  countGroup(ctx, group, -1);
  const gone = { isBuy, quantity: 0, priceUusd: 0 };
  storeReserve(ctx, group.subaccountId, withQuote(reserveOf(ctx, group), series, gone));
  emitPulled(ctx, group, reason, [nameOf(ctx, series.id, isBuy)]);
}

/** A series and its side, as events name it. */
export const sideName = (symbol: string, isBuy: boolean): string =>
  `${symbol}:${isBuy ? 'buy' : 'sell'}`;

const nameOf = (ctx: Ctx, seriesId: bigint, isBuy: boolean): string =>
  sideName(infos.must(ctx, seriesId).symbol, isBuy);

function emitPulled(ctx: Ctx, group: QuoteGroup, reason: string, names: readonly string[]): void {
  ctx.emit('quotes_pulled', { ...labels(ctx, group), reason, quotes: names.join(' ') }, [
    'group_id',
  ]);
}

export function labels(ctx: Ctx, { id, name, subaccountId }: QuoteGroup) {
  const { owner, number } = defined(getSubaccount(ctx, subaccountId), 'the subaccount of a group');
  return { group_id: id.toString(), group: name, owner, subaccount: String(number) };
}
