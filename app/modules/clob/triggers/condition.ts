import { TriggerOn, TriggerWhen } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Trigger } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { bandOf } from '../../margin/index.ts';
import { seriesById } from '../../options/index.ts';
import { indexOf, isFresh } from '../../oracle/index.ts';
import type { View } from '../../../runtime/context.ts';
import { auctionAt, takesOrders } from '../auctions/auctionAt.ts';

/** What a price is of: the index or the mark in the highest bits, then the series. */
const INDEX_BIT = 1n << 62n;

/**
 * Of a trigger, the number under which all triggers on the same price are kept. Those on an index
 * are kept by their series, too: all under a number can fire, or none of them.
 */
export const priceKey = ({ on, seriesId }: Trigger): bigint =>
  on === TriggerOn.TRIGGER_ON_INDEX ? INDEX_BIT | seriesId : seriesId;

/** All numbers under which triggers of a series are kept. */
export const keysOfSeries = (seriesId: bigint): bigint[] => [seriesId, INDEX_BIT | seriesId];

/**
 * The price that fires, undefined while no order in the series can trade: an order that is refused
 * then would be a stop that is lost.
 */
export function firingPrice(view: View, key: bigint): bigint | undefined {
  const series = seriesById(view, key & ~INDEX_BIT);
  if (series === undefined || !canTrade(view, series)) return undefined;
  return livePrice(view, key);
}

/** It is traded, at live prices, and in no auction, in which nobody can be taken. */
const canTrade = (view: View, series: Series): boolean =>
  takesOrders(view, series) &&
  bandOf(view, series) !== undefined &&
  auctionAt(view, series) === undefined;

/** The price behind such a number, in uusd; undefined while it is not fresh. */
export function livePrice(view: View, key: bigint): bigint | undefined {
  const series = seriesById(view, key & ~INDEX_BIT);
  if (series === undefined) return undefined;
  if (key < INDEX_BIT) return bandOf(view, series)?.markUusd;
  const index = indexOf(view, series.underlyingId);
  return index !== undefined && isFresh(index.status) ? index.indexUusd : undefined;
}

export const isMet = (when: TriggerWhen, levelUusd: bigint, priceUusd: bigint): boolean =>
  when === TriggerWhen.TRIGGER_WHEN_ABOVE ? priceUusd >= levelUusd : priceUusd <= levelUusd;
