import { budgetOf, filledOf, isFrozen, keeps, ofName } from './groups.ts';
import { band, remove, rest } from './matching.ts';
import type { Verdict } from './matching.ts';
import type { Model } from './model.ts';
import type { Account, Group, Order, Quotes, Series } from './types.ts';

export interface QuoteSide {
  readonly priceUusd: bigint;
  /** 0 takes the group's quote there back. */
  readonly quantity: bigint;
}

export interface TwoSided {
  readonly series: Series;
  readonly bid?: QuoteSide;
  readonly ask?: QuoteSide;
}

/** What a message of quotes came to. */
export interface Quoted {
  quoted: number;
  removed: number;
  /** Of sides that the market did not take: which, and the code. */
  readonly refusals: string[];
}

interface Told {
  readonly idOf: (series: Series, isBuy: boolean) => bigint;
}

interface Side extends QuoteSide {
  readonly series: Series;
  readonly isBuy: boolean;
  readonly index: number;
}

const [NOT_TRADING, SIZE, OTHER_UNDERLYING] = [2, 4, 40];
const [PRICE_BAND, NOT_LIVE] = [5, 6];
const [POST_ONLY, HELD, CLEARING] = [8, 26, 25];

/** What refuses a message as a whole, whatever margin says; undefined where nothing does. */
export function wrongWith(account: Account, name: string, timeMs: number): string | undefined {
  const group = ofName(account, name);
  if (group === undefined) return 'clob/41';
  if (account.liquidation !== null) return 'clob/14';
  if (isFrozen(group, timeMs)) return 'clob/43';
  return undefined;
}

/** Sides in the order in which they move, so that none meets the one that is replaced with it. */
function sidesOf(model: Model, quotes: readonly TwoSided[]): Side[] {
  return quotes.flatMap(({ series, bid, ask }, index): Side[] => {
    const best = model.book(series).bids[0];
    const isBidFirst = best !== undefined && best.priceUusd >= (ask?.priceUusd ?? 0n);
    const bids = bid === undefined ? [] : [{ ...bid, series, isBuy: true, index }];
    const asks = ask === undefined ? [] : [{ ...ask, series, isBuy: false, index }];
    return isBidFirst ? [...bids, ...asks] : [...asks, ...bids];
  });
}

/**
 * Each side replaces the group's last one there; then the group is judged once (ADR 114).
 *
 * @param told what only the chain says
 */
export function massQuote(
  model: Model,
  group: Group,
  given: readonly TwoSided[],
  quotes: Quotes,
  told: Told,
): { readonly quoted: Quoted; readonly verdict: Verdict } {
  // What filled before a freeze that is over is past.
  if (group.frozenUntilMs > 0) [group.fills, group.frozenUntilMs] = [[], 0];
  const before = group.budget;
  const quoted: Quoted = { quoted: 0, removed: 0, refusals: [] };
  // The message is of one moment: sides are put in order before any of them moves.
  for (const side of sidesOf(model, given)) set(model, group, side, quotes, told, quoted);
  group.budget = budgetOf(group, filledOf(group, quotes.timeMs).quantity);
  const full = keeps(group.account, quotes, false);
  if (full === 'no' && before < group.budget && before >= group.maxQuote) group.budget = before;
  return { quoted, verdict: keeps(group.account, quotes, true) };
}

function set(
  model: Model,
  group: Group,
  side: Side,
  quotes: Quotes,
  told: Told,
  quoted: Quoted,
): void {
  const { series, isBuy, priceUusd, quantity, index } = side;
  const book = model.book(series);
  const own = isBuy ? book.bids : book.asks;
  const last = group.quotes.find((quote) => quote.series === series && quote.isBuy === isBuy);
  if (!model.series.has(series.id)) {
    // Even to take something back, as there is nothing any more.
    quoted.refusals.push(`${index}/${isBuy}/${NOT_TRADING}`);
    return;
  }
  if (last !== undefined && model.auctions.isLocked(series)) {
    // What an auction holds stays.
    quoted.refusals.push(`${index}/${isBuy}/${HELD}`);
    return;
  }
  if (quantity === 0n) {
    if (last === undefined) return;
    remove(book, last);
    quoted.removed++;
    return;
  }
  const code = refusalOf(model, group, side, quotes);
  if (code !== undefined) {
    if (last !== undefined) remove(book, last);
    quoted.refusals.push(`${index}/${isBuy}/${code}`);
    return;
  }
  quoted.quoted++;
  model.auctions.came(series);
  const next: Order = {
    ...{
      id: last?.id ?? told.idOf(series, isBuy),
      account: group.account,
      series,
      isBuy,
      priceUusd,
    },
    ...{ isReduceOnly: false, postOnly: 'reject', selfTrade: 'taker', goodTilSeconds: 0 },
    ...{ group, left: quantity, filled: 0n, since: model.height },
  };
  const keepsPlace = last?.priceUusd === priceUusd && quantity <= last.left;
  if (last === undefined || !keepsPlace) {
    if (last !== undefined) remove(book, last);
    rest(book, next);
    return;
  }
  next.seq = last.seq!;
  own[own.indexOf(last)] = next;
  group.quotes[group.quotes.indexOf(last)] = next;
}

/** Why a side is not taken (ADR 157). */
function refusalOf(
  model: Model,
  group: Group,
  { series, isBuy, priceUusd, quantity }: Side,
  quotes: Quotes,
): number | undefined {
  const isOver = series.expirySeconds * 1_000 <= quotes.timeMs;
  if (isOver) return NOT_TRADING;
  if (series.underlyingId !== group.underlyingId) return OTHER_UNDERLYING;
  if (!model.auctions.takes(series)) return NOT_TRADING;
  if (!model.feeds.isPriceFresh(series)) return NOT_LIVE;
  if (model.auctions.at(series)?.isClearing === true) return CLEARING;
  if (quantity > group.maxQuote) return SIZE;
  const { low, high } = band(quotes, series);
  const price = Number(priceUusd);
  if (isBuy ? price > high : price < low) return PRICE_BAND;
  if (model.auctions.at(series) !== undefined) return undefined;
  const { bids, asks } = model.book(series);
  const best = (isBuy ? asks : bids)[0]?.priceUusd;
  if (best === undefined) return undefined;
  return (isBuy ? priceUusd >= best : priceUusd <= best) ? POST_ONLY : undefined;
}

/** All that a message can change, to put it back where the message was refused. */
export function remembered(model: Model, group: Group, given: readonly TwoSided[]): () => void {
  const { budget, frozenUntilMs, fills, quotes } = group;
  const kept = { budget, frozenUntilMs, fills: [...fills], quotes: [...quotes] };
  const putBack = model.auctions.remembered();
  const books = given.map(({ series }) => {
    const book = model.book(series);
    return [book, [...book.bids], [...book.asks]] as const;
  });
  return () => {
    Object.assign(group, kept);
    putBack();
    for (const [book, bids, asks] of books) {
      book.bids.splice(0, book.bids.length, ...bids);
      book.asks.splice(0, book.asks.length, ...asks);
    }
  };
}
