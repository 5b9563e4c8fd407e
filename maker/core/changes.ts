import type { Quote, QuoteSide } from '../../proto/gen/tenor.clob.v1.ts';
import type { WantedQuote } from './wantedQuotes.ts';

/** One side of a series in the book. */
export interface Resting {
  readonly series: string;
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
  readonly remaining: bigint;
}

const NOTHING: QuoteSide = { priceUusd: 0n, quantity: 0n };

/**
 * The quotes to send so that the book holds what is wanted: sides that are off by the tolerance, a
 * part of half their spread, that have filled, are missing, or are not wanted any more.
 */
export function changesOf(
  wanted: readonly WantedQuote[],
  resting: readonly Resting[],
  tolerance: number,
): Quote[] {
  const there = new Map(resting.map((r) => [sideKey(r.series, r.isBuy), r]));
  const quotes = wanted.flatMap(({ symbol, bid, ask, halfUusd }) => {
    const change = (isBuy: boolean, side: QuoteSide | null) => {
      const key = sideKey(symbol, isBuy);
      const old = there.get(key);
      there.delete(key);
      return isGood(side, old, tolerance * halfUusd) ? undefined : (side ?? NOTHING);
    };
    const quote = { series: symbol, bid: change(true, bid), ask: change(false, ask) };
    return quote.bid === undefined && quote.ask === undefined ? [] : [quote];
  });
  return [...withdrawn([...there.values()]), ...quotes];
}

const sideKey = (series: string, isBuy: boolean): string => `${isBuy ? 'b' : 's'}${series}`;

function isGood(side: QuoteSide | null, old: Resting | undefined, slackUusd: number): boolean {
  if (side === null || old === undefined) return side === null && old === undefined;
  const off = Math.abs(Number(side.priceUusd - old.priceUusd));
  return side.quantity === old.remaining && off <= slackUusd;
}

function withdrawn(left: readonly Resting[]): Quote[] {
  const bySeries = new Map<string, Quote>();
  for (const { series, isBuy } of left) {
    const quote = bySeries.get(series) ?? { series, bid: undefined, ask: undefined };
    bySeries.set(series, { ...quote, ...(isBuy ? { bid: NOTHING } : { ask: NOTHING }) });
  }
  return [...bySeries.values()];
}
