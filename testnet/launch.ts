import { mkdirSync, realpathSync } from 'node:fs';
import type { Engine } from '../scripts/setup/cometbft.mjs';
import { BIDDER, openAccounts } from './accounts.ts';
import { writeJson } from './files.ts';
import type { GenesisAccount } from './accounts.ts';
import { bidderSpec } from './bidder.ts';
import type { ProcessSpec } from './child.ts';
import { writeConfigs, type NodeConfig } from './config.ts';
import { createChain, removeChain } from './create.ts';
import { CHAIN_ID } from './genesis.ts';
import { nodeId } from './keys.ts';
import { indexerSpec } from './indexer.ts';
import { makerSpecs } from './makers.ts';
import type { MakerSpec } from './makers.ts';
import { enginePath, layout, makeSocketFolder, programPath } from './paths.ts';
import { removeSocketFolder } from './paths.ts';
import { socketsOf, validatorName } from './paths.ts';
import {
  historyPort,
  marketPort,
  MAX_VALIDATORS,
  requireFreePorts,
  validatorPorts,
} from './ports.ts';
import { acquire, forget, MARK, writeTable, type ProcessTable } from './processes.ts';
import { getJson } from './ready.ts';
import { sleep } from '../client/sleep.ts';
import { TestnetError } from './testnetError.ts';
import { writePrometheus } from './prometheus.ts';
import { readRecord, writeRecord } from './testnetJson.ts';
import type { NodeRecord, Preset, TestnetRecord } from './testnetJson.ts';

export interface TestnetOptions {
  /** The network's folder; one that holds a chain resumes it. */
  dir: string;
  /** 4 for a new chain; a chain that is there keeps its own. */
  validators?: number;
  preset?: Preset;
  genesisAccounts?: readonly GenesisAccount[];
  /** Begin a new chain even if there is one. */
  reset?: boolean;
  portOffset?: number;
  /** Aimed-at time between blocks. */
  blockTimeMs?: number;
  /** Which CometBFT runs: the default, or what $COMETBFT names, when absent. */
  engine?: Engine;
  /** Runs the reference bidder with an account of its own. */
  bidder?: boolean;
  /** Runs an indexer, which keeps the history from the first node. */
  history?: boolean;
  /** Every node keeps every block. */
  archive?: boolean;
  /** Engine and feeder show metrics, and the folder has a Prometheus configuration. */
  metrics?: boolean;
  /** Two market makers trade on it. */
  makers?: boolean;
  /** Heights between two snapshots of each node. */
  snapshotInterval?: number;
  readyLimitMs?: number;
  onProgress?: (text: string) => void;
}

/** All that is decided before the first process starts. */
export interface Launch {
  dir: string;
  options: TestnetOptions;
  record: TestnetRecord;
  configs: NodeConfig[];
  market: ProcessSpec;
  /** None unless they are asked for. */
  makers: MakerSpec[];
  bidder: ProcessSpec | null;
  indexer: ProcessSpec | null;
  /** The engine's program. */
  engine: string;
  env: Record<string, string>;
  socketFolder: string;
  table: ProcessTable;
  onProgress: (text: string) => void;
}

export const DEFAULT_VALIDATORS = 4;
export const DEFAULT_BLOCK_TIME_MS = 1_000;
/** About a minute of blocks, so that a node need not wait long for one to join with. */
const DEFAULT_SNAPSHOT_INTERVAL = 50;
const MARKET_GRACE_MS = 2_000;
const MARKET_START_LIMIT_MS = 10_000;

/** What a child process sees of our environment: no secret of the caller's reaches it. */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SystemRoot'];

function childEnvironment(dir: string): Record<string, string> {
  const entries = passedOn.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(entries), TZ: 'UTC', [MARK]: dir };
}

/** Throws when the options ask for another chain than the one that is there. */
function requireSameChain(record: TestnetRecord, options: TestnetOptions): void {
  const { chain } = record;
  const differs = (what: string): never => {
    throw new TestnetError(`The chain in ${options.dir} has ${what}: add --reset to begin anew.`);
  };
  if ((options.validators ?? chain.validators) !== chain.validators) {
    differs(`${chain.validators} validators`);
  }
  if ((options.preset ?? chain.preset) !== chain.preset) differs(`the preset ${chain.preset}`);
  if ((options.genesisAccounts ?? []).length > 0) differs('its genesis already');
}

const url = (port: number): string => `http://127.0.0.1:${port}`;

