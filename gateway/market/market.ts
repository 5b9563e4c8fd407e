import { impliedVol } from '../../app/lib/math/index.ts';
import { ClientError, queries } from '../../client/index.ts';
import type { StreamTrade, TenorClient } from '../../client/index.ts';
import { Params as ClobParams } from '../../proto/gen/tenor.clob.v1.ts';
import { Params as MarginParams } from '../../proto/gen/tenor.margin.v1.ts';
import { ListingCalendar, Params as OptionsParams } from '../../proto/gen/tenor.options.v1.ts';
import type { Underlying } from '../../proto/gen/tenor.options.v1.ts';
import { usd } from '../rpc/decimal.ts';
import { RpcError } from '../rpc/rpcError.ts';
import { Signal } from '../signal.ts';
import { instrumentOf, symbolOf } from './instrument.ts';
import type { Instrument } from './instrument.ts';
import { Realised } from './realised.ts';
import type { StreamIndex, StreamSeries } from './streamSeries.ts';
import { SeenVolIndex } from './volIndex.ts';
import type { StreamVolIndex } from './volIndex.ts';
import { Tape } from './tape.ts';
import type { TapeTrade, TradeContext } from './tape.ts';

const YEAR_MS = 31_536_000_000;
/** Without a block for so long the chain is lost. */
const LOST_MS = 15_000;

/** An instrument, and how the chain last told it. */
export interface Listed extends Instrument {
  readonly state: StreamSeries;
  /** When the gateway first saw it. */
  readonly seenMs: number;
}

const UNSEEN: TradeContext = { mark: null, index: null, vol: null };

interface Watched {
  readonly rules: Underlying;
  readonly tape: Tape;
  readonly realised: Realised;
  readonly listed: Map<string, Listed>;
  index: StreamIndex | null;
  volIndex: StreamVolIndex | null;
  readonly seenVolIndex: SeenVolIndex;
  /** Of the tickers. */
  isKnown: boolean;
}

/** The market as the node's streams tell it, kept for whoever asks. */
export class Market {
  readonly #client: TenorClient;
  readonly #watched = new Map<string, Watched>();
  readonly #calendars = new Map<string, ListingCalendar>();
  /** After each block, by underlying. */
  readonly onTickers = new Signal<string>();
  readonly onIndex = new Signal<string>();
  /** As they come, not those of before. */
  readonly onTrades = new Signal<readonly TapeTrade[]>();
  /** What is listed and delisted after the start. */
  readonly onListing = new Signal<{
    readonly instrument: Instrument;
    readonly state: 'created' | 'started' | 'deactivated';
  }>();
  #heardAt = -Infinity;
  #ready: (() => void) | null = null;
  #failed: ((error: Error) => void) | null = null;
  /** Shares of index notional. */
  fees = { maker: 0, taker: 0, cap: 0 };
  /** How long the chain knows an order after its end, and its client order id. */
  endedOrdersMs = 600_000;
  timeMs = 0;
  height = 0;

  constructor(client: TenorClient) {
    this.#client = client;
  }

