import * as pb from '../../../proto/gen/tenor.oracle.v1.ts';
import { FeedKind } from '../../../proto/gen/tenor.oracle.v1.ts';
import { schemasOf } from '../../store/collection.ts';
import * as state from './state.ts';
import { reportCards } from './accountability/reportCards.ts';
import { totalsOf } from './accountability/totals.ts';
import { genesis } from './genesis.ts';
import { invariants } from './invariants.ts';
import { query } from '../../runtime/module.ts';
import type { Module } from '../../runtime/module.ts';
import type { View } from '../../runtime/context.ts';
import { oracleErrors } from './errors.ts';
import { params } from './params.ts';
import { namedPrices, smilesOf } from './prices.ts';
import { feeds, sources, surfaces } from './state.ts';
import { keyOf, stablecoinFeed } from './feeds/feedId.ts';
import { feedsOf } from './feeds/standings.ts';
import { volIndexNow } from './volIndex.ts';
import { oracleVotes } from './votes/spec.ts';

export { forgetIndex, removedIndexes } from './apply/applyRemoved.ts';
export { openSettlementWindow } from './accountability/settlementWindow.ts';
export { indexOf, indexUusdOf, stablecoinUusd, surfaceOf } from './prices.ts';
export { isFresh } from './feeds/advance.ts';
export { indexFeed } from './feeds/feedId.ts';
export type { FeedId } from './feeds/feedId.ts';
export { isSettledInAt, qualityOf, stablecoinDoubt } from './feeds/qualityOf.ts';
export type { Quality } from './feeds/qualityOf.ts';
export { worstStanding } from './feeds/standings.ts';
export { requireFeeds } from './feeds/requireFeeds.ts';
export type { IndexPrice, VolSurface } from './prices.ts';
export { yearsTo } from './core/surface.ts';
export { moveMarket } from './shock.ts';
export type { MarketMove } from './shock.ts';
export { noReports } from './genesis.ts';
export { defaultOracleParams, feedsWanted } from './params.ts';

function mustFeed(view: View, underlying: string): pb.Feed {
  const feed = params.get(view).feeds.find((f) => f.underlying === underlying);
  if (feed === undefined) throw oracleErrors.unknownFeed(`no feed for ${underlying.slice(0, 20)}`);
  return feed;
}

export const oracleModule: Module = {
  name: 'oracle',
  schemas: schemasOf(state),
  msgs: [],
  queries: {
    '/tenor.oracle.v1.Query/Prices': query(
      pb.QueryPricesRequest,
      pb.QueryPricesResponse,
      (view) => ({
        prices: namedPrices(view, params.get(view).feeds),
        stablecoins: params.get(view).stablecoins.flatMap(({ stablecoinId }) => {
          const feed = feeds.get(view, keyOf(stablecoinFeed(stablecoinId)));
          return feed === undefined ? [] : [feed];
        }),
        timeMs: BigInt(view.header.timeMs),
        coins: params.get(view).stablecoins,
      }),
    ),
    '/tenor.oracle.v1.Query/Surface': query(
      pb.QuerySurfaceRequest,
      pb.QuerySurfaceResponse,
      (view, { underlying }) => {
        const feed = mustFeed(view, underlying);
        const surface = surfaces.get(view, feed.underlyingId);
        return {
          surface,
          smiles: surface === undefined ? [] : smilesOf(view, surface),
          feeds: [FeedKind.FEED_KIND_FORWARD, FeedKind.FEED_KIND_SURFACE].flatMap((kind) =>
            feedsOf(view, kind, feed.underlyingId),
          ),
          timeMs: BigInt(view.header.timeMs),
        };
      },
    ),
    '/tenor.oracle.v1.Query/VolIndex': query(
      pb.QueryVolIndexRequest,
      pb.QueryVolIndexResponse,
      (view, { underlying }) => ({
        index: volIndexNow(view, mustFeed(view, underlying).underlyingId),
        timeMs: BigInt(view.header.timeMs),
      }),
    ),
    '/tenor.oracle.v1.Query/Votes': query(pb.QueryVotesRequest, pb.QueryVotesResponse, (view) => {
      const votes = totalsOf(view);
      return {
        votes,
        totalPower: votes.reduce((sum, v) => sum + v.power, 0n),
        prices: namedPrices(view, params.get(view).feeds),
      };
    }),
    '/tenor.oracle.v1.Query/ReportCard': query(
      pb.QueryReportCardRequest,
      pb.QueryReportCardResponse,
      reportCards,
    ),
    '/tenor.oracle.v1.Query/Sources': query(
      pb.QuerySourcesRequest,
      pb.QuerySourcesResponse,
      (view) => ({ validators: [...sources.entries(view)].map(([, said]) => said) }),
    ),
  },
  genesis,
  invariants,
  params,
  votes: oracleVotes,
};
