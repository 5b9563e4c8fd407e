import { existsSync, readFileSync } from 'node:fs';

/** Seconds of CPU so far, by what used them. */
export type Cpu = Readonly<Record<string, number>>;

/** The part that is what else runs on the machine. */
export const OTHERS = 'others';

/** Of all parts but that. */
export const ours = (cpu: Cpu): number | undefined => {
  const own = Object.entries(cpu).filter(([part]) => part !== OTHERS);
  return own.length === 0 ? undefined : own.reduce((sum, [, seconds]) => sum + seconds, 0);
};

/** By part, what was used from one moment to another. */
export const since = (before: Cpu, after: Cpu): Cpu =>
  Object.fromEntries(Object.entries(after).map(([part, s]) => [part, s - (before[part] ?? 0)]));

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

/** Of this process, which is the load and supervises what it loads. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Columns of the first line of /proc/stat in which the processors are idle: idle and iowait. */
const IDLE_COLUMNS = [3, 4];
/** A guest's time is in the first columns already. */
const COLUMNS = 8;

/** Of all processes of the machine, and what a hypervisor took; undefined without /proc. */
export function machineCpuSeconds(): number | undefined {
  if (!existsSync('/proc/stat')) return undefined;
  const [line] = readFileSync('/proc/stat', 'utf8').split('\n');
  const columns = line!
    .trim()
    .split(/\s+/)
    .slice(1, 1 + COLUMNS)
    .map(Number);
  const busy = columns.filter((_, column) => !IDLE_COLUMNS.includes(column));
  return busy.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
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
