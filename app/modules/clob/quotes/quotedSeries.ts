import type { CallAuction } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series, Underlying } from '../../../../proto/gen/tenor.options.v1.ts';
import { bandOf } from '../../margin/index.ts';
import type { Band } from '../../margin/index.ts';
import { seriesBySymbol } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import { isLocked, openingOf, recoveryOf, takesOrders } from '../auctions/auctionAt.ts';
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

/** What the series of an expiry share. */
interface QuotedExpiry {
  readonly auction: CallAuction | undefined;
  readonly isTrading: boolean;
}

/**
 * Reads the series of a message, undefined where none of that name is listed (any more). What an
 * expiry shares is read once.
 */
export function seriesReader(
  view: View,
  underlying: Underlying,
): (symbol: string) => QuotedSeries | undefined {
  const expiries = new Map<bigint, QuotedExpiry>();
  const expiryOf = (series: Series): QuotedExpiry => {
    const { expirySeconds } = series;
    const known = expiries.get(expirySeconds);
    if (known !== undefined) return known;
    const auction = recoveryOf(view, series);
    const expiry = { auction, isTrading: takesOrders(view, series) };
    expiries.set(expirySeconds, expiry);
    return expiry;
  };
  return (symbol) => {
    const series = seriesBySymbol(view, symbol);
    if (series === undefined) return undefined;
    const band = bandOf(view, series);
    if (series.underlyingId !== underlying.id) {
      return { series, band, auction: undefined, isHeld: false, closed: BAD_QUOTE };
    }
    const expiry = expiryOf(series);
    const auction = expiry.auction ?? openingOf(view, series.id);
    const isHeld = auction !== undefined && isLocked(view, series, auction);
    return { series, band, auction, isHeld, closed: closedBy(expiry, band, auction) };
  };
}

function closedBy(
  expiry: QuotedExpiry,
  band: Band | undefined,
  auction: CallAuction | undefined,
): number | null {
  if (!expiry.isTrading) return NOT_TRADING;
  if (band === undefined) return NO_MARK;
  return auction?.isClearing === true ? AUCTION : null;
}
