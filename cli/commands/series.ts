import type { BookLevels, Level } from '../../proto/gen/tenor.clob.v1.ts';
import type { Mark } from '../../proto/gen/tenor.margin.v1.ts';
import type { QuerySeriesBySymbolResponse, Series } from '../../proto/gen/tenor.options.v1.ts';
import { parseExpiry, parseSymbol } from '../../app/modules/options/core/index.ts';
import { nearest } from '../nearest.ts';
import { RefusedError, usageError } from '../errors.ts';
import type { Node } from '../chain/node.ts';
import { queries } from '../../client/queries.ts';

const PAGE = 1_000;
/** Questions under way to a node at a time. */
const CONCURRENCY = 12;
const UNKNOWN_SERIES = 2;

const isExpiry = (text: string | undefined): boolean =>
  text !== undefined && parseExpiry(text.toUpperCase()) !== null;

/** An expiry and what goes with it, whichever of the two was typed first. */
export function expiryFirst(
  given: readonly (string | undefined)[],
): readonly (string | undefined)[] {
  const [first, second] = given;
  return isExpiry(second) && !isExpiry(first) ? [second, first] : given;
}

/** `27DEC26` or `27DEC26T0915` as Unix seconds. */
export function readExpiry(text: string): bigint {
  const seconds = parseExpiry(text.toUpperCase());
  if (seconds !== null) return seconds;
  throw usageError(
    `"${text}" is not the name of an expiry.`,
    'It is like 27DEC26, or 27DEC26T0915 for another time than 08:00 UTC.',
  );
}

/** All series, of an underlying and of an expiry when given, by expiry, strike and kind. */
export async function listSeries(
  node: Node,
  underlying = '',
  expirySeconds = 0n,
): Promise<Series[]> {
  const all: Series[] = [];
  for (let afterId = 0n; ;) {
    const request = { underlying, expirySeconds, afterId, limit: PAGE };
    const page = await node.ask(queries.series, request);
    all.push(...page.series);
    const { nextAfterId } = page;
    if (nextAfterId === undefined || nextAfterId <= afterId) break;
    afterId = nextAfterId;
  }
  return all.sort(
    (a, b) =>
      a.underlyingId - b.underlyingId ||
      Number(a.expirySeconds - b.expirySeconds) ||
      Number(a.strikeUusd - b.strikeUusd) / 1e6 ||
      a.kind - b.kind,
  );
}

/** A series by its symbol; one that does not exist is refused with the nearest that do. */
export async function findSeries(node: Node, text: string): Promise<QuerySeriesBySymbolResponse> {
  const symbol = text.toUpperCase();
  try {
    return await node.ask(queries.seriesBySymbol, { symbol });
  } catch (error) {
    const unknown = error instanceof RefusedError && error.codespace === 'options';
    if (!unknown || error.code !== UNKNOWN_SERIES) throw error;
    const symbols = (await listSeries(node)).map((series) => series.symbol);
    const close = nearest(symbol, symbols, 3);
    const advice = close.length > 0 ? `Nearest: ${close.join(', ')}.` : error.advice;
    const what = parseSymbol(symbol) === null ? 'is not the symbol of a series' : 'is not listed';
    throw new RefusedError(error, `${symbol} ${what}.`, advice);
  }
}

/** Best prices of a series; none when it left the list meanwhile. */
export interface Top {
  readonly bid: Level | null;
  readonly ask: Level | null;
  /** Where a depth was asked for. */
  readonly levels?: BookLevels | undefined;
}

type Listed = Pick<Series, 'symbol' | 'expirySeconds'>;

/** Best prices by symbol, of the expiries of these series, with so many levels of their books. */
export async function topsOf(
  node: Node,
  series: readonly Listed[],
  depth?: number,
): Promise<Map<string, Top>> {
  const pages = await byExpiry(series, (expiry) =>
    node.ask(queries.bestPrices, depth === undefined ? expiry : { ...expiry, depth }),
  );
  const found = new Map(pages.flatMap((page) => page.series).map((top) => [top.symbol, top]));
  return new Map(
    series.map(({ symbol }) => {
      const { bid = null, ask = null, levels } = found.get(symbol) ?? {};
      return [symbol, { bid, ask, levels }];
    }),
  );
}

/** Marks by symbol, of the expiries of these series. */
export async function marksOf(node: Node, series: readonly Listed[]): Promise<Map<string, Mark>> {
  const pages = await byExpiry(series, (expiry) =>
    node.ask(queries.marks, { ...expiry, symbol: '' }),
  );
  return new Map(pages.flatMap(({ marks }) => marks.map((mark) => [mark.symbol, mark] as const)));
}

/** Asks once for each expiry of these series. */
function byExpiry<R>(
  series: readonly Listed[],
  ask: (expiry: { readonly underlying: string; readonly expirySeconds: bigint }) => Promise<R>,
): Promise<R[]> {
  const expiries = new Map(
    series.map(({ symbol, expirySeconds }) => {
      const underlying = symbol.split('-')[0]!;
      return [`${underlying} ${expirySeconds}`, { underlying, expirySeconds }] as const;
    }),
  );
  return mapLimited([...expiries.values()], ask);
}

/** The results in order, with a bounded number of calls under way. */
export async function mapLimited<T, R>(
  items: readonly T[],
  call: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await call(items[i]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, worker));
  return results;
}