/** Where a node, whose home is there, can be reached. */
export function nodeRecord(dir: string, name: string, index: number, offset: number): NodeRecord {
  const ports = validatorPorts(index, offset);
  const home = layout.home(dir, name);
  return {
    name,
    home,
    rpc: url(ports.rpc),
    p2p: `${nodeId(home)}@127.0.0.1:${ports.p2p}`,
    rest: url(ports.rest),
    grpc: `127.0.0.1:${ports.grpc}`,
    ws: `ws://127.0.0.1:${ports.rest}/stream`,
    metrics: `${url(ports.rest)}/metrics`,
    pids: { engine: null, app: null, feeder: null },
  };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The chain in the folder, or a new one; what is left of an unfinished one is removed. */
async function chainOf(
  dir: string,
  engine: string,
  options: TestnetOptions,
): Promise<TestnetRecord> {
  const known = options.reset === true ? null : readRecord(dir);
  if (known !== null) {
    requireSameChain(known, options);
    return known;
  }
  removeChain(dir);
  options.onProgress?.('Making keys, accounts and the genesis…');
  const { accounts, chain } = await createChain({
    ...{ dir, engine },
    validators: options.validators ?? DEFAULT_VALIDATORS,
    preset: options.preset ?? 'default',
    genesisAccounts: options.genesisAccounts ?? [],
  });
  return {
    chainId: CHAIN_ID,
    ready: false,
    nodes: [],
    accounts,
    dashboard: null,
    market: { url: '', pid: null },
    makers: [],
    bidder: null,
    history: null,
    launcher: { pid: null },
    chain,
  };
}

/** The settings of the node at a place among all. */
export function nodeConfig(
  nodes: readonly NodeRecord[],
  index: number,
  run: Pick<Launch, 'dir' | 'options' | 'socketFolder' | 'record'>,
): NodeConfig {
  const { name, home } = nodes[index]!;
  const { options } = run;
  const others = nodes.filter((_, other) => other !== index);
  return {
    index,
    name,
    home,
    isValidator: index < run.record.chain.validators,
    sockets: socketsOf(run.socketFolder, index),
    portOffset: options.portOffset ?? 0,
    blockTimeMs: options.blockTimeMs ?? DEFAULT_BLOCK_TIME_MS,
    peers: others.map(({ p2p }) => p2p),
    readSides: others.map(({ rest }) => rest),
    testAccounts: layout.testAccounts(run.dir),
    history: run.record.history?.url ?? '',
    snapshotInterval: options.snapshotInterval ?? DEFAULT_SNAPSHOT_INTERVAL,
    archive: options.archive ?? false,
    metrics: options.metrics ?? false,
    stateSync: null,
  };
}

function marketSpec(dir: string, offset: number, env: Record<string, string>): ProcessSpec {
  const port = marketPort(offset);
  return {
    name: 'market',
    command: process.execPath,
    args: [programPath('market'), '--port', String(port)],
    env,
    logPath: layout.marketLog(dir),
    graceMs: MARKET_GRACE_MS,
    started: async (signal) => {
      const until = Date.now() + MARKET_START_LIMIT_MS;
      while ((await getJson(`${url(port)}/state`)) === null && Date.now() < until) {
        if (signal.aborted) return;
        await sleep(100, signal);
      }
    },
  };
}

async function prepare(dir: string, table: ProcessTable, options: TestnetOptions): Promise<Launch> {
  const offset = options.portOffset ?? 0;
  const found = options.reset === true ? null : readRecord(dir);
  const validators = found?.chain.validators ?? options.validators ?? DEFAULT_VALIDATORS;
  // Nodes that were added to the chain before run again with it.
  const names = found?.nodes.map((node) => node.name) ?? range(validators).map(validatorName);
  await requireFreePorts(names.length, offset);
  const engine = enginePath(options.engine);
  const chain = await chainOf(dir, engine, options);
  const nodes = names.map((name, index) => nodeRecord(dir, name, index, offset));
  // A chain of an earlier program has no account for it.
  const hasBidder = options.bidder === true && chain.accounts.some((a) => a.name === BIDDER);
  const record: TestnetRecord = {
    ...chain,
    ready: false,
    nodes,
    dashboard: `${nodes[0]!.rest}/`,
    market: { url: url(marketPort(offset)), pid: null },
    makers: [],
    bidder: hasBidder ? { account: BIDDER, pid: null } : null,
    history: options.history === true ? { url: url(historyPort(offset)), pid: null } : null,
    launcher: { pid: process.pid },
  };
  writeRecord(dir, record);
  const socketFolder = table.socketFolder!;
  const run = { dir, options, socketFolder, record };
  writeJson(layout.testAccounts(dir), openAccounts(record.accounts));
  const configs = nodes.map((_, index) => nodeConfig(nodes, index, run));
  configs.forEach(writeConfigs);
  writePrometheus(dir, options.metrics === true, { nodes: nodes.length, validators, offset });
  const env = childEnvironment(dir);
  const onProgress = options.onProgress ?? (() => undefined);
  const market = marketSpec(dir, offset, env);
  const makers = options.makers === true ? makerSpecs(dir, record, env) : [];
  const bidder = hasBidder ? bidderSpec(dir, record, env) : null;
  const indexer = options.history === true ? indexerSpec(dir, record, offset, env) : null;
  return { ...run, configs, market, makers, bidder, indexer, engine, env, table, onProgress };
}

/**
 * Takes the folder for this process (ending what an earlier launcher left running in it), and makes
 * everything ready for the processes to start. Throws a TestnetError that says what to do.
 */
export async function launch(options: TestnetOptions): Promise<Launch> {
  const validators = options.validators ?? DEFAULT_VALIDATORS;
  if (!Number.isInteger(validators) || validators < 1 || validators > MAX_VALIDATORS) {
    throw new TestnetError(`A network has 1 to ${MAX_VALIDATORS} validators.`);
  }
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  const dir = realpathSync(options.dir);
  const launcher = await acquire(dir);
  const socketFolder = makeSocketFolder();
  try {
    const table = { launcher, socketFolder, processes: [] };
    writeTable(dir, table);
    return await prepare(dir, table, options);
  } catch (error) {
    removeSocketFolder(socketFolder);
    forget(dir);
    throw error;
  }
}
