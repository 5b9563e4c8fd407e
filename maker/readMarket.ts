import type { TenorClient } from '../client/index.ts';
import { queries } from '../client/index.ts';
import { parseSymbol } from '../app/modules/options/core/index.ts';
import { Params } from '../proto/gen/tenor.options.v1.ts';
import type { Underlying } from '../proto/gen/tenor.options.v1.ts';
import { FeedStatus } from '../proto/gen/tenor.oracle.v1.ts';
import type { Mark } from '../proto/gen/tenor.margin.v1.ts';
import type { MarkedSeries } from './core/market.ts';

/** The rules of underlyings, by symbol. */
export async function readRules(client: TenorClient): Promise<Map<string, Underlying>> {
  const { params } = await client.ask(queries.params, { module: 'options' });
  return new Map(Params.decode(params).underlyings.map((u) => [u.symbol, u]));
}

/** Series of an underlying that have a mark now: none while its prices are not live. */
export async function readSeries(client: TenorClient, underlying: string): Promise<MarkedSeries[]> {
  const request = { underlying, expirySeconds: 0n, symbol: '' };
  const { marks } = await client.ask(queries.marks, request);
  return marks.flatMap(markedSeries);
}

/** On others nobody may open a position, so no quotes are taken. */
const fresh: readonly FeedStatus[] = [
  FeedStatus.FEED_STATUS_LIVE,
  FeedStatus.FEED_STATUS_RECOVERING,
];

function markedSeries(mark: Mark): MarkedSeries[] {
  const { symbol, markUusd, forward, delta, vega, bandLowUusd, bandHighUusd } = mark;
  if (!fresh.includes(mark.status)) return [];
  const name = parseSymbol(symbol);
  if (name === null || markUusd === undefined) return [];
  if (delta === undefined || vega === undefined) return [];
  const { expirySeconds } = name;
  return [
    {
      ...{ symbol, expirySeconds, forward, delta, vega },
      ...{ markUsd: Number(markUusd) / 1e6, lowUusd: bandLowUusd, highUusd: bandHighUusd },
    },
  ];
}
