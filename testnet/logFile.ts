import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { renameSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 16 * 1024 * 1024;
const KEPT = 3;
const TAIL_BYTES = 4_096;

/**
 * Opens a log for a child process to append to. The child holds the file itself, so its output
 * neither passes through the launcher nor stops with it; that is why `rotateLog` copies and
 * truncates instead of renaming.
 */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'a', 0o600);
}

/** Moves a log past `maxBytes` to `.1`, that to `.2` and so on, and empties it. */
export function rotateLog(path: string, maxBytes = MAX_BYTES): void {
  if (!existsSync(path) || statSync(path).size <= maxBytes) return;
  for (let i = KEPT - 1; i >= 1; i--) {
    if (existsSync(`${path}.${i}`)) renameSync(`${path}.${i}`, `${path}.${i + 1}`);
  }
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}

/** The last lines of a log, for an error message. */
export function tailLog(path: string, lines = 12): string {
  if (!existsSync(path)) return '';
  const { size } = statSync(path);
  const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
  const fd = openSync(path, 'r');
  try {
    readSync(fd, buffer, 0, buffer.length, size - buffer.length);
  } finally {
    closeSync(fd);
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
