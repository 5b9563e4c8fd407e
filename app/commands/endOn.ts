import type { Logger } from 'pino';
import { BrokenState } from '../chain/app.ts';
import { GenesisError } from '../chain/genesisState.ts';
import { AssertionFailure } from '../lib/assert.ts';
import { WrongProgram } from '../runtime/upgrade/index.ts';
import { DiskError, DiskFailure } from '../store/disk.ts';
import { EXIT } from './exitCodes.ts';

export function exitCodeOf(error: unknown): number {
  if (error instanceof DiskFailure) return EXIT.disk;
  if (error instanceof WrongProgram) return EXIT.wrongProgram;
  if (error instanceof GenesisError) return EXIT.usage;
  const broken =
    error instanceof BrokenState || error instanceof AssertionFailure || error instanceof DiskError;
  return broken ? EXIT.broken : EXIT.failed;
}

/** Logs why the node cannot go on, and ends the process before anything else is answered. */
export function endOn(log: Logger, error: unknown, while_: string): never {
  const { message } = error as Error;
  const told = error instanceof WrongProgram || error instanceof GenesisError;
  if (told) log.fatal({ while: while_ }, message);
  else log.fatal({ err: error, while: while_ }, 'the node stops');
  process.exit(exitCodeOf(error));
}
