import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parse } from 'smol-toml';

/** One node's settings, from HOME/config/app.toml. */
export interface Config {
  readonly home: string;
  /** Where the engine connects: `unix:///path` or `tcp://host:port`. */
  readonly abci: string;
  /** `host:port` of the REST API; empty for none. */
  readonly rest: string;
  /** `host:port` of the gRPC services; empty for none. The process of `rest` serves both. */
  readonly grpc: string;
  /** Path of the unix socket that the feeder pushes to; empty for none. */
  readonly feederSocket: string;
  /** Web pages that browsers let read this node, by origin; `*` is all of them. */
  readonly corsOrigins: readonly string[];
  /** Stream connections to this node, and from one address that is not loopback. */
  readonly streamClients: number;
  readonly streamClientsPerAddress: number;
  /** Bytes that a stream client may leave unread. */
  readonly streamUnsentBytes: number;
  /** The engine's RPC, where the read side sends transactions and looks them up. */
  readonly rpc: string;
  /** Read sides of other nodes, for a page whose node is gone: `https://host:port`. */
  readonly nodes: readonly string[];
  /** Where the history is that the web terminal shows, of an indexer: `https://host:port`. */
  readonly history: string;
  /**
   * A file of keys that the web terminal offers to trade with, for networks that are worth nothing;
   * only where REST listens on loopback. Empty for none.
   */
  readonly testAccounts: string;
  readonly logLevel: string;
  /** Heights that queries can ask for, the last included. */
  readonly retainedHeights: number;
  /** A report older than this is not voted for. */
  readonly maxReportAgeMs: number;
  readonly checkInvariants: boolean;
  /** A snapshot is taken at every multiple of this height; 0 for none. */
  readonly snapshotInterval: number;
  /** Snapshots that are kept. */
  readonly snapshotKeep: number;
  /** Blocks that the engine keeps; 0 for all. */
  readonly retainBlocks: number;
}

/** The engine's default; a chain's genesis file may say otherwise. */
const EVIDENCE_BLOCKS = 100_000;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** A snapshot must fit. */
const enough = (v: number) => Number.isInteger(v) && v >= 65_536 && v <= 1_073_741_824;
const whole = (v: number) => Number.isInteger(v) && v >= 0 && v <= 1_000_000;

function isListenAddress(text: string): boolean {
  return text === '' || (/^[^\s:]+:\d{1,5}$/.test(text) && Number(text.split(':')[1]) < 65_536);
}

/** Origins as they are: the page's policy names them. */
const areOrigins = (list: readonly unknown[]): boolean =>
  Array.isArray(list) &&
  list.length <= 20 &&
  list.every((url) => typeof url === 'string' && /^https?:\/\/[\w.-]+(:\d{1,5})?$/.test(url));

/** What a node tells is public; nothing in it is of who asks. */
const EVERYBODY: readonly string[] = ['*'];
const areReaders = (list: readonly unknown[]) =>
  Array.isArray(list) && areOrigins(list.filter((one) => one !== '*'));

interface EngineGenesis {
  consensus_params?: { evidence?: { max_age_num_blocks?: string } };
}

/**
 * For so many blocks evidence of two votes is taken: stake must stay bound as long, and the engine
 * needs their headers.
 */
function evidenceBlocks(home: string): number {
  const path = join(home, 'config', 'genesis.json');
  if (!existsSync(path)) return EVIDENCE_BLOCKS;
  const genesis = JSON.parse(readFileSync(path, 'utf8')) as EngineGenesis;
  const blocks = Number(genesis.consensus_params?.evidence?.max_age_num_blocks);
  return Number.isSafeInteger(blocks) ? blocks : EVIDENCE_BLOCKS;
}

const KNOWN = [
  'abci',
  'rest',
  'grpc',
  'cors_origins',
  'stream_clients',
  'stream_clients_per_address',
  'stream_unsent_bytes',
  'feeder_socket',
  'rpc',
  'nodes',
  'history',
  'test_accounts',
  'log_level',
  'retained_heights',
  'max_report_age_ms',
  'check_invariants',
  'snapshot_interval',
  'snapshot_keep',
  'retain_blocks',
];

/** @throws Error that names the file and key that are wrong, and what is needed */
export function readConfig(home: string): Config {
  const path = join(home, 'config', 'app.toml');
  if (!existsSync(path)) {
    throw new Error(`${path} is missing: run npm run testnet, which writes one for each validator`);
  }
  const file = parse(readFileSync(path, 'utf8'));
  const table = (file['app'] ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(table).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) throw new Error(`${path}: app.${unknown} is no setting`);
  const read = <T>(key: string, fallback: T, valid: (v: T) => boolean, need: string): T => {
    const value = (table[key] ?? fallback) as T;
    if (typeof value !== typeof fallback || !valid(value)) {
      throw new Error(`${path}: app.${key} must be ${need}`);
    }
    return value;
  };
  const isLocal = /^(127\.0\.0\.1|localhost):/.test(
    read('rest', '', isListenAddress, 'host:port, or empty'),
  );
  const isOpenFile = (v: string) => v === '' || (isAbsolute(v) && isLocal);
  const snapshotInterval = read('snapshot_interval', 0, whole, '0 to 1000000');
  const snapshotKeep = read('snapshot_keep', 2, (v) => whole(v) && v >= 1 && v <= 10, '1 to 10');
  const snapshots = snapshotInterval * (snapshotKeep + 1);
  // Only a node that drops blocks need know; a genesis file may be large, and damaged.
  const retainedMin =
    table['retain_blocks'] === undefined ? snapshots : Math.max(evidenceBlocks(home), snapshots);
  const retains = (v: number) => v === 0 || (Number.isInteger(v) && v >= retainedMin);
  const count = (v: number) => Number.isInteger(v) && v >= 1 && v <= 1_000_000;
  return {
    home,
    abci: read(
      'abci',
      '',
      (v) => /^(unix:\/\/\/|tcp:\/\/)/.test(v),
      'unix:///path or tcp://host:port',
    ),
    rest: read('rest', '', isListenAddress, 'host:port, or empty'),
    grpc: read('grpc', '', isListenAddress, 'host:port, or empty'),
    corsOrigins: read('cors_origins', EVERYBODY, areReaders, 'a list of http(s)://host, or *'),
    streamClients: read('stream_clients', 1_000, whole, '0 to 1000000; 0 for none'),
    streamClientsPerAddress: read('stream_clients_per_address', 50, count, 'a positive integer'),
    streamUnsentBytes: read('stream_unsent_bytes', 4_194_304, enough, '65536 to 1073741824'),
    feederSocket: read('feeder_socket', '', (v) => v === '' || isAbsolute(v), 'an absolute path'),
    rpc: read('rpc', 'http://127.0.0.1:26657', (v) => v.startsWith('http'), 'an http URL'),
    nodes: read('nodes', [] as readonly string[], areOrigins, 'a list of http(s)://host:port'),
    history: read('history', '', (v) => v === '' || areOrigins([v]), 'http(s)://host:port'),
    testAccounts: read('test_accounts', '', isOpenFile, 'an absolute path, with rest on loopback'),
    logLevel: read('log_level', 'info', (v) => LOG_LEVELS.includes(v), LOG_LEVELS.join(', ')),
    retainedHeights: read('retained_heights', 100, count, 'a positive integer'),
    maxReportAgeMs: read('max_report_age_ms', 5_000, count, 'a positive integer'),
    checkInvariants: read('check_invariants', false, () => true, 'true or false'),
    snapshotInterval,
    snapshotKeep,
    retainBlocks: read('retain_blocks', 0, retains, `0, or at least ${retainedMin}`),
  };
}
