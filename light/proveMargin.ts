import { MarginMode } from '../proto/gen/tenor.accounts.v1.ts';
import type { Subaccount } from '../proto/gen/tenor.accounts.v1.ts';
import type {
  ExplainedExpiry,
  ExplainedQuotes,
  ExplainedUnderlying,
  Explanation,
  Margin,
  Params as MarginParams,
} from '../proto/gen/tenor.margin.v1.ts';
import { ListingCalendar } from '../proto/gen/tenor.options.v1.ts';
import type { Expiry, Params as OptionsParams, Series } from '../proto/gen/tenor.options.v1.ts';
import { FeedKind, FeedStatus } from '../proto/gen/tenor.oracle.v1.ts';
import type { Price, Surface } from '../proto/gen/tenor.oracle.v1.ts';
import { records } from '../app/lib/records.ts';
import {
  MIN_PRICE,
  defaultRules,
  markExpiry,
  markSeries,
  replayExplained,
} from '../app/modules/margin/core/index.ts';
import type { Replayed } from '../app/modules/margin/core/index.ts';
import { instrumentOf } from '../app/modules/options/core/index.ts';
import { confidenceOf } from '../app/modules/oracle/core/confidence.ts';
import { agedSurface, slicesOf } from '../app/modules/oracle/core/surface.ts';
import { LightError, lie, must } from './errors.ts';
import { proveCollateralPrice, proveConfidence } from './proveDoubt.ts';
import type { ProvedReader } from './provedReader.ts';
import { OrderProofs, proveResting } from './proveOrders.ts';
import type { Resting } from './proveOrders.ts';
import { proveQuotes } from './proveQuotes.ts';
import type { ProvedGroup } from './proveQuotes.ts';

/** A margin of positions and orders, computed from proved records alone. */
export interface ProvedMargin {
  readonly account: Subaccount;
  readonly positions: readonly { readonly symbol: string; readonly quantity: bigint }[];
  readonly margin: Replayed;
  /** Groups of quotes that have any in the books. */
  readonly groups: number;
}

/** What a node says of an account: where to look, and in which order it was judged. */
export interface MarginHints {
  /** Of what it holds or orders. */
  readonly seriesIds: readonly bigint[];
  readonly orderIds: readonly bigint[];
  /** Of what its groups quote. */
  readonly quotedIds: readonly bigint[];
}

interface Held {
  readonly series: Series;
  readonly quantity: bigint;
  readonly resting: Resting | undefined;
}

const USD = 1e6;
const PPM = 1e6;
/** Volatilities that are old but for these are not margined as they are. */
const { FEED_STATUS_LIVE, FEED_STATUS_RECOVERING } = FeedStatus;

/**
 * Computes the margins and the marked value of a subaccount again from proved records: its cash,
 * all its positions, orders and quotes, index, surface, confidences, expiries, parameters and the
 * time of the block, by the chain's own arithmetic.
 *
 * @throws LightError a lie, where a position, an order or a quote is missing or made up;
 *   unprovable, where prices were old, or it is covered and rests on none
 */
export async function proveMargin(
  reader: ProvedReader,
  accountId: bigint,
  hints: MarginHints,
): Promise<ProvedMargin> {
  const account = await reader.get(records.subaccounts, accountId);
  if (account === undefined) throw new LightError('unprovable', 'there is no such account');
  if (account.mode === MarginMode.MARGIN_MODE_COVERED) {
    throw new LightError(
      'unprovable',
      'a covered account rests on no price: it has no such margin',
    );
  }
  const proofs = new OrderProofs(reader);
  const resting = await proveResting(proofs, account, hints.orderIds);
  const groups = await proveQuotes(reader, proofs, accountId, hints.quotedIds);
  const held = await proveHoldings(reader, account, hints.seriesIds, resting);
  const options = await reader.get(records.optionsParams, null);
  const rules = await reader.get(records.marginParams, null);
  must(options !== undefined && rules !== undefined, 'the chain has no parameters');
  const market = { reader, options, rules, timeMs: await reader.timeMs() };
  const underlyings: ExplainedUnderlying[] = [];
  for (const group of groupsOf(held, ({ series }) => series.underlyingId)) {
    underlyings.push(await explainUnderlying(market, group));
  }
  const quotes: ExplainedQuotes[] = [];
  for (const group of groups) quotes.push(...(await explainQuotes(market, group)));
  const collateralPrice = await proveCollateralPrice(reader, rules);
  const margin = marginOf(account);
  const explanation: Explanation = { margin, underlyings, collateralPrice, quotes };
  const positions = held
    .filter(({ quantity }) => quantity !== 0n)
    .map(({ series, quantity }) => ({ symbol: series.symbol, quantity }));
  return { account, positions, margin: replayExplained(explanation), groups: groups.length };
}

