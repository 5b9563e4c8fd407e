// Progress of long steps, on stderr so that a program's own output stays clean.
import { spawn } from 'node:child_process';

const TTY_INTERVAL_MS = 1_000;
const PLAIN_INTERVAL_MS = 15_000;
const OUTPUT_TAIL_BYTES = 6_000;

/** A failure whose text is meant for the person at the terminal: no stack trace is printed. */
export class SetupError extends Error {}

/**
 * Runs `work` under a line with the elapsed seconds: rewritten in place on a terminal, and repeated
 * every 15 seconds in a log.
 */
export async function step(title, work, stream = process.stderr) {
  const started = performance.now();
  const elapsed = () => `${Math.round((performance.now() - started) / 1_000)} s`;
  const tty = stream.isTTY === true;
  stream.write(tty ? `  ${title}…` : `  ${title}…\n`);
  const tick = () =>
    stream.write(tty ? `\r  ${title}… ${elapsed()}` : `  ${title}… ${elapsed()}\n`);
  const timer = setInterval(tick, tty ? TTY_INTERVAL_MS : PLAIN_INTERVAL_MS);
  try {
    const result = await work();
    stream.write(`${tty ? '\r' : ''}  ${title}: done in ${elapsed()}\n`);
    return result;
  } catch (error) {
    stream.write(`${tty ? '\r' : ''}  ${title}: failed after ${elapsed()}\n`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Runs a command to its end and returns what it printed.
 * Throws a SetupError with the end of its output when it fails or cannot be started.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => (output = (output + chunk).slice(-OUTPUT_TAIL_BYTES));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const line = [command, ...args].join(' ');
    child.on('error', (e) => reject(new SetupError(`Could not run \`${line}\`: ${e.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new SetupError(`\`${line}\` failed (${signal ?? `exit ${code}`}):\n\n${output}`));
    });
  });
}
