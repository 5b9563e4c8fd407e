import { openDatabase } from './db/openDatabase.ts';
import type { Place } from './db/openDatabase.ts';
import { migrate, requireSchema } from './db/migrate.ts';
import { follow } from './follow.ts';
import { startServer } from './http/server.ts';
import { RpcMarks } from './source/marks.ts';
import { RpcSource } from './source/rpcSource.ts';
import { FollowWatch, ServeWatch } from './watch.ts';

export interface ServeOptions {
  readonly place: Place;
  /** `host:port` of `/tenor/v1/history/…`. */
  readonly listen: string;
  readonly signal: AbortSignal;
}

export interface IndexerOptions extends ServeOptions {
  /** RPC of the node that it follows. */
  readonly node: string;
  /** Marks are asked for so often, by the chain's clock. */
  readonly marksEveryMs: number;
  readonly clock: () => number;
}

export interface IndexerEvents {
  onListening(url: string, database: string): void;
  /** How far it is, after each write. */
  onBlock(height: number, timeMs: number, last: number): void;
  /** The node or the database does not answer: why; null: it goes on. */
  onTrouble(message: string | null): void;
  onError(error: Error): void;
}

/** A block's results may come a moment after it: once is no trouble. */
const TOLD_AFTER = { node: 2, database: 1 };

/**
 * Follows a node and serves what it kept, until the signal.
 * @throws DatabaseError, LedgerError or SourceError, which say what to do
 */
export async function runIndexer(options: IndexerOptions, events: IndexerEvents): Promise<void> {
  const { place, listen, node, signal, clock } = options;
  const database = await openDatabase(place);
  try {
    await migrate(database);
    const watch = new FollowWatch(clock);
    const onError = (error: Error): void => events.onError(error);
    const server = await startServer({ listen, database, watch, onError });
    let isTold = false;
    try {
      events.onListening(server.url, database.kind);
      await follow({
        ...{ database, source: new RpcSource(node), signal },
        marks: { source: new RpcMarks(node), everyMs: options.marksEveryMs },
        onTrouble: (of, message, failures) => {
          watch.failed(of, message);
          if (failures !== TOLD_AFTER[of]) return;
          isTold = true;
          events.onTrouble(message);
        },
        onBlocks: ({ height, timeMs }, range) => {
          watch.wrote(height, timeMs, range);
          events.onBlock(height, timeMs, range.last);
        },
        onCaughtUp: (range) => {
          watch.caughtUp(range);
          if (isTold) events.onTrouble(null);
          isTold = false;
        },
      });
    } finally {
      await server.close();
    }
  } finally {
    await database.close();
  }
}

/** Serves a history that another process writes: as many readers as one likes. */
export async function serveHistory(
  { place, listen, signal }: ServeOptions,
  events: Pick<IndexerEvents, 'onListening' | 'onError'>,
): Promise<void> {
  const database = await openDatabase(place);
  try {
    await requireSchema(database);
    const onError = (error: Error): void => events.onError(error);
    const watch = new ServeWatch(database);
    const server = await startServer({ listen, database, watch, onError });
    events.onListening(server.url, database.kind);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
  } finally {
    await database.close();
  }
}