/** A group as an underlying of which nothing is held. Quotes outlive series that are gone. */
async function explainQuotes(
  market: Chain,
  { id, quantity, quotes }: ProvedGroup,
): Promise<ExplainedQuotes[]> {
  const held: Held[] = [];
  for (const [seriesId, resting] of quotes) {
    const series = await market.reader.get(records.series, seriesId);
    if (series !== undefined) held.push({ series, quantity: 0n, resting });
  }
  if (held.length === 0) return [];
  held.sort((a, b) => Number(a.series.expirySeconds - b.series.expirySeconds));
  return [{ groupId: id, quantity, quoted: await explainUnderlying(market, held) }];
}

/** All that it holds and orders: as many positions as its record counts, each with its series. */
async function proveHoldings(
  reader: ProvedReader,
  { id, positions }: Subaccount,
  seriesIds: readonly bigint[],
  resting: ReadonlyMap<bigint, Resting>,
): Promise<Held[]> {
  const held: Held[] = [];
  for (const seriesId of new Set(seriesIds)) {
    const position = await reader.get(records.positions, [id, seriesId]);
    const series = await reader.get(records.series, seriesId);
    const ordered = resting.get(seriesId);
    if (series === undefined || (position === undefined && ordered === undefined)) {
      throw lie(`it says that account ${id} holds series ${seriesId}, of which there is none`);
    }
    held.push({ series, quantity: position?.quantity ?? 0n, resting: ordered });
  }
  const found = held.filter(({ quantity }) => quantity !== 0n).length;
  must(found === positions, `account ${id} holds ${positions} series, not ${found}`);
  const named = held.filter((of) => of.resting !== undefined).length;
  must(named === resting.size, `account ${id} has orders in ${resting.size} series, not ${named}`);
  return held;
}

/** Neighbours with the same key together; a key that comes again is out of order. */
function groupsOf<T>(items: readonly T[], keyOf: (item: T) => number | bigint): T[][] {
  const groups: T[][] = [];
  const seen = new Set<number | bigint>();
  let last: number | bigint | undefined;
  for (const item of items) {
    const key = keyOf(item);
    if (groups.length === 0 || key !== last) {
      must(!seen.has(key), 'its positions are out of order');
      seen.add(key);
      groups.push([]);
    }
    last = key;
    groups.at(-1)!.push(item);
  }
  return groups;
}

interface Chain {
  readonly reader: ProvedReader;
  readonly options: OptionsParams;
  readonly rules: MarginParams;
  readonly timeMs: number;
}

async function explainUnderlying(
  chain: Chain,
  held: readonly Held[],
): Promise<ExplainedUnderlying> {
  const { reader, rules } = chain;
  const { underlyingId } = held[0]!.series;
  const price = await reader.get(records.prices, underlyingId);
  const surface = await reader.get(records.surfaces, underlyingId);
  if (price === undefined || surface === undefined) {
    throw new LightError('unprovable', `underlying ${underlyingId} has no prices at that height`);
  }
  await requireYoung(reader, surface);
  const expiries: ExplainedExpiry[] = [];
  for (const group of groupsOf(held, ({ series }) => series.expirySeconds)) {
    expiries.push(await explainExpiry(chain, price, surface, group));
  }
  const entry = rules.underlyings.find((u) => u.underlyingId === underlyingId);
  const first = entry ?? rules.underlyings[0];
  return {
    ...{ underlyingId, index: Number(price.indexUusd) / USD, expiries },
    confidence: confidenceOf(price.dispersionPpm),
    ...{ rules: first?.portfolio ?? defaultRules(), standard: entry },
  };
}

