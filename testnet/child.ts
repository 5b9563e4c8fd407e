import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { openLog } from './logFile.ts';

export interface ProcessSpec {
  /** What it is called in messages and in testnet.json: `app`, `engine`, `feeder`, `market`. */
  name: string;
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  logPath: string;
  /** How long it may take to end after SIGTERM before it is killed. */
  graceMs: number;
  /** Run before each start. */
  prepare?: () => void;
  /** Resolves when the next process of its group may start; rejects when `signal` fires. */
  started?: (signal: AbortSignal) => Promise<void>;
}

export interface Exit {
  name: string;
  code: number | null;
  signal: NodeJS.Signals | null;
}

export const describeExit = ({ name, code, signal }: Exit): string =>
  `${name} ended (${signal ?? `exit ${code ?? '?'}`})`;

/** A running process: its id, its end, and how to end it. */
export class Child {
  readonly spec: ProcessSpec;
  readonly exited: Promise<Exit>;
  /** Set once it has ended. */
  exit: Exit | null = null;
  readonly #process: ChildProcess;

  /**
   * A session of its own keeps a terminal's Ctrl-C from it: its order of ending is the launcher's.
   */
  constructor(spec: ProcessSpec) {
    this.spec = spec;
    spec.prepare?.();
    const log = openLog(spec.logPath);
    this.#process = spawn(spec.command, spec.args, {
      detached: true,
      env: spec.env,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.exit ??= { name: spec.name, code, signal };
        resolve(this.exit);
      };
      this.#process.once('exit', end);
      this.#process.once('error', () => end(127, null));
    });
  }

  /** Null when the program could not be started, or has ended. */
  get pid(): number | null {
    return this.exit === null ? (this.#process.pid ?? null) : null;
  }

  kill(signal: NodeJS.Signals): void {
    if (this.exit === null) this.#process.kill(signal);
  }

  /** SIGTERM, then SIGKILL when the grace is over; resolves when it has ended. */
  async stop(): Promise<void> {
    if (this.exit !== null) return;
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), this.spec.graceMs);
    await this.exited;
    clearTimeout(timer);
  }
}
