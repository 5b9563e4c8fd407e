import type { Quote, QuoteRefusal } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import type { QuotedSide } from '../../margin/index.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { keepBook } from '../orders/resting.ts';
import { toNumber, toUusd } from '../units.ts';
import { sideName } from './pull.ts';
import { seriesReader } from './quotedSeries.ts';
import type { QuotedSeries } from './quotedSeries.ts';
import { codeOf } from './refusals.ts';
import { setQuote } from './setQuote.ts';
import type { Quoter, QuoteResult } from './setQuote.ts';

/** Of a series that is not listed (any more). */
const UNKNOWN: QuoteResult = { kind: 'refused', code: codeOf('notTrading'), hadQuote: false };

interface Added {
  readonly series: Series;
  readonly isBuy: boolean;
}

/** What became of a message of quotes. */
export interface QuotesSet {
  readonly quoted: number;
  readonly removed: number;
  readonly refusals: readonly QuoteRefusal[];
  /** As the event names them: what is in the books now, and what is not and why. */
  readonly names: readonly string[];
  readonly refused: readonly string[];
  /** That rest where none of the group did. */
  readonly added: readonly Added[];
  /** How many rest no more. */
  readonly gone: number;
  /** Sides of the books that have changed. */
  readonly sides: readonly QuotedSide[];
}

/** Sets the quotes of a message one by one, each side with a result of its own. */
export function setQuotes(ctx: Ctx, quoter: Quoter, quotes: readonly Quote[]): QuotesSet {
  const read = seriesReader(ctx, quoter.group);
  const [refusals, names, refused]: [QuoteRefusal[], string[], string[]] = [[], [], []];
  const [added, sides]: [Added[], QuotedSide[]] = [[], []];
  let [quoted, removed, gone] = [0, 0, 0];
  for (const [index, quote] of quotes.entries()) {
    const found = read(quote.series);
    for (const isBuy of sidesOf(found, quote)) {
      const side = (isBuy ? quote.bid : quote.ask)!;
      const result = found === undefined ? UNKNOWN : setQuote(ctx, quoter, found, isBuy, side);
      if (result.kind === 'nothing') continue;
      const name = sideName(quote.series, isBuy);
      if (result.kind === 'refused') {
        refusals.push({ index, isBuy, code: result.code });
        refused.push(`${name}:${result.code}`);
        if (!result.hadQuote) continue;
      }
      const { series } = found!;
      if (result.kind === 'quoted') {
        const [quantity, priceUusd] = [toNumber(side.quantity), toNumber(side.priceUusd)];
        quoted++;
        names.push(`${name}:${quantity}:${result.orderId}:${priceUusd}`);
        if (result.was !== 'same') sides.push({ series, isBuy, quantity, priceUusd });
        if (result.was !== 'nothing') continue;
        keepBook(ctx, series);
        added.push({ series, isBuy });
      } else {
        if (result.kind === 'removed') removed++;
        gone++;
        sides.push({ series, isBuy, quantity: 0, priceUusd: 0 });
        names.push(`${name}:0`);
      }
    }
  }
  return { quoted, removed, refusals, names, refused, added, gone, sides };
}

/**
 * Whether the sides that are given buy, in the order in which they go into the book, so that none
 * meets the one that is replaced with it: where the ask comes down to a bid, that moves first, as
 * it may be the group's own.
 */
function sidesOf(found: QuotedSeries | undefined, { bid, ask }: Quote): boolean[] {
  if (ask === undefined) return [true];
  if (bid === undefined) return [false];
  const best = found?.book?.bestBid();
  const isBidFirst = typeof best === 'number' && toUusd(best) >= ask.priceUusd;
  return isBidFirst ? [true, false] : [false, true];
}
