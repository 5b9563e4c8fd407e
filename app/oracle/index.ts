import * as pb from '../../proto/gen/tenor.oracle.v1.ts';
import { schemasOf } from '../store/collection.ts';
import * as state from './state.ts';
import { genesisOf } from '../runtime/genesis.ts';
import { query } from '../runtime/module.ts';
import type { Module } from '../runtime/module.ts';
import { oracleErrors } from './errors.ts';
import { params } from './params.ts';
import { namedPrices } from './prices.ts';
import { prices, records, surfaces } from './state.ts';
import { oracleVotes } from './votes/spec.ts';

export { indexOf, isLive, isSettledIn, surfaceOf } from './prices.ts';
export type { IndexPrice } from './prices.ts';
export { forwardAt, volAt, yearsTo } from './core/surface.ts';
export type { Slice } from './core/surface.ts';
export { defaultOracleParams } from './params.ts';

const genesis = genesisOf<pb.GenesisState>({
  codec: pb.GenesisState,
  check: (g) => (g.params === undefined ? 'params are missing' : params.wrong(g.params)),
  init(ctx, state) {
    params.set(ctx, state.params!);
    for (const price of state.prices) prices.set(ctx, price.underlyingId, price);
    for (const surface of state.surfaces) surfaces.set(ctx, surface.underlyingId, surface);
    for (const votes of state.votes) records.set(ctx, votes.consensusAddress, votes);
  },
  export: (view) => ({
    params: params.get(view),
    prices: [...prices.entries(view)].map(([, price]) => price),
    surfaces: [...surfaces.entries(view)].map(([, surface]) => surface),
    votes: [...records.entries(view)].map(([, record]) => record),
  }),
});

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
      }),
    ),
    '/tenor.oracle.v1.Query/Surface': query(
      pb.QuerySurfaceRequest,
      pb.QuerySurfaceResponse,
      (view, { underlying }) => {
        const feed = params.get(view).feeds.find((f) => f.underlying === underlying);
        if (feed === undefined)
          throw oracleErrors.unknownFeed(`no feed for ${underlying.slice(0, 20)}`);
        return { surface: surfaces.get(view, feed.underlyingId) };
      },
    ),
    '/tenor.oracle.v1.Query/Votes': query(pb.QueryVotesRequest, pb.QueryVotesResponse, (view) => {
      const votes = [...records.entries(view)].map(([, record]) => record);
      return {
        votes,
        totalPower: votes.reduce((sum, v) => sum + v.power, 0n),
        prices: namedPrices(view, params.get(view).feeds),
      };
    }),
  },
  genesis,
  invariants: {
    'a live price is not zero': (view) => {
      for (const [id, price] of prices.entries(view)) {
        if (price.indexUusd <= 0n) return `underlying ${id} has index ${price.indexUusd}`;
      }
      return null;
    },
  },
  params,
  votes: oracleVotes,
};
