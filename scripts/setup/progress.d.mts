import type { SpawnOptions } from 'node:child_process';
export class SetupError extends Error {}
export function step<T>(
  title: string,
  work: () => Promise<T>,
  stream?: { isTTY?: boolean; write(text: string): unknown },
): Promise<T>;
export function run(command: string, args: string[], options?: SpawnOptions): Promise<string>;
