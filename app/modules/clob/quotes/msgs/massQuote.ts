import { MsgMassQuote, MsgMassQuoteResponse } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { Quote, QuoteGroup, QuoteRefusal } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { isFlagged, mustSubaccountOf } from '../../../accounts/index.ts';
import { accountOf, addressBytes } from '../../../auth/index.ts';
import { defined } from '../../../../lib/assert.ts';
import {
  assertQuotesMargin,
  keepsReserve,
  storeReserve,
  withQuote,
} from '../../../margin/index.ts';
import type { GroupReserve } from '../../../margin/index.ts';
import type { Ctx } from '../../../../runtime/context.ts';
import { BlockClass } from '../../../../runtime/blockClass.ts';
import { handler } from '../../../../runtime/module.ts';
import { clobErrors } from '../../errors.ts';
import { assertQuotesOf, countQuotes } from '../../limits/owned.ts';
import { gateOrder } from '../../orders/match/gateOrder.ts';
import { giveUpWorst, keepBook } from '../../orders/resting.ts';
import { toNumber } from '../../units.ts';
import { admitQuotes } from '../admitQuotes.ts';
import type { AdmittedQuote } from '../admitQuotes.ts';
import { budgetOf, fillsWithin, sum } from '../core/window.ts';
import { isFrozen, mustGroup, reserveOf } from '../groups.ts';
import { labels, sideName } from '../pull.ts';
import { setQuote } from '../setQuote.ts';
import type { Quoter } from '../setQuote.ts';
import { groups } from '../state.ts';

export const MAX_QUOTES = 100;

/** Sets quotes of a group on many series. No quote is judged by itself: the group is, once. */
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
    const { accountNumber } = defined(accountOf(ctx, msg.sender), 'the account of a sender');
    const admitted = admitQuotes(ctx, group, msg.quotes);
    for (const quote of admitted) if (quote.side.quantity > 0n) gateOrder(ctx, termsOf(quote));
    const quoter = { group: filledUp(ctx, group), owner: toNumber(accountNumber) };
    return apply(ctx, quoter, account.owner, admitted);
  },
});

const termsOf = ({ side, ...quote }: AdmittedQuote) => ({ ...quote, ...side });

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

interface Quoted {
  quoted: number;
  removed: number;
  readonly refusals: QuoteRefusal[];
}

function apply(
  ctx: Ctx,
  quoter: Quoter,
  owner: string,
  admitted: readonly AdmittedQuote[],
): Quoted {
  const { group } = quoter;
  const done: Quoted = { quoted: 0, removed: 0, refusals: [] };
  const names: string[] = [];
  let reserve = reserveOf(ctx, group);
  const rests: AdmittedQuote[] = [];
  let gone = 0;
  for (const quote of admitted) {
    const { series, isBuy, side, index } = quote;
    const result = setQuote(ctx, quoter, quote, quote.band);
    if (result.kind === 'nothing') continue;
    const isQuoted = result.kind === 'quoted';
    if (result.kind === 'removed' || (result.kind === 'refused' && result.hadQuote)) gone++;
    if (isQuoted) done.quoted++;
    else if (result.kind === 'removed') done.removed++;
    else done.refusals.push({ index, isBuy, code: result.code });
    if (result.kind === 'quoted' && result.isNew) {
      keepBook(ctx, series);
      rests.push(quote);
    }
    const quantity = isQuoted ? toNumber(side.quantity) : 0;
    const priceUusd = isQuoted ? toNumber(side.priceUusd) : 0;
    reserve = withQuote(reserve, series, { isBuy, quantity, priceUusd });
    const where = isQuoted ? `:${result.orderId}:${side.priceUusd}` : '';
    names.push(`${sideName(series.symbol, isBuy)}:${quantity}${where}`);
  }
  ctx.emit('quotes_set', { ...labels(ctx, group), quotes: names.join(' ') }, ['group_id']);
  countQuotes(ctx, group.subaccountId, rests.length - gone);
  if (rests.length > gone) assertQuotesOf(ctx, owner);
  judge(ctx, group, reserve);
  for (const { series, isBuy } of rests) giveUpWorst(ctx, series.id, isBuy);
  return done;
}

/**
 * Reserves for all that its limit lets fill, or, where that is too much now that some of it has
 * filled, for what was left of it before.
 * @throws Reject insufficientMargin, insufficientCash, quotesCap
 */
function judge(ctx: Ctx, group: QuoteGroup, reserve: GroupReserve): void {
  const { subaccountId: id, budget, maxQuote } = group;
  const before = groups.must(ctx, group.id).budget;
  keep(ctx, group, reserve, budget);
  if (before < budget && before >= maxQuote && !keepsReserve(ctx, id)) {
    keep(ctx, group, reserve, before);
  }
  assertQuotesMargin(ctx, id);
}

function keep(ctx: Ctx, group: QuoteGroup, reserve: GroupReserve, budget: bigint): void {
  groups.set(ctx, group.id, { ...group, budget });
  storeReserve(ctx, group.subaccountId, { ...reserve, quantity: toNumber(budget) });
}
