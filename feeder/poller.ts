import type { Logger } from 'pino';
import { backoffMs } from '../client/backoffMs.ts';

/**
 * Of a failure, whatever the interval: a source that was not there yet when the feeder started must
 * not cost volatilities, asked for every few seconds, a whole interval and more.
 */
const FIRST_RETRY_MS = 250;

export interface PollerOptions {
  /** For the log: source and what is asked. */
  readonly fields: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  readonly maxBackoffMs: number;
  readonly logger: Logger;
  /** Whether there is anything to ask now; when not, it is asked after another interval. */
  due(): boolean;
  /** Asks once and keeps the answer; a rejection counts as a failure. */
  poll(signal: AbortSignal): Promise<void>;
  /** Is told of each failure: how many there were in a row, and why this one. */
  failed(failures: number, problem: string): void;
}

export interface Poller {
  /** Settles, never rejects, when the first attempt has ended. */
  readonly firstAttempt: Promise<void>;
  /** Ends the request under way and asks no more. */
  stop(): void;
}

/**
 * Asks one thing of one source again and again, one request at a time, on its own timer: a source
 * that hangs or fails holds up nothing but itself. Failures back off exponentially.
 */
export function startPoller(options: PollerOptions): Poller {
  const { fields, intervalMs, logger } = options;
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;

  async function attempt(): Promise<void> {
    const startedMs = performance.now();
    if (!options.due()) {
      timer = setTimeout(() => void attempt(), intervalMs);
      return;
    }
    try {
      await options.poll(controller.signal);
      if (failures > 0) logger.info({ ...fields, failures }, 'source is back');
      failures = 0;
    } catch (error) {
      if (controller.signal.aborted) return;
      failures += 1;
      // The first failure and every doubling: a source that is away for a day stays readable.
      const level = Number.isInteger(Math.log2(failures)) ? 'warn' : 'debug';
      const problem = describe(error);
      options.failed(failures, problem);
      logger[level]({ ...fields, failures, error: problem }, 'source failed');
    }
    if (controller.signal.aborted) return;
    const restMs = Math.max(0, intervalMs - (performance.now() - startedMs));
    const firstMs = Math.min(intervalMs, FIRST_RETRY_MS);
    const maxMs = Math.max(intervalMs, options.maxBackoffMs);
    const delayMs = failures === 0 ? restMs : backoffMs(failures, firstMs, maxMs, Math.random());
    timer = setTimeout(() => void attempt(), delayMs);
  }

  return {
    firstAttempt: attempt(),
    stop() {
      controller.abort();
      clearTimeout(timer);
    },
  };
}

/** fetch says "fetch failed" and keeps the reason in `cause`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
