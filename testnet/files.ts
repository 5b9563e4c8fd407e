import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Readable by its owner only: everything here may name keys or mnemonics. */
const PRIVATE = 0o600;

/** Writes a file that is either the old one or the new one, at every moment, for every reader. */
export function writeFileAtomic(path: string, text: string): void {
  const next = `${path}.${process.pid}.next`;
  writeFileSync(next, text, { mode: PRIVATE });
  renameSync(next, path);
}

export function writeJson(path: string, value: unknown): void {
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * The file's value, or null when it is not there. The caller knows who wrote it, and so its type.
 */
export function readJson(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
