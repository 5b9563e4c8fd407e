import type { Logger } from 'pino';
import { BrokenState } from '../app.ts';
import { AssertionFailure } from '../lib/assert.ts';
import { DiskError, DiskFailure } from '../store/disk.ts';
import { EXIT } from './exitCodes.ts';

export function exitCodeOf(error: unknown): number {
  if (error instanceof DiskFailure) return EXIT.disk;
  const broken =
    error instanceof BrokenState || error instanceof AssertionFailure || error instanceof DiskError;
  return broken ? EXIT.broken : EXIT.failed;
}

/** Logs why the node cannot go on, and ends the process before anything else is answered. */
export function endOn(log: Logger, error: unknown, while_: string): never {
  log.fatal({ err: error, while: while_ }, 'the node stops');
  process.exit(exitCodeOf(error));
}
