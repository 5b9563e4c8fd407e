import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Sql } from './db/database.ts';
import { readProgress } from './db/progress.ts';
import type { Range } from './source/facts.ts';

export interface Health {
  readonly isHealthy: boolean;
  readonly height: number | null;
  /** Height of the node that it follows; null: it follows none. */
  readonly nodeHeight: number | null;
  readonly error?: string;
}

/** What an operator asks of a process that keeps or shows a history. */
export interface Watch {
  health(): Promise<Health>;
  /** As Prometheus reads it. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Further behind the node than this it is catching up. */
const BEHIND = 20;
/** It hears from the node several times a second. */
const SILENT_MS = 30_000;

const registryOf = (): Registry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'tenor_indexer_' });
  return registry;
};

/** Of the process that follows a node: it is told what happens. */
export class FollowWatch implements Watch {
  readonly #registry = registryOf();
  readonly #clock: () => number;
  readonly #height = this.#gauge('block_height', 'Last block of the history');
  readonly #timeSeconds = this.#gauge('block_timestamp_seconds', 'Time of that block');
  readonly #nodeHeight = this.#gauge('node_block_height', 'Last block of the node');
  readonly #heardSeconds = this.#gauge('caught_up_timestamp_seconds', 'When it last had all');
  readonly #failures = new Counter({
    name: 'tenor_indexer_failures_total',
    help: 'Times that the node or the database did not do what it was asked',
    labelNames: ['reason'] as const,
    registers: [this.#registry],
  });
  #heights: { height: number; node: number } | null = null;
  #heardMs: number;
  #trouble: string | null = null;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#heardMs = clock();
    for (const reason of ['node', 'database']) this.#failures.inc({ reason }, 0);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  wrote(height: number, timeMs: number, { last }: Range): void {
    this.#timeSeconds.set(timeMs / 1_000);
    this.#moveTo(height, last);
  }

  caughtUp({ last }: Range): void {
    this.#moveTo(last, last);
    this.#heardSeconds.set(this.#heardMs / 1_000);
  }

  failed(of: 'node' | 'database', message: string): void {
    this.#failures.inc({ reason: of });
    this.#trouble = message;
  }

  health(): Promise<Health> {
    const { height = null, node = null } = this.#heights ?? {};
    const error = this.#fault();
    const told = { isHealthy: error === null, height, nodeHeight: node };
    return Promise.resolve(error === null ? told : { ...told, error });
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #moveTo(height: number, node: number): void {
    this.#heights = { height, node };
    this.#height.set(height);
    this.#nodeHeight.set(node);
    this.#heardMs = this.#clock();
    this.#trouble = null;
  }

  #fault(): string | null {
    const silentMs = this.#clock() - this.#heardMs;
    if (silentMs > SILENT_MS) {
      const why = this.#trouble ?? 'it hears nothing';
      return `no block for ${Math.round(silentMs / 1_000)} s: ${why}`;
    }
    if (this.#heights === null) return this.#trouble ?? 'it has just begun';
    const { height, node } = this.#heights;
    return node - height > BEHIND ? `it catches up: block ${height} of ${node}` : null;
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name: `tenor_indexer_${name}`, help, registers: [this.#registry] });
  }
}

/** Of a process that only shows what another one writes. */
export class ServeWatch implements Watch {
  readonly #registry = registryOf();
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    const height = new Gauge({
      name: 'tenor_indexer_block_height',
      help: 'Last block of the history',
      registers: [this.#registry],
      collect: async () => {
        // A database that does not answer shows as a height that is not there.
        const progress = await readProgress(sql).catch(() => null);
        if (progress === null) height.reset();
        else height.set(progress.height);
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async health(): Promise<Health> {
    const progress = await readProgress(this.#sql).catch((error: unknown) => error as Error);
    const none = { isHealthy: false, height: null, nodeHeight: null };
    if (progress instanceof Error) return { ...none, error: progress.message };
    if (progress === null) return { ...none, error: 'the history has not begun' };
    return { isHealthy: true, height: progress.height, nodeHeight: null };
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
