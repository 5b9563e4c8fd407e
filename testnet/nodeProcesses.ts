import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Exit, ProcessSpec } from './child.ts';
import { feederConfig, type NodeConfig } from './config.ts';
import { writeFileAtomic } from './files.ts';
import { rotateLog, tailLog } from './logFile.ts';
import { layout, programPath } from './paths.ts';
import { sleep } from '../client/sleep.ts';
import { ProcessGroup, type GroupEvent } from './processGroup.ts';
import type { Pids, Role } from './testnetJson.ts';

/** The application ends with it when its state cannot be trusted (app/commands/exitCodes.ts). */
const EXIT_UNTRUSTED = 70;
/** When its disk is full, failing or not writable. */
const EXIT_DISK = 74;
/** When the next block is another program's: an upgrade. */
const EXIT_WRONG_PROGRAM = 80;
/** Wrong settings: of the application, and of the feeder. */
const usageExits = [64, 2];

/**
 * MiB in which what is new waits for the collector, of the application and its read side: blocks
 * make much that does not outlive them, and Node's 16 have it copied (docs/adr/178).
 */
const YOUNG_MIB = 64;

const APP_START_LIMIT_MS = 20_000;
const SOCKET_POLL_MS = 20;
const ENGINE_GRACE_MS = 4_000;
const NODE_GRACE_MS = 3_000;

/** What the engine prints when its chain and the application's state have parted for good. */
const partedStates = /does not match AppHash after replay|is higher than core|is too far below/;

/** What the engine prints when it cannot write. */
const engineDiskFull = /no space left on device|disk quota exceeded/;

export interface NodeProcessesOptions {
  config: NodeConfig;
  /** The engine's program. */
  engine: string;
  env: Record<string, string>;
  onEvent: (process: string, event: GroupEvent) => void;
}

async function socketAppears(path: string, signal: AbortSignal): Promise<void> {
  const until = Date.now() + APP_START_LIMIT_MS;
  while (!existsSync(path) && !signal.aborted && Date.now() < until) {
    await sleep(SOCKET_POLL_MS, signal);
  }
}

function fatal(exit: Exit, home: string): string | null {
  if (exit.name === 'engine') {
    const parted = partedStates.exec(tailLog(layout.log(home, 'engine'), 40));
    return parted === null ? null : `the engine says "${parted[0]}"; not restarted`;
  }
  if (exit.code === EXIT_UNTRUSTED) return 'its state cannot be trusted; not restarted';
  if (exit.code === EXIT_WRONG_PROGRAM) return `${lastSaid(home)}; not restarted`;
  return usageExits.includes(exit.code ?? 0) ? 'its configuration is wrong; not restarted' : null;
}

/** What the application said last. */
function lastSaid(home: string): string {
  const line = tailLog(layout.log(home, 'app'), 1);
  try {
    return String((JSON.parse(line) as { msg: unknown }).msg);
  } catch {
    return line;
  }
}

/** The engine shares the application's disk, and notices as well when it is full. */
function outside(exit: Exit, engineLog: string): string | null {
  const refuses =
    exit.name === 'engine' ? engineDiskFull.test(tailLog(engineLog, 40)) : exit.code === EXIT_DISK;
  return refuses ? "the disk refuses, the node's log says what to do; tried again" : null;
}

/**
 * One node's processes: the application and the engine, which live and die together, and a
 * validator's feeder, which costs it nothing but its votes when it dies.
 */
export class NodeProcesses {
  readonly config: NodeConfig;
  readonly #node: ProcessGroup;
  /** Empty where the node does not vote. */
  readonly #feeder: ProcessGroup;
  #appPath = programPath('app');

  constructor(options: NodeProcessesOptions) {
    this.config = options.config;
    const { home } = options.config;
    const [app, engine, feeder] = specs(options, () => this.#appPath);
    const engineLog = layout.log(home, 'engine');
    this.#node = new ProcessGroup({
      specs: [app!, engine!],
      fatal: (exit) => fatal(exit, home),
      outside: (exit) => outside(exit, engineLog),
      onEvent: (event) => options.onEvent('node', event),
    });
    this.#feeder = new ProcessGroup({
      specs: options.config.isValidator ? [feeder!] : [],
      fatal: (exit) => fatal(exit, home),
      onEvent: (event) => options.onEvent('feeder', event),
    });
  }

  /** Makes another build of the application take over from its next start on. */
  useProgram(path: string): void {
    this.#appPath = path;
  }

  start(): void {
    this.#node.start();
    this.#feeder.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#feeder.stop(), this.#node.stop()]);
  }

  async killAll(): Promise<void> {
    await Promise.all([this.#feeder.killAll(), this.#node.killAll()]);
  }

  kill(role: Role, signal: NodeJS.Signals): boolean {
    return (role === 'feeder' ? this.#feeder : this.#node).kill(role, signal);
  }

  /** Makes the feeder multiply every index by `factor`, from its next report on; 1 ends it. */
  setLie(factor: number): void {
    const path = layout.feederConfig(this.config.home);
    writeFileAtomic(path, feederConfig(this.config, { lie: factor }));
    this.#feeder.kill('feeder', 'SIGHUP');
  }

  get pids(): Pids {
    return {
      engine: this.#node.pidOf('engine'),
      app: this.#node.pidOf('app'),
      feeder: this.#feeder.pidOf('feeder'),
    };
  }

  rotateLogs(): void {
    for (const role of ['app', 'engine', 'feeder']) rotateLog(layout.log(this.config.home, role));
  }

  /** The ends of its logs, to explain why it did not start. */
  describeLogs(): string {
    return ['app', 'engine', 'feeder']
      .map((role) => layout.log(this.config.home, role))
      .filter((path) => existsSync(path) && readFileSync(path).length > 0)
      .map((path) => `${path}:\n${tailLog(path, 6)}`)
      .join('\n');
  }
}

function specs(
  { config, engine, env }: NodeProcessesOptions,
  appPath: () => string,
): ProcessSpec[] {
  const { home, sockets } = config;
  const ownHome = ['--home', home];
  return [
    {
      name: 'app',
      command: process.execPath,
      get args() {
        return [`--max-semi-space-size=${YOUNG_MIB}`, appPath(), ...ownHome];
      },
      env,
      logPath: layout.log(home, 'app'),
      graceMs: NODE_GRACE_MS,
      // A socket left by a killed application would look as if the next one were listening.
      prepare: () => rmSync(sockets.abci, { force: true }),
      started: (signal) => socketAppears(sockets.abci, signal),
    },
    {
      name: 'engine',
      command: engine,
      args: ['start', ...ownHome],
      env,
      logPath: layout.log(home, 'engine'),
      graceMs: ENGINE_GRACE_MS,
    },
    {
      name: 'feeder',
      command: process.execPath,
      args: [programPath('feeder'), ...ownHome],
      env,
      logPath: layout.log(home, 'feeder'),
      graceMs: NODE_GRACE_MS,
    },
  ];
}
