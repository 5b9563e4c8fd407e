import { MsgMassQuote, MsgMassQuoteResponse } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { Quote, QuoteGroup } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { isFlagged, mustSubaccountOf } from '../../../accounts/index.ts';
import { accountOf, addressBytes } from '../../../auth/index.ts';
import { defined } from '../../../../lib/assert.ts';
import { usdText } from '../../../../lib/amountText.ts';
import {
  assertQuotesMargin,
  keepsReserve,
  storeReserve,
  withQuotes,
} from '../../../margin/index.ts';
import type { GroupReserve } from '../../../margin/index.ts';
import { mustUnderlyingById } from '../../../options/index.ts';
import type { Ctx } from '../../../../runtime/context.ts';
import { BlockClass } from '../../../../runtime/blockClass.ts';
import { handler } from '../../../../runtime/module.ts';
import { clobErrors } from '../../errors.ts';
import { assertQuotesOf } from '../../limits/owned.ts';
import { giveUpWorst } from '../../orders/resting.ts';
import { params } from '../../params.ts';
import { MAX_PRICE_UUSD, toNumber } from '../../units.ts';
import { budgetOf, fillsWithin, sum } from '../core/window.ts';
import { isFrozen, mustGroup, reserveOf } from '../groups.ts';
import { labels } from '../pull.ts';
import { countGroup } from '../quoting.ts';
import type { Quoter } from '../setQuote.ts';
import { setQuotes } from '../setQuotes.ts';
import type { QuotesSet } from '../setQuotes.ts';
import { groups } from '../state.ts';

export const MAX_QUOTES = 100;
/** Events name what is refused, listed or not. */
const SERIES_NAME = /^[A-Z0-9][A-Z0-9.-]{0,63}$/;

/**
 * Sets quotes of a group on many series, each side with a result of its own (ADR 157). No quote is
 * judged by itself: the group is, once.
 */
export const massQuote = handler({
  codec: MsgMassQuote,
  response: MsgMassQuoteResponse,
  feeExempt: true,
  sessionClass: 'quote',
  gas: 300_000,
  blockClass: BlockClass.MAKE,
  signer: (msg) => msg.sender,
  validate({ sender, quotes }) {
    addressBytes(sender);
    if (quotes.length === 0 || quotes.length > MAX_QUOTES) {
      throw clobErrors.badQuote(`a message sets 1 to ${MAX_QUOTES} quotes: send several`);
    }
    const seen = new Set<string>();
    for (const quote of quotes) {
      if (!SERIES_NAME.test(quote.series)) throw clobErrors.badQuote('a series has no such name');
      if (seen.has(quote.series)) {
        throw clobErrors.badQuote(`${quote.series} is quoted twice in one message`);
      }
      seen.add(quote.series);
      validateSides(quote);
    }
  },
  execute(ctx, msg) {
    const account = mustSubaccountOf(ctx, msg.sender, msg.subaccount);
    const group = mustGroup(ctx, account.id, msg.group);
    if (isFlagged(ctx, account.id)) {
      throw clobErrors.underLiquidation(
        'this subaccount is being liquidated: deposit until its maintenance margin holds',
      );
    }
    if (isFrozen(ctx, group)) {
      throw clobErrors.groupFrozen(
        `the group ${group.name} is frozen: wait, or reset it (tenor quote reset ${group.name})`,
      );
    }
    const quoter = quoterOf(ctx, msg.sender, filledUp(ctx, group));
    const set = setQuotes(ctx, quoter, msg.quotes);
    keepSet(ctx, quoter.group, account.owner, set);
    const { quoted, removed, refusals } = set;
    return { quoted, removed, refusals: [...refusals] };
  },
});

function quoterOf(ctx: Ctx, sender: string, group: QuoteGroup): Quoter {
  const { accountNumber } = defined(accountOf(ctx, sender), 'the account of a sender');
  const underlying = mustUnderlyingById(ctx, group.underlyingId);
  const { maxBookOrders } = params.get(ctx);
  return { group, underlying, owner: toNumber(accountNumber), maxBookOrders };
}

/** @throws Reject badQuote */
function validateSides({ series, bid, ask }: Quote): void {
  if (bid === undefined && ask === undefined) {
    throw clobErrors.badQuote(`${series}: give a bid, an ask or both`);
  }
  for (const side of [bid, ask]) {
    if (side === undefined) continue;
    if (side.quantity === 0n && side.priceUusd !== 0n) {
      throw clobErrors.badQuote(
        `${series}: a side of nothing has no price; leave it out to keep it`,
      );
    }
    if (side.quantity !== 0n && side.priceUusd === 0n) {
      throw clobErrors.badQuote(`${series}: a price is more than zero`);
    }
    if (side.priceUusd > MAX_PRICE_UUSD) {
      throw clobErrors.badQuote(`${series}: a price is at most ${usdText(MAX_PRICE_UUSD)}`);
    }
  }
  const isTwoSided = (bid?.quantity ?? 0n) > 0n && (ask?.quantity ?? 0n) > 0n;
  if (isTwoSided && bid!.priceUusd >= ask!.priceUusd) {
    throw clobErrors.badQuote(`${series}: the bid is not below the ask`);
  }
}

/** The group with what its window lets fill. What filled before a freeze that is over is past. */
function filledUp(ctx: Ctx, group: QuoteGroup): QuoteGroup {
  const isThawed = group.frozenUntilMs !== undefined;
  const fills = isThawed ? [] : fillsWithin(group.fills, group.windowMs, ctx.header.timeMs);
  const budget = budgetOf(group, sum(fills).quantity);
  return { ...group, fills, frozenUntilMs: undefined, budget };
}

/** Tells and counts what was set, and judges the group with it. */
function keepSet(ctx: Ctx, group: QuoteGroup, owner: string, set: QuotesSet): void {
  const { added, gone, sides } = set;
  const [quotes, refused] = [set.names.join(' '), set.refused.join(' ') || undefined];
  ctx.emit('quotes_set', { ...labels(ctx, group), quotes, refused }, ['group_id']);
  countGroup(ctx, group, added.length - gone);
  if (added.length > gone) assertQuotesOf(ctx, owner);
  judge(ctx, group, withQuotes(reserveOf(ctx, group), sides));
  for (const { series, isBuy } of added) giveUpWorst(ctx, series.id, isBuy);
}

/**
 * Reserves for all that its limit lets fill, or, where that is too much now that some of it has
 * filled, for what was left of it before.
 * @throws Reject insufficientMargin, insufficientCash, quotesCap
 */
function judge(ctx: Ctx, group: QuoteGroup, reserve: GroupReserve): void {
  const { subaccountId: id, budget, maxQuote } = group;
  const had = groups.must(ctx, group.id).budget;
  keep(ctx, group, reserve);
  if (had < budget && had >= maxQuote && !keepsReserve(ctx, id)) {
    keep(ctx, { ...group, budget: had }, reserve);
  }
  assertQuotesMargin(ctx, id);
}

/** Most messages find the group as they leave it: that needs no new record. */
function keep(ctx: Ctx, group: QuoteGroup, reserve: GroupReserve): void {
  const { id, subaccountId, budget } = group;
  const kept = groups.must(ctx, id);
  const isSame =
    kept.budget === budget &&
    kept.frozenUntilMs === group.frozenUntilMs &&
    kept.fills.length === group.fills.length;
  if (!isSame) groups.set(ctx, id, group);
  storeReserve(ctx, subaccountId, { ...reserve, quantity: toNumber(budget) });
}
