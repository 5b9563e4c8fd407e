import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError, exitCodes } from '../errors.ts';

/** The repository's root, above dist/. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program of this repository in the terminal; throws CliError when it fails. */
export function runProgram(script: string, args: readonly string[]): Promise<void> {
  const path = join(root, script);
  if (!existsSync(path)) {
    throw new CliError(exitCodes.usage, `${script} is missing.`, 'Build it: npm run build');
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path, ...args], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new CliError(exitCodes.refused, `${script} failed; its output is above.`));
    });
  });
}