  /** Reads the rules and follows all underlyings; resolves when their tickers are there. */
  async start(): Promise<void> {
    const [options, margin, clob] = await Promise.all(
      ['options', 'margin', 'clob'].map((module) => this.#client.ask(queries.params, { module })),
    );
    const { makerFeePpm, takerFeePpm, feeCapPpm } = MarginParams.decode(margin!.params);
    this.fees = { maker: makerFeePpm / 1e6, taker: takerFeePpm / 1e6, cap: feeCapPpm / 1e6 };
    this.endedOrdersMs = ClobParams.decode(clob!.params).endedOrdersSeconds * 1_000;
    const rules = OptionsParams.decode(options!.params).underlyings;
    const ready = new Promise<void>((resolve, reject) => {
      this.#ready = resolve;
      this.#failed = reject;
    });
    for (const underlying of rules.filter(({ enabled }) => enabled)) {
      const listed = new Map<string, Listed>();
      const kept = { tape: new Tape(), realised: new Realised(), listed };
      this.#watched.set(underlying.symbol, {
        ...{ ...kept, seenVolIndex: new SeenVolIndex() },
        ...{ rules: underlying, index: null, volIndex: null, isKnown: false },
      });
      this.#follow(underlying.symbol);
    }
    await ready;
  }

  get underlyings(): string[] {
    return [...this.#watched.keys()];
  }

  rules(underlying: string): Underlying {
    return this.#of(underlying).rules;
  }

  tape(underlying: string): Tape {
    return this.#of(underlying).tape;
  }

  realised(underlying: string): Realised {
    return this.#of(underlying).realised;
  }

  /** In USD; null before the first quorum. */
  index(underlying: string): number | null {
    const { index } = this.#of(underlying);
    return index === null ? null : usd(index.indexUusd);
  }

  /** In millionths a year; null while there is none. */
  volIndexPpm(underlying: string): number | null {
    return this.#of(underlying).volIndex?.volPpm ?? null;
  }

  volIndexSeen(underlying: string): SeenVolIndex {
    return this.#of(underlying).seenVolIndex;
  }

  /** By expiry, strike and kind. */
  listed(underlying?: string): Listed[] {
    const watched = underlying === undefined ? this.#watched.values() : [this.#of(underlying)];
    return [...watched]
      .flatMap(({ listed }) => [...listed.values()])
      .toSorted((a, b) => a.expiryMs - b.expiryMs || a.strike - b.strike || (a.isCall ? -1 : 1));
  }

  /** By either name. @throws RpcError notFound */
  mustFind(name: string): Listed {
    const found = this.find(symbolOf(name));
    if (found !== null) return found;
    throw new RpcError('notFound', { reason: `no instrument ${name.slice(0, 64)}` });
  }

  find(symbol: string): Listed | null {
    const underlying = symbol.split('-')[0]!;
    return this.#watched.get(underlying)?.listed.get(symbol) ?? null;
  }

  /** Whether the chain goes on, as far as the node tells it. */
  isFollowing(): boolean {
    return performance.now() - this.#heardAt < LOST_MS;
  }

  isTrading({ expiryMs }: Instrument): boolean {
    return expiryMs > this.timeMs;
  }

  /** The longest calendar that lists it; none where that is not known. */
  calendar({ underlying, expiryMs }: Instrument): ListingCalendar {
    return (
      this.#calendars.get(`${underlying} ${expiryMs}`) ?? ListingCalendar.LISTING_CALENDAR_NONE
    );
  }

  /** Of a price in USD, as a fraction; null where none gives it. */
  volOf({ expiryMs, strike, isCall, state }: Listed, price: number): number | null {
    const forward = state.mark?.forward;
    if (forward === undefined || !(price > 0)) return null;
    const years = (expiryMs - this.timeMs) / YEAR_MS;
    const found = impliedVol(isCall, price, forward, strike, years);
    return found.ok ? found.sigma : null;
  }

  /** What the market is as something trades in it. */
  contextOf({ symbol, priceUusd }: StreamTrade): TradeContext {
    const listed = this.find(symbol);
    if (listed === null) return UNSEEN;
    const mark = listed.state.mark?.markUusd;
    return {
      mark: mark === undefined ? null : usd(mark),
      index: this.index(listed.underlying),
      vol: this.volOf(listed, usd(priceUusd)),
    };
  }

  /** The direction of a trade against the one before it. */
  tickOf(trade: StreamTrade): 0 | 1 | 2 | 3 {
    const watched = this.#watched.get(trade.symbol.split('-')[0]!);
    return watched?.tape.tickOf(trade) ?? 1;
  }

  #of(underlying: string): Watched {
    const watched = this.#watched.get(underlying.toUpperCase());
    if (watched !== undefined) return watched;
    throw new RpcError('notFound', { reason: `no underlying ${underlying.slice(0, 16)}` });
  }

  #follow(underlying: string): void {
    const watched = this.#of(underlying);
    this.#client.stream(`ticker:${underlying}`, (update) => {
      if (update.type === 'error' || update.type === 'ended') {
        this.#failed?.(new ClientError('badAnswer', `${update.channel}: ${update.reason}`));
        return;
      }
      const { document, timeMs, height } = update;
      if (height > this.height) this.#heardAt = performance.now();
      this.timeMs = Math.max(this.timeMs, timeMs);
      this.height = Math.max(this.height, height);
      this.#take(watched, document.series as unknown as Record<string, StreamSeries>);
      this.onTickers.tell(underlying);
    });
    this.#client.stream(`oracle:${underlying}`, (update) => {
      const { document, timeMs } = update;
      const price = document['price'] as unknown as StreamIndex | undefined;
      watched.index = price ?? null;
      if (price !== undefined) {
        watched.realised.add({ timeMs: Number(price.timeMs), index: usd(price.indexUusd) });
      }
      watched.volIndex = (document['volIndex'] as StreamVolIndex | undefined) ?? null;
      if (watched.volIndex !== null) watched.seenVolIndex.add(timeMs, watched.volIndex.volPpm);
      this.onIndex.tell(underlying);
    });
    this.#client.stream(`trades:${underlying}`, (update) => {
      if (update.type === 'events') this.#tape(watched, update.data.trades, true);
      if (update.type !== 'snapshot') return;
      const kept = (update.data['trades'] ?? []) as unknown as StreamTrade[];
      this.#tape(watched, kept.toReversed(), false);
    });
  }

  #take(watched: Watched, series: Readonly<Record<string, StreamSeries>>): void {
    const { listed } = watched;
    for (const [symbol, instrument] of listed) {
      if (Object.hasOwn(series, symbol)) continue;
      listed.delete(symbol);
      this.onListing.tell({ instrument, state: 'deactivated' });
    }
    let isNewExpiry = false;
    for (const [symbol, state] of Object.entries(series)) {
      const known = listed.get(symbol);
      const instrument = known ?? instrumentOf(symbol);
      if (instrument === null) continue;
      if (known === undefined && watched.isKnown) this.#tellNew(instrument);
      listed.set(symbol, { ...instrument, state, seenMs: known?.seenMs ?? this.timeMs });
      isNewExpiry ||= !this.#calendars.has(`${instrument.underlying} ${instrument.expiryMs}`);
    }
    if (isNewExpiry) void this.#readCalendars(watched.rules.symbol);
    watched.isKnown = true;
    if ([...this.#watched.values()].every(({ isKnown }) => isKnown)) this.#ready?.();
  }

  #tellNew(instrument: Instrument): void {
    for (const state of ['created', 'started'] as const) this.onListing.tell({ instrument, state });
  }

  async #readCalendars(underlying: string): Promise<void> {
    const asked = { underlying, all: false, beforeSeconds: 0n, limit: 0 };
    // Without it the period is not known; the next new expiry asks again.
    const answer = await this.#client.ask(queries.expiries, asked).catch(() => null);
    for (const { expirySeconds, calendar } of answer?.expiries ?? []) {
      this.#calendars.set(`${underlying} ${Number(expirySeconds) * 1_000}`, calendar);
    }
  }

  #tape(watched: Watched, trades: readonly StreamTrade[], isNow: boolean): void {
    const added = trades.flatMap((trade) => {
      return watched.tape.add(trade, isNow ? this.contextOf(trade) : UNSEEN) ?? [];
    });
    if (isNow && added.length > 0) this.onTrades.tell(added);
  }
}
