import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseError } from './database.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Beside the folder, which belongs to the database. */
const lockOf = (folder: string): string => `${folder}.lock`;

function holderOf(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/**
 * Two processes in one folder would spoil it. A lock whose process is gone is taken over.
 * @returns what releases it
 * @throws DatabaseError when a process that lives has it
 */
export function lockFolder(folder: string): () => void {
  const path = lockOf(folder);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries > 2) throw error;
    }
    const pid = holderOf(path);
    if (pid !== null && pid !== process.pid && isAlive(pid)) {
      throw new DatabaseError(
        `Process ${pid} has the history in ${folder} open: ask that one over HTTP, end it, or ` +
          'use PostgreSQL (DATABASE_URL), which takes many.',
      );
    }
    rmSync(path, { force: true });
  }
}
