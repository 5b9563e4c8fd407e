import type { Logger } from 'pino';
import type { FeederConfig, SourceConfig } from './config.ts';
import { chainAnswer, priceAnswer } from './core/answers.ts';
import { Evidence } from './core/evidence.ts';
import type {
  Asked,
  ChainAnswer,
  PriceAnswer,
  SourceRef,
  Stablecoin,
  Underlying,
} from './core/observation.ts';
import { getJson } from './getJson.ts';
import { startPoller } from './poller.ts';
import type { Poller } from './poller.ts';
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

/** A source with what is asked of it, and when its stream last said something of each. */
interface Context {
  readonly config: FeederConfig;
  readonly source: SourceConfig;
  readonly ref: SourceRef;
  readonly logger: Logger;
  readonly oddRows: Map<string, number>;
  readonly streamedMs: Map<string, number>;
  readonly evidence: Map<string, Evidence>;
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
  const streams: Stream[] = [];
  for (const source of config.sources.filter((s) => s.enabled)) {
    const { venue } = sourcesByKind[source.kind];
    const ref = { name: source.name, venue, weight: source.weight };
    const maps = { streamedMs: new Map<string, number>(), evidence: new Map<string, Evidence>() };
    const context: Context = { config, source, ref, logger, oddRows, ...maps };
    const cells = [...stablecoins, ...underlyings];
    pollers.push(...cells.flatMap((cell) => pollersOf(context, cell)));
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
      streams.forEach((s) => s.stop());
    },
  };
}

function pollersOf(context: Context, cell: Cell): Poller[] {
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
    const evidence = new Evidence();
    pollers.push(
      ask(context, cell, 'options', cell.chains, config.volPollIntervalMs, {
        due: () => true,
        poll: (signal) => observeChain(context, family, evidence, signal),
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
  { config, ref, logger }: Context,
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
function isStreamed({ config, streamedMs }: Context, instrument: string): boolean {
  const heardMs = streamedMs.get(instrument);
  return heardMs !== undefined && performance.now() - heardMs < 3 * config.pollIntervalMs;
}

function streamOf(context: Context, cells: readonly Cell[]): Stream | null {
  const { config, source, ref, logger, streamedMs } = context;
  const byInstrument = new Map(
    cells.flatMap((cell) => {
      const instrument = cell.instruments[source.name];
      return instrument === undefined ? [] : [[instrument, cell] as const];
    }),
  );
  if (source.wsUrl === '' || byInstrument.size === 0) return null;
  return startStream({
    source: source.name,
    url: source.wsUrl,
    api: sourcesByKind[source.kind].stream,
    instruments: [...byInstrument.keys()],
    timeoutMs: config.requestTimeoutMs,
    maxBackoffMs: config.maxBackoffMs,
    logger,
    onTick(tick) {
      const cell = byInstrument.get(tick.instrument);
      const answer = answerTo(context, 'stream', tick);
      cell?.prices.set(ref.name, { source: ref, answer, failures: 0, problem: '' });
      streamedMs.set(tick.instrument, performance.now());
    },
    // Polling takes over, and says whether the source is well.
    onProblem: () => streamedMs.clear(),
  });
}

function answerTo({ evidence }: Context, channel: string, tick: Tick): PriceAnswer {
  return priceAnswer(evidence.get(tick.instrument)!, channel, tick, Date.now());
}

async function observePrice(
  context: Context,
  instrument: string,
  signal: AbortSignal,
): Promise<PriceAnswer> {
  const { config, source } = context;
  const api = sourcesByKind[source.kind];
  const url = source.baseUrl + api.tickPath(instrument);
  const body = await getJson(url, config.requestTimeoutMs, signal);
  return answerTo(context, 'poll', api.parseTick(body, instrument));
}

/** A chain and its source's own index are asked for together: the basis compares them. */
async function observeChain(
  { config, source, oddRows, logger }: Context,
  family: string,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<ChainAnswer> {
  const api = sourcesByKind[source.kind].chain!;
  const urls = api.paths(family).map((path) => source.baseUrl + path);
  const bodies = await Promise.all(
    urls.map((url) => getJson(url, config.requestTimeoutMs, signal)),
  );
  const chain = api.parse(bodies, family);
  if (chain.oddRows > 0) {
    oddRows.set(source.name, (oddRows.get(source.name) ?? 0) + chain.oddRows);
    logger.debug(
      { source: source.name, family, rows: chain.oddRows, why: chain.oddRow },
      'odd rows',
    );
  }
  return chainAnswer(chain, evidence, config.maxVolAgeMs, Date.now());
}
