import type { Server } from 'node:net';
import { follows, prepareNode } from './addNode.ts';
import type { NodeConfig } from './config.ts';
import { serveControl } from './control.ts';
import { sleep } from '../client/sleep.ts';
import { ProcessGroup, type GroupEvent } from './processGroup.ts';
import type { TestAccount } from './accounts.ts';
import { Makers } from './makers.ts';
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
import { SidePrograms } from './sidePrograms.ts';
import { stoppedRecord, writeRecord } from './testnetJson.ts';
import type { NodeRecord, Role, TestnetRecord } from './testnetJson.ts';
import { TestnetError } from './testnetError.ts';
import { NodeProcesses } from './nodeProcesses.ts';

const READY_LIMIT_MS = 120_000;
const READY_POLL_MS = 250;
/** A snapshot is due once a minute or so, and the engine looks for one every few seconds. */
const JOIN_LIMIT_MS = 180_000;
const PROGRESS_MS = 5_000;
const ROTATE_MS = 10_000;

export interface AddNodeOptions {
  limitMs?: number;
  onProgress?: (text: string) => void;
}

/** A network of real validators on this machine, supervised by this process. */
export class Testnet {
  readonly dir: string;
  readonly #launch: Launch;
  readonly #nodes: NodeProcesses[];
  readonly #market: ProcessGroup;
  readonly #makers: Makers;
  readonly #beside: SidePrograms;
  readonly #rotation: NodeJS.Timeout;
  readonly #identified = new Map<number, KnownProcess>();
  #record: TestnetRecord;
  #control: Server | undefined;
  #adding: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | null = null;
  /** Why something was not restarted, if anything was not. */
  #failure: string | null = null;

