import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync } from 'node:fs';
import { openLog, tailLog } from './logFile.ts';
import { layout } from './paths.ts';
import { TestnetError } from './testnetError.ts';

/** Tells a launcher that its caller waits for it to be ready, at the other end of a channel. */
export const DETACHED = 'TENOR_TESTNET_DETACHED';

export type LauncherMessage =
  { kind: 'progress'; text: string } | { kind: 'ready' } | { kind: 'failed'; reason: string };

/** Speaks to the caller that waits for this launcher, as long as it does. */
export function tellCaller(message: LauncherMessage): void {
  if (process.connected) process.send!(message);
}

/** The end of the wait, for a launcher that goes on alone. */
export function releaseCaller(): void {
  if (process.connected) process.disconnect();
}

function outcome(child: ChildProcess, log: string, onProgress: (text: string) => void) {
  return new Promise<void>((resolve, reject) => {
    child.on('message', (message: LauncherMessage) => {
      if (message.kind === 'progress') onProgress(message.text);
      else if (message.kind === 'ready') resolve();
      else reject(new TestnetError(message.reason));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const how = signal ?? `exit ${code ?? '?'}`;
      reject(new TestnetError(`The launcher ended (${how}):\n${tailLog(log)}`));
    });
  });
}

/**
 * Runs this very program again in the background, with the same arguments, and resolves when its
 * network is ready. The launcher logs to DIR/launcher.log. Ending the wait ends the launcher.
 */
export async function startDetached(
  dir: string,
  argv: readonly string[],
  onProgress: (text: string) => void,
): Promise<void> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = layout.launcherLog(dir);
  const log = openLog(path);
  const child = spawn(process.execPath, argv, {
    detached: true,
    env: { ...process.env, [DETACHED]: '1' },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  try {
    await outcome(child, path, onProgress);
  } finally {
    for (const signal of signals) process.off(signal, forward);
    child.removeAllListeners();
    if (child.connected) child.disconnect();
    child.unref();
  }
}
