import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readJson, writeJson } from './files.ts';
import { layout, removeSocketFolder } from './paths.ts';
import { sleep } from '../client/sleep.ts';
import { TestnetError } from './testnetError.ts';

/** Marks every process of a network in its environment, with the network's folder. */
export const MARK = 'TENOR_TESTNET_PROCESS';

const SIGTERM_GRACE_MS = 4_000;
const KILL_GRACE_MS = 3_000;
const POLL_MS = 50;

export interface KnownProcess {
  pid: number;
  /** When it started, as the system tells it: with the id, this names one process for ever. */
  startedAt: string;
  /** Engines end before the applications they talk to. */
  isEngine: boolean;
}

/** `DIR/processes.json`: what is running, kept so that any later launcher can clean up. */
export interface ProcessTable {
  launcher: KnownProcess;
  socketFolder: string | null;
  processes: KnownProcess[];
}

export const readTable = (dir: string): ProcessTable | null =>
  readJson(layout.processes(dir)) as ProcessTable | null;

export const writeTable = (dir: string, table: ProcessTable): void =>
  writeJson(layout.processes(dir), table);

/** Fields of /proc/PID/stat after the name, which may itself hold spaces and brackets. */
function procStat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

const hasProc = existsSync('/proc/self/stat');
/** Start times in /proc count from the boot. */
const boot = hasProc ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : '';

/** When the process started, or null when there is none (or only its remains). */
export function startTime(pid: number): string | null {
  if (hasProc) {
    const stat = procStat(pid);
    return stat === null || stat[0] === 'Z' ? null : `${boot} ${stat[19]!}`;
  }
  const { stdout, status } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const match = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout);
  return status !== 0 || match === null || match[1]!.startsWith('Z') ? null : match[2]!;
}

export function identify(pid: number, isEngine = false): KnownProcess | null {
  const startedAt = startTime(pid);
  return startedAt === null ? null : { pid, startedAt, isEngine };
}

/** Is this very process running, and not another one that got its id? */
export const isRunning = ({ pid, startedAt }: KnownProcess): boolean =>
  startTime(pid) === startedAt;

/** Processes that carry the network's mark; found without any record, where there is /proc. */
function marked(dir: string): KnownProcess[] {
  if (!hasProc) return [];
  const mark = `${MARK}=${dir}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => environment(name).includes(mark))
    .map((name) => identify(Number(name), isEngineProcess(name)))
    .filter((known) => known !== null);
}

function environment(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // gone, or not ours
  }
}

function isEngineProcess(pid: string): boolean {
  try {
    return /cometbft[^/]*$/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]!);
  } catch {
    return false;
  }
}

/** Sends a signal; nothing happens when the process has just ended. */
export function sendSignal({ pid }: KnownProcess, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until none of them runs, or the time is over; those that still run. */
async function waitForEnd(processes: KnownProcess[], limitMs: number): Promise<KnownProcess[]> {
  const until = Date.now() + limitMs;
  let left = processes.filter(isRunning);
  while (left.length > 0 && Date.now() < until) {
    await sleep(POLL_MS);
    left = left.filter(isRunning);
  }
  return left;
}

/** Ends processes with SIGTERM, and those that do not listen with SIGKILL. */
export async function endProcesses(
  processes: KnownProcess[],
  graceMs = SIGTERM_GRACE_MS,
): Promise<void> {
  for (const known of processes) if (isRunning(known)) sendSignal(known, 'SIGTERM');
  const deaf = await waitForEnd(processes, graceMs);
  for (const known of deaf) sendSignal(known, 'SIGKILL');
  await waitForEnd(deaf, KILL_GRACE_MS);
}

/** Forgets what ran in a network's folder: nothing does any more. */
export const forget = (dir: string): void => rmSync(layout.processes(dir), { force: true });

/**
 * Takes a network's folder for this process. Throws a TestnetError when another launcher has it;
 * what a launcher that is gone left running is ended.
 */
export async function acquire(dir: string): Promise<KnownProcess> {
  const table = readTable(dir);
  if (table !== null && isRunning(table.launcher)) {
    throw new TestnetError(
      `A network runs in ${dir} (process ${table.launcher.pid}). To stop it:
  npm run testnet -- --stop --dir ${dir}`,
    );
  }
  await sweep(dir);
  const launcher = identify(process.pid)!;
  const text = JSON.stringify({ launcher, socketFolder: null, processes: [] });
  try {
    writeFileSync(layout.processes(dir), text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new TestnetError(`Another network is just starting in ${dir}.`);
  }
  return launcher;
}

/**
 * Ends whatever of a network is left without its launcher, removes its sockets and its table, and
 * returns how many processes it ended.
 */
export async function sweep(dir: string): Promise<number> {
  const table = readTable(dir);
  const recorded = (table?.processes ?? []).filter(isRunning);
  const known = new Set(recorded.map(({ pid }) => pid));
  const all = [...recorded, ...marked(dir).filter(({ pid }) => !known.has(pid))];
  await endProcesses(all.filter(({ isEngine }) => isEngine));
  await endProcesses(all.filter(({ isEngine }) => !isEngine));
  const sockets = table?.socketFolder ?? null;
  if (sockets !== null) removeSocketFolder(sockets);
  forget(dir);
  return all.length;
}
