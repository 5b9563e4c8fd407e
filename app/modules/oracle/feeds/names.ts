import { FeedKind } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { FeedName, Params } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { names } from '../state.ts';
import { kindName } from './feedId.ts';

const namesIn = ({ feeds, stablecoins }: Params): FeedName[] => [
  ...feeds.map(({ underlyingId: id, underlying: symbol }) => ({
    ...{ kind: FeedKind.FEED_KIND_INDEX, id, symbol },
  })),
  ...stablecoins.map(({ stablecoinId: id, symbol }) => ({
    ...{ kind: FeedKind.FEED_KIND_STABLECOIN, id, symbol },
  })),
];

/**
 * Remembers what ids stand for in some parameters, the older ones first. An id is never used again
 * for something else: prices, settlements and positions of the one before still have it. What is
 * wrong, or null.
 */
export function keepNames(ctx: Ctx, all: readonly Params[]): string | null {
  for (const name of all.flatMap(namesIn)) {
    const key = [name.kind, name.id] as const;
    const known = names.get(ctx, key);
    if (known === undefined) names.set(ctx, key, name);
    else if (known.symbol !== name.symbol) {
      return `${kindName(name.kind)} ${name.id} was ${known.symbol}: ids are never used again`;
    }
  }
  return null;
}
