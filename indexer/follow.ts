import { backoffMs } from '../client/backoffMs.ts';
import { sleep } from '../client/sleep.ts';
import { DatabaseGone } from './db/database.ts';
import type { FollowOptions } from './followOptions.ts';
import { SourceError } from './source/facts.ts';
import { Writer } from './writer.ts';

const POLL_MS = 250;
/** Doubled with each failure, the first one too. */
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 15_000;

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
        await sleep(backoffMs(failures, FIRST_RETRY_MS, MAX_RETRY_MS, Math.random()), signal);
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
