import { indexOf, isFresh, isSettledInAt, qualityOf } from '../../app/modules/oracle/index.ts';
import type { Quality } from '../../app/modules/oracle/index.ts';
import { viewOf } from '../../app/runtime/context.ts';
import type { TestChain } from '../harness/chain.ts';
import { agree } from './model/disagreement.ts';
import type { Feeds } from './model/feeds.ts';
import type { Model } from './model/model.ts';
import type { Series } from './model/types.ts';

type Expiry = Pick<Series, 'underlyingId' | 'expirySeconds'>;

/** Whether liquidations may rest on prices: of an underlying as a whole, of an expiry. */
export interface SettledIn {
  readonly isSettledIn: (underlyingId: number) => boolean;
  readonly isPriceSettledIn: (series: Series) => boolean;
  /** Whether anybody may be judged by the price of an expiry at all. */
  readonly isPriceFresh: (expiry: Expiry) => boolean;
  readonly isIndexFresh: (underlyingId: number) => boolean;
}

/** What the oracle says of the feeds of the last block. */
export function settledInOf({ node }: TestChain): SettledIn {
  const { chainId, height, timeMs, state } = node.store.committed!;
  const view = viewOf(state, { chainId, height, timeMs, proposer: new Uint8Array(0) });
  const known = new Map<string, Quality>();
  const of = ({ underlyingId, expirySeconds }: Expiry): Quality => {
    const name = `${underlyingId}/${expirySeconds}`;
    const quality = known.get(name) ?? qualityOf(view, underlyingId, BigInt(expirySeconds));
    known.set(name, quality);
    return quality;
  };
  return {
    isSettledIn: (underlyingId) => isSettledInAt(view, underlyingId),
    isPriceSettledIn: (series) => of(series).isSettledIn,
    isPriceFresh: (series) => of(series).isFresh,
    isIndexFresh(underlyingId) {
      const index = indexOf(view, underlyingId);
      return index !== undefined && isFresh(index.status);
    },
  };
}

/** Every feed is as old to the chain as by the rules. */
export function compareFeeds(chain: SettledIn, feeds: Feeds, { series, underlyings }: Model): void {
  for (const id of underlyings) {
    const of = ({ isIndexFresh, isSettledIn }: SettledIn) =>
      `${isIndexFresh(id)} ${isSettledIn(id)}`;
    const [left, right] = [of(chain), of(feeds)];
    agree(
      left === right,
      `the index of ${id} is ${left} (fresh, settled in), by the rules ${right}`,
    );
  }
  const expiries = new Map(
    [...series.values()].map((s) => [`${s.underlyingId}/${s.expirySeconds}`, s] as const),
  );
  for (const [name, expiry] of expiries) {
    const of = ({ isPriceFresh, isPriceSettledIn }: SettledIn) =>
      `${isPriceFresh(expiry)} ${isPriceSettledIn(expiry)}`;
    const [left, right] = [of(chain), of(feeds)];
    agree(
      left === right,
      `prices of ${name} are ${left} (fresh, settled in), by the rules ${right}`,
    );
  }
}
