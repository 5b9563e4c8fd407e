import { FeedStatus } from '../proto/gen/tenor.oracle.v1.ts';
import type { FeedState, Price, Surface } from '../proto/gen/tenor.oracle.v1.ts';
import { Params as OptionsParams } from '../proto/gen/tenor.options.v1.ts';
import type { Expiry, Series } from '../proto/gen/tenor.options.v1.ts';
import { markExpiry, markSeries } from '../app/modules/margin/core/index.ts';
import { instrumentOf } from '../app/modules/options/core/index.ts';
import { agedSurface, slicesOf } from '../app/modules/oracle/core/surface.ts';
import { queries } from '../client/index.ts';
import type { Node } from '../client/index.ts';

const USD = 1e6;

/** Two prices of a series, in USD a contract, and what they rest on. */
export interface Valued {
  readonly mark: number;
  readonly own: number;
  readonly underlyingId: number;
  readonly indexUusd: bigint;
  /** Its index is live, and what is voted on for its expiry: bids may rest on it. */
  readonly isLive: boolean;
}

interface UnderlyingFacts {
  readonly price: Price;
  readonly surface: Surface | undefined;
  readonly feeds: readonly FeedState[];
}

const isLive = ({ status }: { readonly status: FeedStatus }): boolean =>
  status === FeedStatus.FEED_STATUS_LIVE;

/** The prices of the chain at a time, and what series are worth by them. */
export class Market {
  readonly timeMs: number;
  readonly #node: Node;
  readonly #windowSeconds: number;
  readonly #prices: ReadonlyMap<string, Price>;
  readonly #underlyings = new Map<string, Promise<UnderlyingFacts | null>>();
  readonly #series = new Map<string, Promise<{ series: Series; expiry: Expiry } | null>>();

  private constructor(
    node: Node,
    timeMs: number,
    windowSeconds: number,
    prices: ReadonlyMap<string, Price>,
  ) {
    this.#node = node;
    this.timeMs = timeMs;
    this.#windowSeconds = windowSeconds;
    this.#prices = prices;
  }

  static async read(node: Node): Promise<Market> {
    const { prices, timeMs } = await node.ask(queries.prices, {});
    const { params } = await node.ask(queries.params, { module: 'options' });
    const { settlementWindowSeconds } = OptionsParams.decode(params);
    const known = prices.flatMap(({ underlying, price }) =>
      price === undefined ? [] : [[underlying, price] as const],
    );
    return new Market(node, Number(timeMs), Number(settlementWindowSeconds), new Map(known));
  }

  /**
   * A series by the chain's arithmetic, and at a volatility that is wrong by a share against who
   * takes it; null where it has no volatility.
   */
  async value(symbol: string, isLong: boolean, volDoubt: number): Promise<Valued | null> {
    const underlying = symbol.split('-')[0]!;
    const [facts, listed] = await Promise.all([this.#underlying(underlying), this.#listed(symbol)]);
    if (facts === null || listed === null) return null;
    const { series, expiry } = listed;
    const { price, surface } = facts;
    const index = Number(price.indexUusd) / USD;
    const slices = surface === undefined ? [] : slicesOf(surface);
    const marked = markExpiry({
      ...{ index, timeMs: this.timeMs, expiry, forwards: slices },
      expirySeconds: Number(series.expirySeconds),
      windowSeconds: this.#windowSeconds,
      surface: surface && agedSurface(slices, Number(surface.timeMs), this.timeMs),
    });
    const { mark, vol } = markSeries(series, index, marked);
    if (vol === undefined) return null;
    const volAt = () => vol * (isLong ? 1 - volDoubt : 1 + volDoubt);
    const { mark: own } = instrumentOf(series).mark(series, { ...marked, index, volAt });
    const { underlyingId, expirySeconds } = series;
    const behind = facts.feeds.filter((feed) => feed.expirySeconds === expirySeconds);
    const live = isLive(price) && behind.every(isLive);
    return { mark, own, underlyingId, indexUusd: price.indexUusd, isLive: live };
  }

  #underlying(name: string): Promise<UnderlyingFacts | null> {
    let known = this.#underlyings.get(name);
    if (known === undefined) this.#underlyings.set(name, (known = this.#ask(name)));
    return known;
  }

  async #ask(underlying: string): Promise<UnderlyingFacts | null> {
    const price = this.#prices.get(underlying);
    if (price === undefined) return null;
    const { surface, feeds } = await this.#node.ask(queries.surface, { underlying });
    return { price, surface, feeds };
  }

  #listed(symbol: string): Promise<{ series: Series; expiry: Expiry } | null> {
    let known = this.#series.get(symbol);
    if (known === undefined) {
      known = this.#node
        .ask(queries.seriesBySymbol, { symbol })
        .then(({ series, expiry }) => (series && expiry ? { series, expiry } : null));
      this.#series.set(symbol, known);
    }
    return known;
  }
}
