import type { Quote, QuoteGroup } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series, Underlying } from '../../../../proto/gen/tenor.options.v1.ts';
import { bandOf } from '../../margin/index.ts';
import type { Band } from '../../margin/index.ts';
import { isTrading, mustSeriesBySymbol, mustUnderlyingById } from '../../options/index.ts';
import { contractsText } from '../../../lib/amountText.ts';
import type { View } from '../../../runtime/context.ts';
import { assertAuctionOpen, assertMayTakeBack } from '../auctions/auctionAt.ts';
import { booksOf } from '../books/books.ts';
import { clobErrors } from '../errors.ts';
import { assertTick } from '../orders/admit/priceRules.ts';
import { assertLot } from '../orders/admit/sizeRules.ts';
import { toUusd } from '../units.ts';
import type { NewQuote } from './setQuote.ts';

export interface AdmittedQuote extends NewQuote {
  readonly band: Band;
  /** In its message. */
  readonly index: number;
}

/**
 * The sides of a message in the order in which they go into the books, so that no side meets the
 * one that is replaced with it. Whatever is wrong with one of them,
 * other than what the market may have done meanwhile, refuses them all.
 * @throws Reject badQuote, notTrading, noMark, badTick, badSize
 */
export function admitQuotes(
  view: View,
  group: QuoteGroup,
  quotes: readonly Quote[],
): AdmittedQuote[] {
  const underlying = mustUnderlyingById(view, group.underlyingId);
  return quotes.flatMap((quote, index) => {
    const series = mustSeriesBySymbol(view, quote.series);
    const band = bandFor(view, group, series, underlying);
    assertAuctionOpen(view, series, true);
    assertMayTakeBack(view, series.id);
    const sides: AdmittedQuote[] = [];
    const add = (isBuy: boolean, side: Quote['bid']): void => {
      if (side === undefined) return;
      if (side.quantity > 0n) {
        assertTick(underlying, side.priceUusd);
        assertSize(group, underlying, side.quantity);
      }
      sides.push({ series, isBuy, side, band, index });
    };
    // Where the ask comes down to a bid, that moves first: it may be the group's own.
    const best = booksOf(view).peek(series.id)?.bestBid() ?? null;
    const isBidFirst = best !== null && toUusd(best) >= (quote.ask?.priceUusd ?? 0n);
    if (isBidFirst) add(true, quote.bid);
    add(false, quote.ask);
    if (!isBidFirst) add(true, quote.bid);
    return sides;
  });
}

function bandFor(view: View, group: QuoteGroup, series: Series, { symbol }: Underlying): Band {
  if (series.underlyingId !== group.underlyingId) {
    throw clobErrors.badQuote(`the group ${group.name} quotes ${symbol}, not ${series.symbol}`);
  }
  if (!isTrading(view, series)) {
    throw clobErrors.notTrading(`${series.symbol} does not trade (any more): see the markets`);
  }
  const band = bandOf(view, series);
  if (band !== undefined) return band;
  throw clobErrors.noMark('prices are not live: no quotes are taken until they are');
}

function assertSize(
  { maxQuote, name }: QuoteGroup,
  underlying: Underlying,
  quantity: bigint,
): void {
  if (quantity > maxQuote) {
    throw clobErrors.badSize(`a quote of ${name} is at most ${contractsText(maxQuote)}`);
  }
  if (quantity > underlying.maxOrder) {
    throw clobErrors.badSize(`a quote is at most ${contractsText(underlying.maxOrder)}`);
  }
  assertLot(underlying, quantity);
}
