import { existsSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU that processes have used; undefined where there is no /proc. */
export function cpuSeconds(pids: readonly (number | null)[]): number | undefined {
  if (!existsSync('/proc/self/stat')) return undefined;
  let ticks = 0;
  for (const pid of pids) {
    if (pid === null) continue;
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS_PER_SECOND;
}

/** The processes that these have started, themselves; where the system tells it. */
export function childrenOf(pids: readonly (number | null)[]): number[] {
  return pids.flatMap((pid) => {
    const path = `/proc/${pid}/task/${pid}/children`;
    return existsSync(path)
      ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number)
      : [];
  });
}
