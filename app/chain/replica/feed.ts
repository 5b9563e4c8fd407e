import type { Duplex } from 'node:stream';
import type { Schema } from '../../store/collection.ts';
import type { Store } from '../../store/store.ts';
import type { QueryRoute } from '../abciQuery.ts';
import type { Answer } from '../queries.ts';
import { Link } from './link.ts';
import type { LinkLogger } from './link.ts';
import { Pace } from './pace.ts';

export interface FeedOptions {
  readonly store: Store;
  readonly schemas: readonly Schema[];
  readonly logger: LinkLogger;
  readonly queueMaxBytes?: number;
  readonly askMaxMs?: number;
}

/** Blocks that wait for a reader: a minute of full ones, and some. */
const QUEUE_MAX_BYTES = 64 * 1024 * 1024;
const ASK_MAX_MS = 5_000;
/** Of this process' time, for what it must answer itself. */
const OWN_SHARE = 0.2;

/**
 * Tells a reader of every block that is committed, and passes queries on to it. There is one reader
 * at a time: a new one takes the place of the one before.
 */
export class Feed implements QueryRoute {
  readonly #o: FeedOptions;
  readonly #pace = new Pace(OWN_SHARE);
  #link: Link | undefined;
  readonly #stop: () => void;

  constructor(options: FeedOptions) {
    this.#o = options;
    this.#stop = options.store.observe((version, changes) =>
      this.#link?.committed(version, changes),
    );
  }

  /** Begins to feed who is at the other end. */
  attach(stream: Duplex): Link {
    this.#link?.close();
    const { store, schemas, logger } = this.#o;
    const { queueMaxBytes = QUEUE_MAX_BYTES, askMaxMs = ASK_MAX_MS } = this.#o;
    const latest = () => store.committed;
    this.#link = new Link(stream, { schemas, logger, latest, queueMaxBytes, askMaxMs });
    return this.#link;
  }

  forward(path: string, data: Uint8Array, height: number): Promise<Answer> | undefined {
    return this.#link?.ask(path, data, height);
  }

  /** Metrics of the application, for the reader to show. */
  tell(metrics: string): void {
    this.#link?.tell(metrics);
  }

  /** Bytes of blocks that wait for the reader. */
  get queuedBytes(): number {
    return this.#link?.queuedBytes ?? 0;
  }

  paced<T>(work: () => T): T | Promise<T> {
    return this.#pace.paced(work);
  }

  close(): void {
    this.#stop();
    this.#link?.close();
    this.#link = undefined;
  }
}
