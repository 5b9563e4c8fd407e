import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { Feed } from '../chain/replica/feed.ts';

export interface ReadProcessOptions {
  readonly home: string;
  readonly feed: Feed;
  readonly logger: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

export interface ReadProcess {
  /** Ends it; resolves when it is gone. */
  close(): Promise<void>;
}

/** Where the child finds its end of the link. */
export const LINK_FD = 3;

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
/** One that ran so long begins again with the first delay. */
const SETTLED_MS = 60_000;
const PING_MS = 5_000;
const SILENT_MAX_MS = 60_000;
const GRACE_MS = 2_000;

/**
 * Runs this program's `read` as a child and feeds it, again and again: whatever becomes of it is
 * logged, and of no consequence to the node.
 */
export function superviseReader({ home, feed, logger }: ReadProcessOptions): ReadProcess {
  let child: ChildProcess | undefined;
  let isClosing = false;
  let delayMs = FIRST_DELAY_MS;
  let retry: NodeJS.Timeout | undefined;

  const start = () => {
    const startedMs = Date.now();
    // No shell and no IPC channel: a socket pair as its fourth descriptor.
    const args = [...process.execArgv, process.argv[1]!, 'read', '--home', home];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    const link = feed.attach(child.stdio[LINK_FD] as Duplex);
    logger.info({ pid: child.pid }, 'the read side starts');
    const watch = setInterval(() => {
      if (link.silentMs() > SILENT_MAX_MS) child?.kill('SIGKILL');
      link.ping();
    }, PING_MS);
    const ended = (how: object) => {
      if (child === undefined) return;
      child = undefined;
      clearInterval(watch);
      link.close();
      if (isClosing) return;
      if (Date.now() - startedMs > SETTLED_MS) delayMs = FIRST_DELAY_MS;
      logger.warn({ ...how, delayMs }, 'the read side ended: it is started again');
      retry = setTimeout(start, delayMs);
      delayMs = Math.min(2 * delayMs, MAX_DELAY_MS);
    };
    child.on('exit', (code, signal) => ended({ code, signal }));
    child.on('error', (error) => ended({ error: String(error) }));
  };

  start();
  return {
    close: async () => {
      isClosing = true;
      clearTimeout(retry);
      const last = child;
      if (last === undefined) return;
      const gone = new Promise((resolve) => last.once('exit', resolve));
      last.kill('SIGTERM');
      const force = setTimeout(() => last.kill('SIGKILL'), GRACE_MS);
      await gone;
      clearTimeout(force);
    },
  };
}
