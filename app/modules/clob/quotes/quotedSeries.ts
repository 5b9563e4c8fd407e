import type { CallAuction } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series, Underlying } from '../../../../proto/gen/tenor.options.v1.ts';
import { bandOf } from '../../margin/index.ts';
import type { Band } from '../../margin/index.ts';
import { isTrading, seriesBySymbol } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import { auctionAt, isLocked } from '../auctions/auctionAt.ts';
import { codeOf } from './refusals.ts';

const BAD_QUOTE = codeOf('badQuote');
const NOT_TRADING = codeOf('notTrading');
const NO_MARK = codeOf('noMark');
const AUCTION = codeOf('auction');

/** A series as a message of quotes finds it: read once for both of its sides. */
export interface QuotedSeries {
  readonly series: Series;
  /** Absent where prices are not live. */
  readonly band: Band | undefined;
  readonly auction: CallAuction | undefined;
  /** Why it takes no quotes now, or null. What rests may go all the same, unless it is held. */
  readonly closed: number | null;
  /** What rests stays until the auction is over. */
  readonly isHeld: boolean;
}

/** Undefined where no series of that name is listed (any more). */
export function quotedSeries(
  view: View,
  underlying: Underlying,
  symbol: string,
): QuotedSeries | undefined {
  const series = seriesBySymbol(view, symbol);
  if (series === undefined) return undefined;
  const band = bandOf(view, series);
  const auction = auctionAt(view, series);
  const isHeld = auction !== undefined && isLocked(view, series, auction);
  const found = { series, band, auction, isHeld };
  return { ...found, closed: closedBy(view, underlying, found) };
}

function closedBy(
  view: View,
  underlying: Underlying,
  { series, band, auction }: Omit<QuotedSeries, 'closed'>,
): number | null {
  if (series.underlyingId !== underlying.id) return BAD_QUOTE;
  if (!isTrading(view, series)) return NOT_TRADING;
  if (band === undefined) return NO_MARK;
  return auction?.isClearing === true ? AUCTION : null;
}
