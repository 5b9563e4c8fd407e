import { openDatabase } from './db/openDatabase.ts';
import type { Place } from './db/openDatabase.ts';
import { migrate, requireSchema } from './db/migrate.ts';
import { setFolderAside, setSchemaAside } from './db/setAside.ts';
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
  /** Puts what is kept there aside, and begins at genesis. */
  readonly anew?: boolean;
}

export interface IndexerEvents {
  onListening(url: string, database: string): void;
  /** How far it is, after each write. */
  onBlock(height: number, timeMs: number, last: number): void;
  /** The node or the database does not answer: why; null: it goes on. */
  onTrouble(message: string | null): void;
  onError(error: Error): void;
  /** Where the history before went, of one that is begun anew. */
  onAside?(name: string): void;
}

/** A block's results may come a moment after it: once is no trouble. */
const TOLD_AFTER = { node: 2, database: 1 };

/**
 * Follows a node and serves what it kept, until the signal.
 * @throws DatabaseError, LedgerError or SourceError, which say what to do
 */
export async function runIndexer(options: IndexerOptions, events: IndexerEvents): Promise<void> {
  const { place, listen, node, signal, clock } = options;
  const folder = options.anew === true ? await setFolderAside(place) : null;
  const database = await openDatabase(place);
  try {
    const isServer = options.anew === true && 'url' in place;
    const aside = isServer ? await setSchemaAside(database) : folder;
    if (aside !== null) events.onAside?.(aside);
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
