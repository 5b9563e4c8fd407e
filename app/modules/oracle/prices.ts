import type { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import type {
  Feed,
  NamedPrice,
  Smile,
  Surface as StoredSurface,
} from '../../../proto/gen/tenor.oracle.v1.ts';
import type { Reader } from '../../store/collection.ts';
import type { Surface } from '../../lib/math/index.ts';
import type { View } from '../../runtime/context.ts';
import { confidenceOf } from './core/confidence.ts';
import { agedSurface, slicesOf } from './core/surface.ts';
import type { Slice } from './core/surface.ts';
import { keyOf, stablecoinFeed } from './feeds/feedId.ts';
import { feeds, prices, surfaces } from './state.ts';

export interface IndexPrice {
  readonly indexUusd: bigint;
  /** Block time of the last quorum. */
  readonly timeMs: number;
  /** When its sources saw it. */
  readonly seenMs: number;
  readonly status: FeedStatus;
  /** Consecutive quorum prices since the feed was last stale. */
  readonly freshCount: number;
  /** 1 for full agreement among validators, falling with the dispersion of their reports. */
  readonly confidence: number;
  /** The same in millionths, as the feed's rule has it. */
  readonly confidencePpm: number;
  /** Who reported it, and what a quorum took. */
  readonly reportedPower: bigint;
  readonly quorumPower: bigint;
}

/** The price of an underlying's index; undefined until its first quorum. */
export const indexUusdOf = (reader: Reader, underlyingId: number): bigint | undefined =>
  prices.get(reader, underlyingId)?.indexUusd;

/** The index of an underlying, likewise, with all that is known of it. */
export function indexOf(reader: Reader, underlyingId: number): IndexPrice | undefined {
  const price = prices.get(reader, underlyingId);
  if (price === undefined) return undefined;
  const { indexUusd, status, freshCount, dispersionPpm } = price;
  const { confidencePpm, reportedPower, quorumPower } = price;
  return {
    ...{ indexUusd, status, freshCount, confidencePpm, reportedPower, quorumPower },
    timeMs: Number(price.timeMs),
    seenMs: Number(price.seenMs),
    confidence: confidenceOf(dispersionPpm),
  };
}

/** What the validators' reports make of the forwards and volatilities of an underlying. */
export interface VolSurface {
  /** By expiry, in USD. */
  readonly forwards: readonly Pick<Slice, 'expirySeconds' | 'forward'>[];
  /** As it is at the time of the block; undefined when no reported expiry is ahead. */
  readonly surface: Surface | undefined;
}

/** The surface of an underlying at the time of the block. Without arbitrage (ADR 062). */
export function surfaceOf(view: View, underlyingId: number): VolSurface {
  const stored = surfaces.get(view, underlyingId);
  if (stored === undefined) return { forwards: [], surface: undefined };
  const slices = slicesOf(stored);
  const { timeMs } = view.header;
  return { forwards: slices, surface: agedSurface(slices, Number(stored.timeMs), timeMs) };
}

/** The surface as it is now in volatilities, for people. */
export function smilesOf(view: View, stored: StoredSurface): Smile[] {
  const { timeMs } = view.header;
  const surface = agedSurface(slicesOf(stored), Number(stored.timeMs), timeMs);
  if (surface === undefined) return [];
  const { taus, width, nodes, variances } = surface;
  const ahead = stored.rows.slice(-taus.length);
  return ahead.map(({ expirySeconds, forwardUusd }, i) => {
    const [from, to] = [i * width, (i + 1) * width];
    const vols = [...variances.subarray(from, to)].map((w) => Math.sqrt(w / taus[i]!));
    const moneyness = [...nodes.subarray(from, to)];
    return { expirySeconds, forwardUusd, years: taus[i]!, moneyness, vols };
  });
}

/** A stablecoin in uusd; undefined until its first quorum. */
export function stablecoinUusd(reader: Reader, stablecoinId: number): bigint | undefined {
  const feed = feeds.get(reader, keyOf(stablecoinFeed(stablecoinId)));
  return feed === undefined || feed.priceUusd === 0n ? undefined : feed.priceUusd;
}

export function namedPrices(reader: Reader, wanted: readonly Feed[]): NamedPrice[] {
  return wanted.map(({ underlying, underlyingId }) => ({
    underlying,
    price: prices.get(reader, underlyingId),
  }));
}
