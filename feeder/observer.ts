import type { Logger } from 'pino';
import type { FeederConfig, SourceConfig, UnderlyingConfig } from './config.ts';
import { Venue } from '../proto/gen/tenor.oracle.v1.ts';
import { buildSmile } from './core/buildSmile.ts';
import type { OptionQuote } from './core/buildSmile.ts';
import type {
  Asked,
  ChainAnswer,
  ExpiryAnswer,
  PriceAnswer,
  Underlying,
} from './core/observation.ts';
import { getJson } from './getJson.ts';
import { startPoller } from './poller.ts';
import type { Poller } from './poller.ts';
import { sourcesByKind } from './sources/index.ts';
import { SourceError } from './sources/source.ts';
import type { Tick } from './sources/source.ts';

export interface Observer {
  /** What is known now, of every configured underlying. Nothing is removed: ages decide. */
  underlyings(): Underlying[];
  /** Settles when every source has been asked once. */
  readonly firstRound: Promise<void>;
  stop(): void;
}

/** A venue's clock this far ahead of ours is wrong, or ours is. */
const CLOCK_TOLERANCE_MS = 5_000;

interface Cell {
  readonly underlying: UnderlyingConfig;
  readonly prices: Map<string, Asked<PriceAnswer & { fingerprint: string }>>;
  readonly chains: Map<string, Asked<ChainAnswer>>;
}

/** Polls every source for every underlying, each independently of the others. */
export function startObserver(config: FeederConfig, logger: Logger): Observer {
  const cells = config.underlyings.map((underlying): Cell => ({
    underlying,
    prices: new Map(),
    chains: new Map(),
  }));
  const pollers = cells.flatMap((cell) =>
    config.sources.filter((s) => s.enabled).flatMap((s) => startPollers(config, s, cell, logger)),
  );
  return {
    underlyings: () =>
      cells.map(({ underlying: { id, symbol }, prices, chains }) => ({
        id,
        symbol,
        prices: [...prices.values()],
        chains: [...chains.values()],
      })),
    firstRound: Promise.all(pollers.map((p) => p.firstAttempt)).then(() => undefined),
    stop: () => pollers.forEach((p) => p.stop()),
  };
}

function startPollers(
  config: FeederConfig,
  source: SourceConfig,
  cell: Cell,
  logger: Logger,
): Poller[] {
  const instrument = cell.underlying.instruments[source.name];
  if (instrument === undefined) return [];
  const { maxBackoffMs } = config;
  const ref = { name: source.name, venue: venues[source.kind], weight: source.weight };
  const start = <T>(
    what: string,
    intervalMs: number,
    place: Map<string, Asked<T>>,
    ask: (signal: AbortSignal) => Promise<T>,
  ) => {
    place.set(ref.name, { source: ref, answer: null, failures: 0, problem: '' });
    return startPoller({
      fields: { source: source.name, underlying: cell.underlying.symbol, what },
      intervalMs,
      maxBackoffMs,
      logger,
      async poll(signal) {
        const answer = await ask(signal);
        place.set(ref.name, { source: ref, answer, failures: 0, problem: '' });
      },
      failed(failures, problem) {
        place.set(ref.name, { ...place.get(ref.name)!, failures, problem });
      },
    });
  };
  const pollers = [
    start('index', config.pollIntervalMs, cell.prices, (signal) =>
      observePrice(config, source, instrument, cell, signal),
    ),
  ];
  if (sourcesByKind[source.kind].options !== undefined) {
    pollers.push(
      start('options', config.volPollIntervalMs, cell.chains, (signal) =>
        observeChain(config, source, instrument, signal),
      ),
    );
  }
  return pollers;
}

const venues = {
  kraken: Venue.VENUE_KRAKEN,
  coinbase: Venue.VENUE_COINBASE,
  deribit: Venue.VENUE_DERIBIT,
} as const;

async function askTick(
  config: FeederConfig,
  source: SourceConfig,
  instrument: string,
  signal: AbortSignal,
): Promise<Tick> {
  const api = sourcesByKind[source.kind];
  const url = source.baseUrl + api.tickPath(instrument);
  const tick = api.parseTick(await getJson(url, config.requestTimeoutMs, signal), instrument);
  assertNotAhead(tick.timeMs ?? 0);
  return tick;
}

/** A price is as old as the venue says, or as the moment when its answer last changed. */
async function observePrice(
  config: FeederConfig,
  source: SourceConfig,
  instrument: string,
  cell: Cell,
  signal: AbortSignal,
): Promise<PriceAnswer & { fingerprint: string }> {
  const { price, timeMs, fingerprint } = await askTick(config, source, instrument, signal);
  const before = cell.prices.get(source.name)?.answer;
  const unchangedSinceMs = before?.fingerprint === fingerprint ? before.seenMs : Date.now();
  return { price, quote: 'USD', seenMs: timeMs ?? unchangedSinceMs, fingerprint };
}

/** The chain and the same source's index are asked for together: the basis compares them. */
async function observeChain(
  config: FeederConfig,
  source: SourceConfig,
  instrument: string,
  signal: AbortSignal,
): Promise<ChainAnswer> {
  const options = sourcesByKind[source.kind].options;
  if (options === undefined) throw new SourceError(`${source.kind} has no options`);
  const url = source.baseUrl + options.path(instrument);
  const [body, tick] = await Promise.all([
    getJson(url, config.requestTimeoutMs, signal),
    askTick(config, source, instrument, signal),
  ]);
  const nowMs = Date.now();
  const chain = options.parse(body, instrument, nowMs - config.maxVolAgeMs);
  assertNotAhead(chain.timeMs);
  const expiries = expiriesOf(chain.quotes, tick.price, nowMs / 1000, chain.timeMs);
  if (expiries.length === 0) throw new SourceError('no expiry has enough strikes');
  return { reference: tick.price, quote: 'USD', expiries };
}

/** A forward further than this from the index is not a matter of carry. */
const MAX_BASIS = 2;

function expiriesOf(
  quotes: readonly OptionQuote[],
  index: number,
  nowSeconds: number,
  seenMs: number,
): ExpiryAnswer[] {
  const byExpiry = new Map<number, OptionQuote[]>();
  for (const quote of quotes) {
    const listed = byExpiry.get(quote.expirySeconds);
    if (listed === undefined) byExpiry.set(quote.expirySeconds, [quote]);
    else listed.push(quote);
  }
  return [...byExpiry.values()]
    .map((listed) => buildSmile(listed, nowSeconds))
    .filter((smile) => smile !== null)
    .map(({ forward, ...smile }) => ({ ...smile, basis: forward / index, seenMs }))
    .filter(({ basis }) => basis < MAX_BASIS && basis > 1 / MAX_BASIS);
}

function assertNotAhead(timeMs: number): void {
  const aheadMs = timeMs - Date.now();
  if (aheadMs > CLOCK_TOLERANCE_MS) throw new SourceError(`time is ${aheadMs} ms ahead of ours`);
}
