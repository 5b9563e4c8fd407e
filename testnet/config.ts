import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify, type TomlTable } from 'smol-toml';
import { feederToml } from '../feeder/feederToml.ts';
import { writeFileAtomic } from './files.ts';
import { EVIDENCE_MAX_AGE_BLOCKS } from './genesis.ts';
import { layout, type Sockets } from './paths.ts';
import { marketPort, metricsPorts, validatorPorts } from './ports.ts';

const HOST = '127.0.0.1';

/** Rounds of voting on one machine take about this long beside the pause between blocks. */
const ROUND_MS = 120;
const MIN_TIMEOUT_COMMIT_MS = 50;
/** A proposer that is down costs its round this much, and the wait for precommits on top. */
const MIN_PROPOSE_MS = 800;
const MIN_VOTE_MS = 250;

/** Where a new node takes its state from, and what it trusts. */
export interface StateSync {
  /** RPC of at least two nodes: what one says, the other confirms. */
  rpcServers: readonly string[];
  trustHeight: number;
  /** Of the block of that height, in hex. */
  trustHash: string;
}

export interface NodeConfig {
  /** Among all nodes: its ports follow from it. */
  index: number;
  name: string;
  home: string;
  /** Whether it votes, and so has a feeder. */
  isValidator: boolean;
  sockets: Sockets;
  portOffset: number;
  blockTimeMs: number;
  /** `id@host:port` of the others. */
  peers: readonly string[];
  /** Where the read sides of the others are. */
  readSides: readonly string[];
  /** Keys that the web terminal may trade with, in a file. */
  testAccounts: string;
  /** Where its history is; empty when nobody keeps one. */
  history: string;
  /** Heights between two snapshots. */
  snapshotInterval: number;
  /** Whether it keeps every block for ever. */
  archive: boolean;
  /** Engine and feeder show metrics. */
  metrics: boolean;
  /** Of a node that joins; null for one that has the chain, or replays it. */
  stateSync: StateSync | null;
}

const ms = (value: number): string => `${value}ms`;

/** The engine's pause after a block, for blocks about `blockTimeMs` apart. */
export const timeoutCommitMs = (blockTimeMs: number): number =>
  Math.max(MIN_TIMEOUT_COMMIT_MS, blockTimeMs - ROUND_MS);

/** Settings of the engine that differ from its defaults, by table. */
function engineSettings(config: NodeConfig): Record<string, TomlTable> {
  const ports = validatorPorts(config.index, config.portOffset);
  const { engine } = metricsPorts(config.index, config.portOffset);
  const proposeMs = Math.max(MIN_PROPOSE_MS, config.blockTimeMs);
  const voteMs = Math.max(MIN_VOTE_MS, Math.round(config.blockTimeMs / 3));
  return {
    '': {
      moniker: config.name,
      proxy_app: `unix://${config.sockets.abci}`,
      abci: 'socket',
      // What it says of every block is 1 KB a block, and in the block itself (docs/adr/135).
      log_level: '*:error',
    },
    instrumentation: { prometheus: config.metrics, prometheus_listen_addr: `${HOST}:${engine}` },
    rpc: { laddr: `tcp://${HOST}:${ports.rpc}`, cors_allowed_origins: ['*'] },
    p2p: {
      laddr: `tcp://${HOST}:${ports.p2p}`,
      persistent_peers: config.peers.join(','),
      // All nodes share one address, and know each other from the start.
      allow_duplicate_ip: true,
      addr_book_strict: false,
      pex: false,
      // v0.40's default. v0.38's 100 ms held messages back so long that blocks meant to be 300 ms
      // apart came every 493 ms, measured on four validators.
      flush_throttle_timeout: '10ms',
      // A node that comes back is dialled again within seconds.
      persistent_peers_max_dial_period: '2s',
    },
    mempool: {
      type: 'flood',
      // The application remembers what waits, and need not be asked again after every block.
      recheck: false,
      size: 20_000,
      max_txs_bytes: 64 * 1024 * 1024,
      max_tx_bytes: 256 * 1024,
      cache_size: 40_000,
    },
    consensus: {
      timeout_propose: ms(proposeMs),
      timeout_propose_delta: '400ms',
      timeout_prevote: ms(voteMs),
      timeout_prevote_delta: '200ms',
      timeout_precommit: ms(voteMs),
      timeout_precommit_delta: '200ms',
      timeout_commit: ms(timeoutCommitMs(config.blockTimeMs)),
      // Waiting for the last precommits is what brings every validator's prices into a block.
      skip_timeout_commit: false,
      create_empty_blocks: true,
      peer_gossip_sleep_duration: '10ms',
    },
    statesync: stateSyncSettings(config),
    // Clients find their transactions by tx_search.
    tx_index: { indexer: 'kv' },
  };
}

