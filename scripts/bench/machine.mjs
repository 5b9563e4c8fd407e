// Where and of what a figure was taken: without that no two of them can be held side by side.
import { execFileSync } from 'node:child_process';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Runnable processes in the last minute; beyond this others take from what is measured. */
export const MAX_LOAD = 1.5;

/** Why nothing measured now may be recorded, or null. */
export function tooBusy(load) {
  if (load <= MAX_LOAD) return null;
  return (
    `The machine is busy: its load average is ${load.toFixed(2)}, over ${MAX_LOAD}. ` +
    'Wait until it is quiet, or use --force, which the record then says.'
  );
}

/** The average of the last minute; 0 on systems that have none. */
export const loadNow = () => loadavg()[0];

/** What a recorded figure says of where it is from. `load` is that of the start. */
export function machine(root, load) {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const known = cpus();
  return {
    at: new Date().toISOString(),
    // With "-dirty" at its end when it is not what the commit has.
    commit: git('describe', '--always', '--dirty', '--exclude', '*'),
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    cpu: `${known.length} × ${known[0]?.model ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: Math.round(load * 100) / 100,
    ...(tooBusy(load) === null ? {} : { forced: true }),
  };
}
