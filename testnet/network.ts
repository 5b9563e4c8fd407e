import { ProcessGroup, sleep, type GroupEvent } from './processGroup.ts';
import type { TestAccount } from './accounts.ts';
import { launch, type Launch, type TestnetOptions } from './launch.ts';
import { rotateLog, tailLog } from './logFile.ts';
import { layout, removeSocketFolder } from './paths.ts';
import {
  endProcesses,
  forget,
  identify,
  sendSignal,
  writeTable,
  type KnownProcess,
} from './processes.ts';
import { readiness } from './ready.ts';
import { stoppedRecord, writeRecord } from './testnetJson.ts';
import type { NodeRecord, Role, TestnetRecord } from './testnetJson.ts';
import { TestnetError } from './testnetError.ts';
import { Validator } from './validator.ts';

const READY_LIMIT_MS = 120_000;
const READY_POLL_MS = 250;
const PROGRESS_MS = 5_000;
const ROTATE_MS = 10_000;

/** A network of real validators on this machine, supervised by this process. */
export class Testnet {
  readonly dir: string;
  readonly #launch: Launch;
  readonly #validators: Validator[];
  readonly #market: ProcessGroup;
  readonly #rotation: NodeJS.Timeout;
  readonly #identified = new Map<number, KnownProcess>();
  #record: TestnetRecord;
  #stopping: Promise<void> | null = null;
  /** Why something was not restarted, if anything was not. */
  #failure: string | null = null;

  constructor(plan: Launch) {
    this.dir = plan.dir;
    this.#launch = plan;
    this.#record = plan.record;
    this.#validators = plan.configs.map(
      (config, index) =>
        new Validator({
          config,
          env: plan.env,
          onEvent: (process, event) => this.#onEvent(`validator${index}`, process, event),
        }),
    );
    this.#market = new ProcessGroup({
      specs: [plan.market],
      fatal: () => null,
      onEvent: (event) => this.#onEvent('market', 'market', event),
    });
    this.#rotation = setInterval(() => this.#rotateLogs(), ROTATE_MS);
    this.#rotation.unref();
    process.on('exit', this.#killNow);
  }

  get nodes(): readonly NodeRecord[] {
    return this.#record.nodes;
  }
  get accounts(): readonly TestAccount[] {
    return this.#record.accounts;
  }
  get market(): { url: string } {
    return this.#record.market;
  }
  get chainId(): string {
    return this.#record.chainId;
  }

  start(): void {
    this.#market.start();
    for (const validator of this.#validators) validator.start();
  }

  /**
   * Resolves when every node serves live prices, and testnet.json says so.
   * Throws a TestnetError with the cause when something is given up, or the time is over.
   */
  async untilReady(limitMs = READY_LIMIT_MS): Promise<void> {
    const until = Date.now() + limitMs;
    let progressAt = Date.now() + PROGRESS_MS;
    for (;;) {
      const { ready, text } = await readiness(this.nodes);
      if (this.#stopping !== null) throw new TestnetError('Stopped before the network was ready.');
      if (ready) break;
      if (this.#failure !== null) throw new TestnetError(this.#failure);
      if (Date.now() > until) throw new TestnetError(this.#lateness(limitMs, text));
      if (Date.now() > progressAt) {
        this.#launch.onProgress(`Waiting for live prices: ${text}`);
        progressAt += PROGRESS_MS;
      }
      await sleep(READY_POLL_MS);
    }
    this.#record = { ...this.#record, ready: true };
    this.#save();
  }

  /** Ends every process within ten seconds, engines before applications. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  /** Ends every process at once. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#validators, this.#market].map((group) => group.killAll()));
    await this.stop();
  }

  /** Sends a signal to one process, which is then restarted as in production. */
  kill(index: number, role: Role, signal: NodeJS.Signals = 'SIGKILL'): void {
    if (this.#validators[index]?.kill(role, signal) === true) return;
    throw new Error(`the ${role} of validator${index} is not running`);
  }

  /** Ends one validator and leaves it down until `startValidator`. */
  async stopValidator(index: number): Promise<void> {
    await this.#validators[index]!.stop();
    this.#save();
  }

  startValidator(index: number): void {
    this.#validators[index]!.start();
  }

  /** Makes one feeder report every index multiplied by `factor`; 1 makes it honest again. */
  setFeederLie(index: number, factor: number): void {
    this.#validators[index]!.setLie(factor);
  }

  async #end(): Promise<void> {
    clearInterval(this.#rotation);
    await Promise.all([...this.#validators, this.#market].map((group) => group.stop()));
    // Whatever a group could not end: nothing is left behind.
    await endProcesses(this.#running(), 0);
    process.off('exit', this.#killNow);
    writeRecord(this.dir, stoppedRecord(this.#record));
    removeSocketFolder(this.#launch.socketFolder);
    forget(this.dir);
  }

  #onEvent(owner: string, process: string, event: GroupEvent): void {
    if (event.kind === 'pids') {
      this.#save();
      return;
    }
    const name = owner === process ? owner : `${owner} ${process}`;
    if (event.kind === 'restart') {
      const seconds = event.delayMs / 1_000;
      this.#launch.onProgress(`${name}: ${event.reason}; starting again in ${seconds} s`);
      return;
    }
    const index = this.#validators.findIndex((_, i) => `validator${i}` === owner);
    const logs = this.#validators[index]?.describeLogs() ?? tailLog(layout.marketLog(this.dir));
    this.#failure = `${name}: ${event.reason}\n${logs}`;
    this.#launch.onProgress(`${name}: ${event.reason}`);
  }

  #running(): KnownProcess[] {
    const engines = this.#validators.map((v) => v.pids.engine);
    const others = this.#validators.flatMap((v) => [v.pids.app, v.pids.feeder]);
    const pids = [...engines, ...others, this.#market.pidOf('market')];
    return pids
      .filter((pid) => pid !== null)
      .map((pid) => this.#identify(pid, engines.includes(pid)))
      .filter((known) => known !== null);
  }

  #identify(pid: number, isEngine: boolean): KnownProcess | null {
    const known = this.#identified.get(pid) ?? identify(pid, isEngine);
    if (known !== null) this.#identified.set(pid, known);
    return known;
  }

  /** Writes the ids of what runs now, for other programs and for whoever has to clean up. */
  #save(): void {
    writeTable(this.dir, { ...this.#launch.table, processes: this.#running() });
    const nodes = this.#record.nodes.map((node, i) => {
      return { ...node, pids: this.#validators[i]!.pids };
    });
    const market = { ...this.#record.market, pid: this.#market.pidOf('market') };
    this.#record = { ...this.#record, nodes, market };
    writeRecord(this.dir, this.#record);
  }

  #rotateLogs(): void {
    rotateLog(layout.marketLog(this.dir));
    for (const validator of this.#validators) validator.rotateLogs();
  }

  #lateness(limitMs: number, text: string): string {
    const logs = this.#validators.map((validator) => validator.describeLogs()).join('\n');
    return `The network was not ready after ${limitMs / 1_000} s (${text}).\n${logs}`;
  }

  readonly #killNow = (): void => {
    for (const known of this.#running()) sendSignal(known, 'SIGKILL');
  };
}

/** Starts a network, or resumes the one in `options.dir`, and resolves when it is ready. */
export async function startTestnet(options: TestnetOptions): Promise<Testnet> {
  const testnet = new Testnet(await launch(options));
  testnet.start();
  try {
    await testnet.untilReady(options.readyLimitMs);
  } catch (error) {
    await testnet.stop();
    throw error;
  }
  return testnet;
}
