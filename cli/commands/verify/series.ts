import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry, Series, Underlying } from '../../../proto/gen/tenor.options.v1.ts';
import { records } from '../../../app/lib/records.ts';
import {
  expiryOfPrice,
  formatExpiry,
  parseSymbol,
  settledDay,
} from '../../../app/modules/options/core/index.ts';
import { LightError } from '../../../light/index.ts';
import type { VerifiedState } from '../../../light/index.ts';
import { formatPrice } from '../../amounts.ts';
import { queries } from '../../../client/queries.ts';
import { RefusedError, usageError } from '../../errors.ts';
import { enumName } from '../../output/json.ts';
import type { Session } from '../../session.ts';

/**
 * The id of a series as the node gives it, which is a hint: what is proved under it must carry the
 * symbol. Null when the node knows no such series.
 */
export async function seriesHint(session: Session, symbol: string): Promise<bigint | null> {
  if (parseSymbol(symbol) === null) {
    throw usageError(`${symbol} is not the symbol of a series.`, 'See: tenor market list');
  }
  const node = await session.node();
  try {
    return (await node.ask(queries.seriesBySymbol, { symbol })).series?.id ?? null;
  } catch (error) {
    if (error instanceof RefusedError && error.codespace === 'options') return null;
    throw error;
  }
}

/** The series of an id, which must be the one of a symbol. @throws LightError a lie */
export async function proveSeries(
  view: VerifiedState,
  id: bigint,
  symbol: string,
): Promise<Series> {
  const series = await view.get(records.series, id);
  if (series?.symbol === symbol) return series;
  const what = series === undefined ? 'no series' : `the series ${series.symbol}`;
  throw new LightError('lie', `it says that ${symbol} is series ${id}, which is ${what}`);
}

/** The underlyings that the chain's proved parameters name. */
export async function proveUnderlyings(view: VerifiedState): Promise<readonly Underlying[]> {
  const params = await view.get(records.optionsParams, null);
  return params?.underlyings ?? [];
}

/** An expiry, or the price left of it; undefined when it is proved that neither is there. */
export async function proveExpiry(
  view: VerifiedState,
  underlyingId: number,
  expirySeconds: bigint,
): Promise<Expiry | undefined> {
  const found = await view.get(records.expiries, [underlyingId, expirySeconds]);
  if (found !== undefined) return found;
  const day = await view.get(records.settledPrices, [underlyingId, settledDay(expirySeconds)]);
  const price = day?.prices.find((one) => one.expirySeconds === expirySeconds);
  return price === undefined ? undefined : expiryOfPrice(underlyingId, price);
}

export function expirySentence(name: string, expiry: Expiry | undefined): string {
  if (expiry === undefined) return `${name} is not listed`;
  const { status, settlementUusd = 0n, coveredMs } = expiry;
  // Of an old one the sums are gone.
  const average = coveredMs === 0n ? '' : `, the average of ${coveredMs / 1_000n} seconds`;
  const price = `${formatPrice(settlementUusd)} USD${average}`;
  switch (status) {
    case ExpiryStatus.EXPIRY_STATUS_SETTLED:
      return `${name} has settled at ${price}, in block ${expiry.settledHeight}`;
    case ExpiryStatus.EXPIRY_STATUS_SETTLING:
      return `${name} settles at ${price}; its payouts are under way`;
    case ExpiryStatus.EXPIRY_STATUS_NONE:
    case ExpiryStatus.EXPIRY_STATUS_TRADING:
    case ExpiryStatus.EXPIRY_STATUS_AWAITING_PRICE:
      return `${name} is ${enumName(ExpiryStatus, status).replaceAll('_', ' ')}`;
  }
}

/**
 * Why there cannot be a series that the node does not know: its expiry has settled, or is not
 * listed. A series of a trading expiry may exist all the same.
 * @throws LightError unprovable
 */
export async function sayNoSeries(view: VerifiedState, symbol: string): Promise<string> {
  const { underlying, expirySeconds } = parseSymbol(symbol)!;
  const known = (await proveUnderlyings(view)).find((u) => u.symbol === underlying);
  if (known === undefined) return `there are no options on ${underlying}`;
  const expiry = await proveExpiry(view, known.id, expirySeconds);
  const isOver = expiry?.status === ExpiryStatus.EXPIRY_STATUS_SETTLED;
  if (expiry === undefined || isOver) {
    return expirySentence(`${underlying} ${formatExpiry(expirySeconds)}`, expiry);
  }
  throw new LightError(
    'unprovable',
    `it says that ${symbol} is not listed, of which there is no proof while its expiry trades`,
  );
}
