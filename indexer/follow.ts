import { sleep } from '../client/sleep.ts';
import { backoffMs } from './backoff.ts';
import { DatabaseGone } from './db/database.ts';
import type { Database } from './db/database.ts';
import { SourceError } from './source/facts.ts';
import type { BlockFacts, BlockSource, Range } from './source/facts.ts';
import type { MarkSource } from './source/marks.ts';
import { Writer } from './writer.ts';

export interface FollowOptions {
  readonly database: Database;
  readonly source: BlockSource;
  /** Asked for marks so often, by the chain's clock; none without it. */
  readonly marks?: { readonly source: MarkSource; readonly everyMs: number };
  readonly signal: AbortSignal;
  /** Blocks that are fetched and written together where many are there. */
  readonly batch?: number;
  /** How long it waits for a block that is not there yet. */
  readonly pollMs?: number;
  /** The node or the database does not answer: why, and how often in a row. */
  readonly onTrouble?: (of: 'node' | 'database', message: string, failures: number) => void;
  readonly onBlocks?: (last: BlockFacts, range: Range) => void;
  /** All that the node has is in. */
  readonly onCaughtUp?: (range: Range) => void;
}

const POLL_MS = 250;

/**
 * Follows a node until the signal, from where the history ends. A node or a database that is down,
 * and another indexer that writes, are waited for.
 * @throws DatabaseError, LedgerError, or SourceError for what does not pass
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { signal, database, source } = options;
  let writer: Writer | null = null;
  let failures = 0;
  try {
    while (!signal.aborted) {
      try {
        writer ??= new Writer(options, await database.takeSeat());
        const range = await source.range();
        await writer.catchUp(range);
        options.onCaughtUp?.(range);
        failures = 0;
        await sleep(options.pollMs ?? POLL_MS, signal);
      } catch (error) {
        const of = whoseTrouble(error);
        if (of === 'node') writer?.forgetNode();
        else {
          // What was on its way may be in or not: the next one reads how far the history goes.
          await writer?.leave();
          writer = null;
        }
        options.onTrouble?.(of, (error as Error).message, ++failures);
        await sleep(backoffMs(failures), signal);
      }
    }
  } finally {
    await writer?.leave();
  }
}

/** @throws what does not pass */
function whoseTrouble(error: unknown): 'node' | 'database' {
  if (error instanceof DatabaseGone) return 'database';
  if (error instanceof SourceError && error.isPassing) return 'node';
  throw error;
}

/** Takes in what the node has now, once. @throws as `follow`, and for what would pass, too */
export async function catchUpOnce(options: FollowOptions): Promise<void> {
  const writer = new Writer(options, await options.database.takeSeat());
  try {
    await writer.catchUp(await options.source.range());
  } finally {
    await writer.leave();
  }
}
