import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';

export interface Faults {
  readonly library: string;
  readonly killAt?: number;
  /** Per mille of the append that is under way at `killAt`. */
  readonly torn?: number;
  readonly failAt?: number;
  readonly errno?: number;
  /** A file to write the trace to. */
  readonly trace?: string;
}

export interface PlayOptions {
  readonly program: string;
  readonly folder: string;
  readonly recording: string;
  /** Where the process kills itself. */
  readonly at?: { readonly point: string; readonly height: number; readonly afterUs: number };
  /** Or when it is killed from outside, after it has opened the database. */
  readonly killAfterMs?: number;
  readonly faults?: Faults;
}

export interface Played {
  /** The last height said of each: 0 when none was. */
  readonly opened: number | undefined;
  readonly sealed: number;
  readonly committed: number;
  readonly done: boolean;
  readonly killed: boolean;
  readonly code: number | null;
  readonly stderr: string;
}

const TRACE_FD = 3;

function environment(folder: string, faults: Faults | undefined): NodeJS.ProcessEnv {
  if (faults === undefined) return process.env;
  const { library, killAt = 0, torn = 0, failAt = 0, errno = 0, trace } = faults;
  return {
    ...process.env,
    LD_PRELOAD: library,
    FAULT_DIR: folder,
    FAULT_KILL_AT: String(killAt),
    FAULT_TORN: String(torn),
    FAULT_FAIL_AT: String(failAt),
    FAULT_ERRNO: String(errno),
    ...(trace === undefined ? {} : { FAULT_TRACE_FD: String(TRACE_FD) }),
  };
}

/** Runs a player to its end, whatever that is, and tells what it had said. */
export async function play(options: PlayOptions): Promise<Played> {
  const { program, folder, recording, at, killAfterMs, faults } = options;
  const where = at === undefined ? [] : [at.point, String(at.height), String(at.afterUs)];
  const trace = faults?.trace === undefined ? undefined : openSync(faults.trace, 'a');
  const child = spawn(process.execPath, [program, folder, recording, ...where], {
    env: environment(folder, faults),
    stdio: ['ignore', 'pipe', 'pipe', trace ?? 'ignore'],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => {
    const first = stdout === '';
    stdout += text.toString();
    if (first && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  });
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('close', (...end) => resolve(end));
  });
  if (trace !== undefined) closeSync(trace);
  const last = (what: string) => {
    const found = [...stdout.matchAll(new RegExp(`^${what} (\\d+)$`, 'gm'))].at(-1);
    return found === undefined ? undefined : Number(found[1]);
  };
  return {
    opened: last('open'),
    sealed: last('sealed') ?? 0,
    committed: last('committed') ?? 0,
    done: last('done') !== undefined,
    killed: signal === 'SIGKILL',
    code,
    stderr,
  };
}
