import { ClientError, Refusal } from './errors.ts';
import type { SendOptions } from './sender.ts';
import { sleep } from './sleep.ts';

/** A node that was killed forgets what no block had: so long is one sending waited for. */
const WAIT_MS = 15_000;
const LIMIT_MS = 120_000;
const PAUSE_MS = 1_000;

/**
 * Sends what the chain does once, however often it comes, until its outcome is known: again
 * when nobody answers, no block has it in time, or the block had no room. Only for such messages.
 */
export async function persistently<T>(send: (options: SendOptions) => Promise<T>): Promise<T> {
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      return await send({ waitMs: WAIT_MS });
    } catch (error) {
      if (!isPassing(error) || performance.now() > until) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** The runtime's `blockFull`: it came to a block that had no room for it. */
const BLOCK_FULL = 10;

function isPassing(error: unknown): boolean {
  if (error instanceof Refusal) return error.is('runtime', BLOCK_FULL);
  return error instanceof ClientError && ['timeout', 'unreachable'].includes(error.kind);
}
