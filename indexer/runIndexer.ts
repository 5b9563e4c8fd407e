import { openDatabase } from './db/openDatabase.ts';
import type { Place } from './db/openDatabase.ts';
import { migrate, requireSchema } from './db/migrate.ts';
import { follow } from './follow.ts';
import { startServer } from './http/server.ts';
import { RpcMarks } from './source/marks.ts';
import { RpcSource } from './source/rpcSource.ts';

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
}

export interface IndexerEvents {
  onListening(url: string, database: string): void;
  /** How far it is, after each write. */
  onBlock(height: number, timeMs: number, last: number): void;
  /** The node or the database does not answer: why; null: it goes on. */
  onTrouble(message: string | null): void;
  onError(error: Error): void;
}

/**
 * Follows a node and serves what it kept, until the signal.
 * @throws DatabaseError, LedgerError or SourceError, which say what to do
 */
export async function runIndexer(options: IndexerOptions, events: IndexerEvents): Promise<void> {
  const { place, listen, signal, node } = options;
  const database = await openDatabase(place);
  try {
    await migrate(database);
    const server = await startServer({ listen, database, onError: (e) => events.onError(e) });
    try {
      events.onListening(server.url, database.kind);
      await follow({
        ...{ database, source: new RpcSource(node), signal },
        marks: { source: new RpcMarks(node), everyMs: options.marksEveryMs },
        onTrouble: (message) => events.onTrouble(message),
        onBlocks: (block, { last }) => events.onBlock(block.height, block.timeMs, last),
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
    const server = await startServer({ listen, database, onError: (e) => events.onError(e) });
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
