import type { Logger } from 'pino';
import { encodeFrame } from '../app/lib/feederProtocol.ts';
import { FeederReport, SourceState, SourceSubject } from '../proto/gen/tenor.oracle.v1.ts';
import type { FeederConfig } from './config.ts';
import { buildReport } from './core/buildReport.ts';
import { startMetrics } from './metrics.ts';
import { nameIn } from './nameIn.ts';
import { startObserver } from './observer.ts';
import type { Observer } from './observer.ts';
import { startPusher } from './pusher.ts';
import { startWatch } from './watch.ts';

type Observed = Pick<Observer, 'underlyings' | 'stablecoins'>;

export interface Feeder {
  close(): void;
}

/**
 * Observes the sources and pushes a report to the application at every poll interval, whatever is
 * in it: values carry their ages, and what is missing says why. What the application says that the
 * chain votes on is observed, too.
 */
export function startFeeder(config: FeederConfig, logger: Logger): Feeder {
  const { multiplyIndex } = config.test;
  if (multiplyIndex !== 1) logger.warn({ multiplyIndex }, 'TEST MODE: reporting false prices');
  const watch = startWatch(config, logger);
  const pusher = startPusher(config.socketPath, logger, (payload) => watch.follow(payload));
  const metrics = startMetrics(config, logger);
  const covered = new Map<number, boolean>();

  const timer = setInterval(() => {
    const producedMs = Date.now();
    const report = reportOf(config, watch, producedMs);
    logCoverage(report, watch.config, covered, logger);
    metrics?.record(report, watch.oddRows(), watch.config);
    pusher.send(encodeFrame({ producedMs, payload: FeederReport.encode(report) }));
  }, config.pollIntervalMs);

  return {
    close() {
      clearInterval(timer);
      watch.stop();
      pusher.close();
      metrics?.close();
    },
  };
}

/** Says once when an underlying gets or loses its index. */
function logCoverage(
  report: FeederReport,
  config: FeederConfig,
  covered: Map<number, boolean>,
  logger: Logger,
): void {
  for (const { underlyingId: id, index } of report.underlyings) {
    const has = index !== undefined;
    if (covered.get(id) === has) continue;
    covered.set(id, has);
    const symbol = config.underlyings.find((u) => u.id === id)?.symbol;
    if (has) {
      logger.info({ symbol, indexUusd: String(index.priceUusd) }, 'index available');
      continue;
    }
    const sources = report.sources
      .filter((s) => s.id === id && s.subject === SourceSubject.SOURCE_SUBJECT_INDEX)
      .map(({ source, state, problem }) => ({
        source,
        state: nameIn(SourceState, state, 'SOURCE_STATE_'),
        problem,
      }));
    logger.warn({ symbol, sources }, 'no index: too few sources agree');
  }
}

export interface Produced {
  readonly producedMs: number;
  readonly report: FeederReport;
}

/** Asks every source once and returns the report that comes of it. */
export async function reportOnce(config: FeederConfig, logger: Logger): Promise<Produced> {
  const observer = startObserver(config, logger);
  try {
    await observer.firstRound;
    const producedMs = Date.now();
    return { producedMs, report: reportOf(config, observer, producedMs) };
  } finally {
    observer.stop();
  }
}

function reportOf(config: FeederConfig, observer: Observed, nowMs: number): FeederReport {
  const rules = {
    ...config,
    maxAgeMs: config.maxPriceAgeMs,
    multiplyIndex: config.test.multiplyIndex,
  };
  return buildReport(observer.underlyings(), observer.stablecoins(), rules, nowMs);
}
