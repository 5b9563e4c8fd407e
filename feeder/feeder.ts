import type { Logger } from 'pino';
import { encodeFrame } from '../app/lib/feederProtocol.ts';
import type { FeederConfig } from './config.ts';
import { buildReport } from './core/buildReport.ts';
import type { Report } from './core/buildReport.ts';
import { startObserver } from './observer.ts';
import { startPusher } from './pusher.ts';

export interface Feeder {
  close(): void;
}

/**
 * Observes the sources and pushes a report to the application at every poll interval. While no
 * underlying has an index nothing is sent, so that the application's copy grows too old to use.
 */
export function startFeeder(config: FeederConfig, logger: Logger): Feeder {
  const { multiplyIndex } = config.test;
  if (multiplyIndex !== 1) logger.warn({ multiplyIndex }, 'TEST MODE: reporting false prices');
  const observer = startObserver(config, logger);
  const pusher = startPusher(config.socketPath, logger);
  const covered = new Map<string, boolean>();

  const timer = setInterval(() => {
    const report = reportOf(config, observer.underlyings());
    for (const [symbol, index] of Object.entries(report.indexes)) {
      const has = index.price !== null;
      if (covered.get(symbol) === has) continue;
      covered.set(symbol, has);
      if (has) logger.info({ symbol, price: index.price }, 'index available');
      else logger.warn({ symbol, verdicts: index.verdicts }, 'no index: too few sources agree');
    }
    if (report.extension.underlyings.length === 0) return;
    pusher.send(encodeFrame({ producedMs: report.producedMs, payload: report.bytes }));
  }, config.pollIntervalMs);

  return {
    close() {
      clearInterval(timer);
      observer.stop();
      pusher.close();
    },
  };
}

/** Asks every source once and returns the report that comes of it. */
export async function reportOnce(config: FeederConfig, logger: Logger): Promise<Report> {
  const observer = startObserver(config, logger);
  try {
    await observer.firstRound;
    return reportOf(config, observer.underlyings());
  } finally {
    observer.stop();
  }
}

function reportOf(config: FeederConfig, underlyings: Parameters<typeof buildReport>[0]): Report {
  const { multiplyIndex } = config.test;
  return buildReport(underlyings, { ...config, multiplyIndex }, Date.now());
}
