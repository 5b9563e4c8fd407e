import { ClientError } from './errors.ts';
import type { SendOptions } from './sender.ts';
import { sleep } from './sleep.ts';

/** A node that was killed forgets what no block had: so long is one sending waited for. */
const WAIT_MS = 15_000;
const LIMIT_MS = 120_000;
const PAUSE_MS = 1_000;

/**
 * Sends what the chain does once, however often it comes, until it is known what became of it: again
 * when nobody answers, or no block has it in time. Only for such messages.
 */
export async function persistently<T>(send: (options: SendOptions) => Promise<T>): Promise<T> {
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      return await send({ waitMs: WAIT_MS });
    } catch (error) {
      const kind = error instanceof ClientError ? error.kind : undefined;
      const isOpen = kind === 'timeout' || kind === 'unreachable';
      if (!isOpen || performance.now() > until) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
