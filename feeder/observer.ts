import type { Logger } from 'pino';
import type { FeederConfig } from './config.ts';
import { ChainWatch } from './chainWatch.ts';
import { priceAnswer } from './core/answers.ts';
import { Evidence } from './core/evidence.ts';
import type {
  Asked,
  ChainAnswer,
  PriceAnswer,
  Stablecoin,
  Underlying,
} from './core/observation.ts';
import { getJson } from './getJson.ts';
import { startPoller } from './poller.ts';
import type { Poller } from './poller.ts';
import type { SourceContext } from './sourceContext.ts';
import { sourcesByKind } from './sources/index.ts';
import type { Tick } from './sources/source.ts';
import { startStream } from './stream.ts';
import type { Stream } from './stream.ts';

export interface Observer {
  /** What is known now, of everything configured. Nothing is removed: ages decide. */
  underlyings(): Underlying[];
  stablecoins(): Stablecoin[];
  /** By source: rows that made no sense since the start. */
  oddRows(): ReadonlyMap<string, number>;
  /** Settles when every source has been asked once. */
  readonly firstRound: Promise<void>;
  stop(): void;
}

/** What one thing, an underlying or a stablecoin, is known by at each source. */
interface Cell {
  readonly id: number;
  readonly symbol: string;
  readonly instruments: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly prices: Map<string, Asked<PriceAnswer>>;
  readonly chains: Map<string, Asked<ChainAnswer>>;
}

const cellOf = (thing: Omit<Cell, 'prices' | 'chains'>): Cell => ({
  ...thing,
  prices: new Map(),
  chains: new Map(),
});

/** Asks every source for everything, each independently of the others, by stream and by polling. */
export function startObserver(config: FeederConfig, logger: Logger): Observer {
  const underlyings = config.underlyings.map(cellOf);
  const stablecoins = config.stablecoins.map((coin) => cellOf({ ...coin, options: {} }));
  const oddRows = new Map<string, number>();
  const pollers: Poller[] = [];
  const chains: ChainWatch[] = [];
  const streams: Stream[] = [];
  for (const source of config.sources.filter((s) => s.enabled)) {
    const { venue } = sourcesByKind[source.kind];
    const ref = { name: source.name, venue, weight: source.weight };
    const maps = { streamedMs: new Map<string, number>(), evidence: new Map<string, Evidence>() };
    const context: SourceContext = { config, source, ref, logger, oddRows, ...maps };
    const cells = [...stablecoins, ...underlyings];
    pollers.push(...cells.flatMap((cell) => pollersOf(context, cell, chains)));
    const stream = streamOf(context, cells);
    if (stream !== null) streams.push(stream);
  }
  return {
    underlyings: () =>
      underlyings.map(({ id, symbol, prices, chains }) => ({
        ...{ id, symbol },
        prices: [...prices.values()],
        chains: [...chains.values()],
      })),
    stablecoins: () =>
      stablecoins.map(({ id, symbol, prices }) => ({ id, symbol, prices: [...prices.values()] })),
    oddRows: () => oddRows,
    firstRound: Promise.all(pollers.map((p) => p.firstAttempt)).then(() => undefined),
    stop() {
      pollers.forEach((p) => p.stop());
      chains.forEach((c) => c.stop());
      streams.forEach((s) => s.stop());
    },
  };
}

function pollersOf(context: SourceContext, cell: Cell, chains: ChainWatch[]): Poller[] {
  const { config, source } = context;
  const instrument = cell.instruments[source.name];
  const family = cell.options[source.name];
  const pollers: Poller[] = [];
  if (instrument !== undefined) {
    context.evidence.set(instrument, new Evidence());
    pollers.push(
      ask(context, cell, 'index', cell.prices, config.pollIntervalMs, {
        due: () => !isStreamed(context, instrument),
        poll: (signal) => observePrice(context, instrument, signal),
      }),
    );
  }
  if (family !== undefined && sourcesByKind[source.kind].chain !== undefined) {
    const watch = new ChainWatch(context, cell.chains, family);
    chains.push(watch);
    pollers.push(
      ask(context, cell, 'options', cell.chains, config.volPollIntervalMs, {
        due: () => true,
        poll: (signal) => watch.poll(signal),
      }),
    );
  }
  return pollers;
}

interface Question<T> {
  due(): boolean;
  poll(signal: AbortSignal): Promise<T>;
}

/** Polls for one thing and keeps how that stands in `place`. */
function ask<T>(
  { config, ref, logger }: SourceContext,
  cell: Cell,
  what: string,
  place: Map<string, Asked<T>>,
  intervalMs: number,
  question: Question<T>,
): Poller {
  place.set(ref.name, { source: ref, answer: null, failures: 0, problem: '' });
  return startPoller({
    fields: { source: ref.name, underlying: cell.symbol, what },
    intervalMs,
    maxBackoffMs: config.maxBackoffMs,
    logger,
    due: () => question.due(),
    async poll(signal) {
      const answer = await question.poll(signal);
      place.set(ref.name, { source: ref, answer, failures: 0, problem: '' });
    },
    failed(failures, problem) {
      place.set(ref.name, { ...place.get(ref.name)!, failures, problem });
    },
  });
}

/** A stream that was heard of an instrument within three polls makes polling needless. */
function isStreamed({ config, streamedMs }: SourceContext, instrument: string): boolean {
  const heardMs = streamedMs.get(instrument);
  return heardMs !== undefined && performance.now() - heardMs < 3 * config.pollIntervalMs;
}

function streamOf(context: SourceContext, cells: readonly Cell[]): Stream | null {
  const { config, source, ref, logger, streamedMs } = context;
  const byInstrument = new Map(
    cells.flatMap((cell) => {
      const instrument = cell.instruments[source.name];
      return instrument === undefined ? [] : [[instrument, cell] as const];
    }),
  );
  const api = sourcesByKind[source.kind].stream;
  if (source.wsUrl === '' || byInstrument.size === 0 || api === undefined) return null;
  const instruments = [...byInstrument.keys()];
  const onTick = (tick: Tick): void => {
    const cell = byInstrument.get(tick.instrument);
    const answer = answerTo(context, 'stream', tick);
    cell?.prices.set(ref.name, { source: ref, answer, failures: 0, problem: '' });
    streamedMs.set(tick.instrument, performance.now());
  };
  return startStream({
    source: source.name,
    url: source.wsUrl,
    talk: {
      ...{ path: api.path(instruments), subscribe: api.subscribe(instruments), ping: api.ping },
      reply: (message) => api.reply?.(message) ?? null,
      receive(message) {
        const ticks = api.read(message, instruments);
        ticks.forEach(onTick);
        return ticks.length > 0;
      },
    },
    timeoutMs: config.requestTimeoutMs,
    maxBackoffMs: config.maxBackoffMs,
    logger,
    // Polling takes over, and says whether the source is well.
    onProblem: () => streamedMs.clear(),
  });
}

function answerTo({ evidence }: SourceContext, channel: string, tick: Tick): PriceAnswer {
  return priceAnswer(evidence.get(tick.instrument)!, channel, tick, Date.now());
}

async function observePrice(
  context: SourceContext,
  instrument: string,
  signal: AbortSignal,
): Promise<PriceAnswer> {
  const { config, source } = context;
  const api = sourcesByKind[source.kind];
  const url = source.baseUrl + api.tickPath(instrument);
  const body = await getJson(url, config.requestTimeoutMs, signal);
  return answerTo(context, 'poll', api.parseTick(body, instrument));
}