  constructor(plan: Launch) {
    this.dir = plan.dir;
    this.#launch = plan;
    this.#record = plan.record;
    this.#nodes = plan.configs.map((config) => this.#processesOf(config));
    this.#market = new ProcessGroup({
      specs: [plan.market],
      fatal: () => null,
      onEvent: (event) => this.#onEvent('market', 'market', event),
    });
    this.#makers = new Makers(plan.makers, (name, event) => this.#onEvent(name, name, event));
    this.#beside = new SidePrograms(plan, () => this.#save());
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
  get market(): TestnetRecord['market'] {
    return this.#record.market;
  }
  get chainId(): string {
    return this.#record.chainId;
  }

  #processesOf(config: NodeConfig): NodeProcesses {
    return new NodeProcesses({
      config,
      engine: this.#launch.engine,
      env: this.#launch.env,
      onEvent: (process, event) => this.#onEvent(config.name, process, event),
    });
  }

  start(): void {
    this.#control = serveControl(this.#launch.socketFolder, async (_, onProgress) => {
      await this.addNode({ onProgress });
    });
    this.#market.start();
    for (const node of this.#nodes) node.start();
    this.#beside.start();
  }

  /**
   * Resolves when every validator's prices and surfaces are in every node's state, and testnet.json
   * says so.
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
        this.#launch.onProgress(`Waiting for prices and surfaces: ${text}`);
        progressAt += PROGRESS_MS;
      }
      await sleep(READY_POLL_MS);
    }
    const interrupted = () => (this.#stopping === null ? this.#failure : 'Stopped.');
    await this.#beside.untilHistoryAnswers(interrupted);
    this.#record = { ...this.#record, ready: true };
    this.#save();
    await this.#makers.startAndQuote(until, interrupted, this.#launch.onProgress);
  }

  /**
   * Adds a node without a vote, which joins by state sync; resolves when it follows the chain.
   * Throws a TestnetError with the end of its logs when it does not within the limit.
   */
  addNode(options: AddNodeOptions = {}): Promise<NodeRecord> {
    // One at a time: a node's place among the others gives its ports.
    const added = this.#adding.then(() => this.#addNode(options));
    this.#adding = added.catch(() => undefined);
    return added;
  }

  async #addNode({ limitMs = JOIN_LIMIT_MS, onProgress }: AddNodeOptions): Promise<NodeRecord> {
    const others = this.nodes;
    const { record, config } = await prepareNode(this.#launch, others);
    const { name } = record;
    onProgress?.(`${name} looks for a snapshot…`);
    const node = this.#processesOf(config);
    const requireRunning = (): void => {
      if (this.#stopping !== null) throw new TestnetError(`Stopped before ${name} had joined.`);
    };
    requireRunning();
    this.#nodes.push(node);
    node.start();
    const until = Date.now() + limitMs;
    while (!(await follows(record, others))) {
      requireRunning();
      const failed = this.#failure?.startsWith(name) === true;
      if (failed || Date.now() > until) await this.#giveUp(node);
      await sleep(READY_POLL_MS);
    }
    this.#record = { ...this.#record, nodes: [...others, record] };
    this.#save();
    return this.nodes.at(-1)!;
  }

  async #giveUp(node: NodeProcesses): Promise<never> {
    const logs = node.describeLogs();
    await node.stop();
    this.#nodes.splice(this.#nodes.indexOf(node), 1);
    this.#failure = null;
    this.#save();
    throw new TestnetError(`${node.config.name} did not join:\n${logs}`);
  }

  /** Ends every process within ten seconds, engines before applications. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  /** Ends every process at once. */
  async killAll(): Promise<void> {
    const all = [...this.#nodes, this.#market, this.#makers, this.#beside];
    await Promise.all(all.map((group) => group.killAll()));
    await this.stop();
  }

  /** Sends a signal to one process, which is then restarted as in production. */
  kill(index: number, role: Role, signal: NodeJS.Signals = 'SIGKILL'): void {
    if (this.#nodes[index]?.kill(role, signal) === true) return;
    throw new Error(`the ${role} of node ${index} is not running`);
  }

  /** Ends one validator and leaves it down until `startValidator`. */
  async stopValidator(index: number): Promise<void> {
    await this.#nodes[index]!.stop();
    this.#save();
  }

  /** Another build of one node's application, from its next start on: an upgrade. */
  useProgram(index: number, path: string): void {
    this.#nodes[index]!.useProgram(path);
  }

  startValidator(index: number): void {
    this.#nodes[index]!.start();
  }

  /** Makes one feeder report every index multiplied by `factor`; 1 makes it honest again. */
  setFeederLie(index: number, factor: number): void {
    this.#nodes[index]!.setLie(factor);
  }

  async #end(): Promise<void> {
    clearInterval(this.#rotation);
    this.#control?.close();
    // While there are still blocks that take their quotes back.
    await Promise.all([this.#makers.stop(), this.#beside.stop()]);
    await Promise.all([...this.#nodes, this.#market].map((group) => group.stop()));
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
    const node = this.#nodes.find(({ config }) => config.name === owner);
    const log = owner === 'market' ? layout.marketLog(this.dir) : layout.makerLog(this.dir, owner);
    const logs = node?.describeLogs() ?? tailLog(log);
    this.#failure = `${name}: ${event.reason}\n${logs}`;
    this.#launch.onProgress(`${name}: ${event.reason}`);
  }

  #running(): KnownProcess[] {
    const engines = this.#nodes.map((v) => v.pids.engine);
    const others = this.#nodes.flatMap((v) => [v.pids.app, v.pids.feeder]);
    const beside = [...this.#makers.records().map(({ pid }) => pid), ...this.#beside.pids()];
    const pids = [...engines, ...others, this.#market.pidOf('market'), ...beside];
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
    const nodes = this.#record.nodes.map((node, i) => ({ ...node, pids: this.#nodes[i]!.pids }));
    const market = { ...this.#record.market, pid: this.#market.pidOf('market') };
    const makers = this.#makers.records();
    const beside = this.#beside.records(this.#record);
    this.#record = { ...this.#record, nodes, market, makers, ...beside };
    writeRecord(this.dir, this.#record);
  }

  #rotateLogs(): void {
    rotateLog(layout.marketLog(this.dir));
    for (const part of [...this.#nodes, this.#makers, this.#beside]) part.rotateLogs();
  }

  #lateness(limitMs: number, text: string): string {
    const logs = this.#nodes.map((node) => node.describeLogs()).join('\n');
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
