import type { FeedState, Params } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { FeedKind } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { View } from '../../../runtime/context.ts';
import { distanceOf, unitOf } from '../core/tally.ts';
import { keyOf, stablecoinFeed } from '../feeds/feedId.ts';
import { feedsOf } from '../feeds/standings.ts';
import { ruleOf } from '../params.ts';
import { feeds, prices } from '../state.ts';
import { expiryIn, underlyingIn } from '../votes/castVote.ts';
import type { SeenPrice, SeenVols, Vote } from '../votes/vote.ts';

/** What a vote says of a feed, beside the median. */
export interface Said {
  readonly distancePpm: number;
  readonly ageMs: number;
}

/** A feed that had a quorum in this block, and how to measure a vote by it. */
export interface Measure {
  readonly kind: FeedKind;
  readonly id: number;
  readonly unitPpm: number;
  readonly distanceIn: (vote: Vote) => Said | undefined;
}

const { FEED_KIND_FORWARD, FEED_KIND_INDEX, FEED_KIND_STABLECOIN, FEED_KIND_SURFACE } = FeedKind;

/** Every feed of which this block has a new median: what it has none of measures nobody. */
export function measuresOf(view: View, p: Params): Measure[] {
  const isNew = (at: { readonly height: bigint } | undefined) =>
    at?.height === BigInt(view.header.height);
  const measure = (
    kind: FeedKind,
    id: number,
    dispersionPpm: number,
    distanceIn: Measure['distanceIn'],
  ): Measure => {
    const unitPpm = unitOf(dispersionPpm, ruleOf(p, kind).noConfidencePpm);
    return { kind, id, unitPpm, distanceIn };
  };
  const measures: Measure[] = [];
  for (const { underlyingId: id } of p.feeds) {
    const price = prices.get(view, id);
    if (price !== undefined && isNew(price)) {
      const of = (vote: Vote) => besidePrice(underlyingIn(vote, id)?.index, price.indexUusd);
      measures.push(measure(FEED_KIND_INDEX, id, price.dispersionPpm, of));
    }
    for (const feed of feedsOf(view, FEED_KIND_FORWARD, id).filter(isNew)) {
      const of = (vote: Vote) =>
        besidePrice(expiryIn(vote, id, feed.expirySeconds)?.forward, feed.priceUusd);
      measures.push(measure(FEED_KIND_FORWARD, id, feed.dispersionPpm, of));
    }
    for (const feed of feedsOf(view, FEED_KIND_SURFACE, id).filter(isNew)) {
      const of = (vote: Vote) => besideVols(expiryIn(vote, id, feed.expirySeconds)?.surface, feed);
      measures.push(measure(FEED_KIND_SURFACE, id, feed.dispersionPpm, of));
    }
  }
  for (const { stablecoinId: id } of p.stablecoins) {
    const feed = feeds.get(view, keyOf(stablecoinFeed(id)));
    if (feed === undefined || !isNew(feed)) continue;
    const of = (vote: Vote) =>
      besidePrice(vote.stablecoins.find((s) => s.stablecoinId === id)?.price, feed.priceUusd);
    measures.push(measure(FEED_KIND_STABLECOIN, id, feed.dispersionPpm, of));
  }
  return measures;
}

function besidePrice(seen: SeenPrice | undefined, medianUusd: bigint): Said | undefined {
  if (seen === undefined) return undefined;
  const distancePpm = distanceOf(Number(seen.priceUusd), Number(medianUusd));
  return { distancePpm, ageMs: seen.ageMs };
}

/** The node that is furthest from its median, of those that it has quotes for. */
function besideVols(seen: SeenVols | undefined, { volsBp }: FeedState): Said | undefined {
  if (seen === undefined) return undefined;
  let distancePpm = 0;
  for (const [node, median] of volsBp.entries()) {
    if (((seen.extrapolated >> node) & 1) === 1) continue;
    distancePpm = Math.max(distancePpm, distanceOf(seen.volsBp[node]!, median));
  }
  return { distancePpm, ageMs: seen.ageMs };
}
