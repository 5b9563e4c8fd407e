import type { FastifyInstance } from 'fastify';
import { healthOf } from './health.ts';
import { ReadMetrics } from './metrics.ts';
import type { QueryPort } from './port.ts';
import type { ToldBlock } from './stream/facts.ts';
import type { Streams, StreamVersion } from './stream/streams.ts';

/** Told of blocks, as the replica tells it. */
export interface BlockObserver {
  block(version: StreamVersion, told: () => Pick<ToldBlock, 'txs' | 'before' | 'after'>): void;
  anew(version: StreamVersion): void;
}

export interface WatchOptions {
  readonly query: QueryPort;
  readonly appMetrics?: () => string;
  readonly clock?: () => number;
}

/** Follows blocks for streams, `/metrics` and `/health`. */
export class Watch implements BlockObserver {
  readonly #streams: Streams;
  readonly #metrics: ReadMetrics;
  readonly #clock: () => number;
  #last: StreamVersion | undefined;

  constructor({ query, appMetrics = () => '', clock = Date.now }: WatchOptions, streams: Streams) {
    this.#streams = streams;
    this.#clock = clock;
    this.#metrics = new ReadMetrics({ query, appMetrics, streams: () => streams.counts() });
  }

  block(version: StreamVersion, told: () => Pick<ToldBlock, 'txs' | 'before' | 'after'>): void {
    this.#last = version;
    // Who listens is told first.
    this.#streams.block(version, told);
    const { height, timeMs, appHash } = version;
    this.#metrics.block({ height, timeMs, appHash, ...told() });
  }

  anew(version: StreamVersion): void {
    this.#last = version;
    this.#streams.anew(version);
    this.#metrics.block({ ...version, txs: [], before: [], after: [] });
  }

  register(server: FastifyInstance): void {
    server.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'unknown';
      this.#metrics.answered(route, reply.statusCode, reply.elapsedTime);
      done();
    });
    server.get('/metrics', async (_request, reply) =>
      reply.type(this.#metrics.contentType).send(await this.#metrics.text()),
    );
    server.get('/health', (_request, reply) => {
      const health = healthOf(this.#last, this.#clock());
      return reply.code(health.status === 'ok' ? 200 : 503).send(health);
    });
  }
}
