import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Executed } from '../chain/replica/executed.ts';
import type { Feed } from '../chain/replica/feed.ts';
import type { Store } from '../store/store.ts';

export interface AppMetricsOptions {
  readonly store: Store;
  readonly feed: Feed;
  /** Age of the feeder's last report, in milliseconds; undefined when there is none. */
  readonly feederAgeMs: () => number | undefined;
}

/** How often the read side is told; what it shows is as old at most. */
const TOLD_MS = 5_000;
const SECONDS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
const MS = 1_000;

/**
 * The application's metrics. It listens nowhere: the read side is told them now and then, and
 * serves them with its own at `/metrics`.
 */
export class AppMetrics {
  readonly #registry = new Registry();
  readonly #calls: Histogram<'call'>;
  readonly #cancelsOnly: Counter;
  readonly #timer: NodeJS.Timeout;
  readonly #stop: () => void;

  constructor({ store, feed, feederAgeMs }: AppMetricsOptions) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, prefix: 'tenor_app_' });
    this.#calls = new Histogram({
      ...{ name: 'tenor_app_abci_call_duration_seconds', buckets: SECONDS, registers },
      ...{ help: 'From a call to its answer', labelNames: ['call'] as const },
    });
    const txs = new Counter({
      ...{ name: 'tenor_app_transactions_total', help: 'In blocks', registers },
      labelNames: ['result'] as const,
    });
    const gas = new Counter({ name: 'tenor_app_gas_used_total', help: 'In blocks', registers });
    this.#cancelsOnly = new Counter({
      ...{ name: 'tenor_app_cancels_only_proposals_total', registers },
      help: 'Made here after a stop of the chain, or with a clock that is ahead',
    });
    const height = new Gauge({ name: 'tenor_app_block_height', help: 'Committed', registers });
    const time = new Gauge({
      ...{ name: 'tenor_app_block_timestamp_seconds', help: 'Of that block', registers },
    });
    new Gauge({
      ...{ name: 'tenor_app_read_side_queue_bytes', help: 'Waiting for the read side', registers },
      collect(): void {
        this.set(feed.queuedBytes);
      },
    });
    new Gauge({
      ...{ name: 'tenor_app_feeder_report_age_seconds', help: 'Absent without one', registers },
      collect(): void {
        const ageMs = feederAgeMs();
        if (ageMs === undefined) this.remove();
        else this.set(ageMs / MS);
      },
    });
    this.#stop = store.observe((version, { said }) => {
      height.set(version.height);
      time.set(version.timeMs / MS);
      for (const { code, gasUsed } of (said as Executed | undefined)?.results ?? []) {
        txs.inc({ result: code === 0 ? 'ok' : 'failed' });
        gas.inc(gasUsed);
      }
    });
    const tell = () => this.text().then((text) => feed.tell(text));
    this.#timer = setInterval(() => void tell(), TOLD_MS);
    this.#timer.unref();
  }

  /** A call of the engine was answered. */
  answered(call: string, ms: number): void {
    this.#calls.observe({ call }, ms / MS);
  }

  /** A proposal of this node took cancels only (ADR 142). */
  proposedCancelsOnly(): void {
    this.#cancelsOnly.inc();
  }

  /** As Prometheus reads it. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stop();
  }
}