function stateSyncSettings({ stateSync, home }: NodeConfig): TomlTable {
  if (stateSync === null) return { enable: false };
  return {
    enable: true,
    rpc_servers: stateSync.rpcServers.join(','),
    trust_height: stateSync.trustHeight,
    trust_hash: stateSync.trustHash,
    trust_period: '168h0m0s',
    // The least that the engine takes; the peers are there already.
    discovery_time: '5s',
    temp_dir: join(home, 'data'),
  };
}

/** The engine's config.toml: the file it generated, with our settings in it. */
export function engineToml(generated: string, config: NodeConfig): string {
  const document = parse(generated);
  for (const [name, settings] of Object.entries(engineSettings(config))) {
    const table = name === '' ? document : (document[name] as TomlTable);
    Object.assign(table, settings);
  }
  return stringify(document);
}

/** A node that joins looks for snapshots for 5 s, and fetches one: it should still be there. */
const SNAPSHOT_LIFE_MS = 60_000;

/** Snapshots to keep, so that each lives long enough on a busy machine, too. */
function snapshotKeep({ snapshotInterval, blockTimeMs }: NodeConfig): number {
  const enough = Math.ceil(SNAPSHOT_LIFE_MS / (snapshotInterval * blockTimeMs));
  return Math.min(10, Math.max(2, enough));
}

/** The application's app.toml. */
export function appToml(config: NodeConfig): string {
  const ports = validatorPorts(config.index, config.portOffset);
  return stringify({
    app: {
      abci: `unix://${config.sockets.abci}`,
      rest: `${HOST}:${ports.rest}`,
      grpc: `${HOST}:${ports.grpc}`,
      rpc: `http://${HOST}:${ports.rpc}`,
      nodes: [...config.readSides],
      history: config.history,
      test_accounts: config.testAccounts,
      feeder_socket: config.isValidator ? config.sockets.feeder : '',
      log_level: 'info',
      snapshot_interval: config.snapshotInterval,
      snapshot_keep: snapshotKeep(config),
      retain_blocks: config.archive ? 0 : EVIDENCE_MAX_AGE_BLOCKS,
    },
  });
}

export interface FeederSettings {
  /** What this feeder multiplies every index with; 1 tells the truth. */
  lie: number;
}

const MIN_POLL_MS = 300;
const MAX_POLL_MS = 1_500;

/** The feeder's feeder.toml: the simulated market's sources, asked about once a block. */
export function feederConfig(config: NodeConfig, { lie }: FeederSettings): string {
  const { feeder } = metricsPorts(config.index, config.portOffset);
  return feederToml({
    metrics: config.metrics ? `${HOST}:${feeder}` : '',
    socketPath: config.sockets.feeder,
    marketUrl: `http://${HOST}:${marketPort(config.portOffset)}`,
    pollIntervalMs: Math.min(MAX_POLL_MS, Math.max(MIN_POLL_MS, config.blockTimeMs)),
    test: { allowTestMode: lie !== 1, multiplyIndex: lie },
  });
}

/** Writes the configuration files of a node. */
export function writeConfigs(config: NodeConfig): void {
  const engine = layout.engineConfig(config.home);
  writeFileAtomic(engine, engineToml(readFileSync(engine, 'utf8'), config));
  writeFileAtomic(layout.appConfig(config.home), appToml(config));
  if (config.isValidator) {
    writeFileAtomic(layout.feederConfig(config.home), feederConfig(config, { lie: 1 }));
  }
}