/** Old volatilities widen what is required: such a margin is not what this computes. */
async function requireYoung(reader: ProvedReader, { underlyingId, rows }: Surface): Promise<void> {
  for (const { expirySeconds } of rows) {
    const key = [FeedKind.FEED_KIND_SURFACE, underlyingId, expirySeconds] as const;
    const status = (await reader.get(records.feeds, key))?.status;
    if (status === FEED_STATUS_LIVE || status === FEED_STATUS_RECOVERING) continue;
    throw new LightError('unprovable', 'its volatilities were old at that height');
  }
}

async function explainExpiry(
  { reader, options, rules, timeMs }: Chain,
  price: Price,
  surface: Surface,
  held: readonly Held[],
): Promise<ExplainedExpiry> {
  const { underlyingId, expirySeconds } = held[0]!.series;
  const expiry = await reader.get(records.expiries, [underlyingId, expirySeconds]);
  if (expiry === undefined) throw lie(`an expiry of ${held[0]!.series.symbol} is not there`);
  const index = Number(price.indexUusd) / USD;
  const slices = slicesOf(surface);
  const marked = markExpiry({
    ...{ index, timeMs, expiry, forwards: slices },
    expirySeconds: Number(expirySeconds),
    windowSeconds: Number(options.settlementWindowSeconds),
    surface: agedSurface(slices, Number(surface.timeMs), timeMs),
  });
  const { forward, settlement, terms } = marked;
  const { fixed, share, varianceYears, yearsToExpiry } = terms;
  // A price that is fixed is no longer moved by anything.
  const over = {
    fixed: Math.max(settlement ?? 0, MIN_PRICE),
    share: 0,
    varianceYears: 0,
    yearsToExpiry: 0,
  };
  const moving = { fixed, share, varianceYears, yearsToExpiry };
  return {
    ...{ expirySeconds, forward, ...(settlement === undefined ? moving : over) },
    settlementFee: (index * feePpm(expiry, options)) / PPM,
    confidence: await proveConfidence(reader, surface, expirySeconds, timeMs),
    legs: held.map(({ series, quantity, resting }) => {
      const { mark, vol } = markSeries(series, index, marked);
      if (vol === undefined) throw new LightError('unprovable', 'a volatility is not known');
      const { isCall, strike } = instrumentOf(series).requirement(series);
      const orders = ordersOf(resting, (index * rules.takerFeePpm) / PPM);
      return { symbol: series.symbol, isCall, strike, volatility: vol, mark, quantity, ...orders };
    }),
  };
}

/** What rests as margin counts it: at what its worst fills cost, the fee of a taker with them. */
function ordersOf(resting: Resting | undefined, feeUsd: number) {
  const none = { buyQuantity: 0n, buyPrice: 0, sellQuantity: 0n, sellPrice: 0 };
  if (resting === undefined) return none;
  const { buyQuantity, highestBidUusd, sellQuantity, lowestOfferUusd } = resting;
  return {
    ...{ buyQuantity, sellQuantity },
    buyPrice: buyQuantity > 0n ? Number(highestBidUusd) / USD + feeUsd : 0,
    sellPrice: sellQuantity > 0n ? Math.max(Number(lowestOfferUusd) / USD - feeUsd, 0) : 0,
  };
}

/** Dailies are free (options module). */
const feePpm = ({ calendar }: Expiry, { settlementFeePpm }: OptionsParams): number =>
  calendar === ListingCalendar.LISTING_CALENDAR_DAILY ? 0 : settlementFeePpm;

/** What a replay reads of a margin: cash and mode. */
function marginOf({ cashUusd, mode }: Subaccount): Margin {
  return {
    ...{ cashUusd, mode, markToMarketUusd: 0n, initialUusd: 0n, maintenanceUusd: 0n },
    ...{ initialRequirementUusd: 0n, maintenanceRequirementUusd: 0n, degraded: false },
    ...{ expiries: [], underlyings: [], covered: [], quotesReservedUusd: 0n },
  };
}
