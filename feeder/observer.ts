import type { Logger } from 'pino';
import type { FeederConfig, SourceConfig, UnderlyingConfig } from './config.ts';
import type { Observation } from './core/aggregateIndex.ts';
import type { SourceSlice, Underlying, VolObservation } from './core/buildReport.ts';
import { buildSlice } from './core/buildSlice.ts';
import type { OptionQuote } from './core/buildSlice.ts';
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
  readonly prices: Map<string, Observation & { fingerprint: string }>;
  readonly vols: Map<string, VolObservation>;
}

/** Polls every source for every underlying, each independently of the others. */
export function startObserver(config: FeederConfig, logger: Logger): Observer {
  const cells = config.underlyings.map((underlying): Cell => ({
    underlying,
    prices: new Map(),
    vols: new Map(),
  }));
  const pollers = cells.flatMap((cell) =>
    config.sources.filter((s) => s.enabled).flatMap((s) => startPollers(config, s, cell, logger)),
  );
  return {
    underlyings: () =>
      cells.map(({ underlying: { id, symbol }, prices, vols }) => ({
        id,
        symbol,
        prices: [...prices.values()],
        vols: [...vols.values()],
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
  const { symbol } = cell.underlying;
  const start = (what: string, intervalMs: number, poll: (signal: AbortSignal) => Promise<void>) =>
    startPoller({
      fields: { source: source.name, underlying: symbol, what },
      intervalMs,
      maxBackoffMs,
      logger,
      poll,
    });
  const pollers = [
    start('index', config.pollIntervalMs, (signal) =>
      observePrice(config, source, instrument, cell, signal),
    ),
  ];
  if (sourcesByKind[source.kind].options !== undefined) {
    pollers.push(
      start('options', config.volPollIntervalMs, (signal) =>
        observeVols(config, source, instrument, cell, signal),
      ),
    );
  }
  return pollers;
}

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
): Promise<void> {
  const { price, timeMs, fingerprint } = await askTick(config, source, instrument, signal);
  const before = cell.prices.get(source.name);
  const unchangedSinceMs = before?.fingerprint === fingerprint ? before.observedMs : Date.now();
  cell.prices.set(source.name, {
    source: source.name,
    weight: source.weight,
    price,
    observedMs: timeMs ?? unchangedSinceMs,
    fingerprint,
  });
}

/** The chain and the same source's index are asked for together: the basis compares them. */
async function observeVols(
  config: FeederConfig,
  source: SourceConfig,
  instrument: string,
  cell: Cell,
  signal: AbortSignal,
): Promise<void> {
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
  const slices = slicesOf(chain.quotes, tick.price, nowMs / 1000);
  if (slices.length === 0) throw new SourceError('no expiry has enough strikes');
  cell.vols.set(source.name, {
    source: source.name,
    weight: source.weight,
    observedMs: chain.timeMs,
    slices,
  });
}

/** A forward further than this from the index is not a matter of carry. */
const MAX_BASIS = 2;

function slicesOf(
  quotes: readonly OptionQuote[],
  index: number,
  nowSeconds: number,
): SourceSlice[] {
  const byExpiry = new Map<number, OptionQuote[]>();
  for (const quote of quotes) {
    const listed = byExpiry.get(quote.expirySeconds);
    if (listed === undefined) byExpiry.set(quote.expirySeconds, [quote]);
    else listed.push(quote);
  }
  return [...byExpiry.values()]
    .map((listed) => buildSlice(listed, nowSeconds))
    .filter((slice) => slice !== null)
    .map(({ expirySeconds, forward, vols }) => ({ expirySeconds, basis: forward / index, vols }))
    .filter(({ basis }) => basis < MAX_BASIS && basis > 1 / MAX_BASIS);
}

function assertNotAhead(timeMs: number): void {
  const aheadMs = timeMs - Date.now();
  if (aheadMs > CLOCK_TOLERANCE_MS) throw new SourceError(`time is ${aheadMs} ms ahead of ours`);
}
