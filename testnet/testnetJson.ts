import type { TestAccount } from './accounts.ts';
import { readJson, writeJson } from './files.ts';
import { layout } from './paths.ts';

export type Preset = 'default' | 'fast-expiry';
export type Role = 'engine' | 'app' | 'feeder';

/** Ids of a validator's processes; null while one is not running. */
export type Pids = Record<Role, number | null>;

export interface NodeRecord {
  name: string;
  home: string;
  rpc: string;
  p2p: string;
  rest: string;
  grpc: string | null;
  ws: string | null;
  metrics: string | null;
  pids: Pids;
}

/** A market maker, and the account that it trades for. */
export interface MakerRecord {
  name: string;
  address: string;
  pid: number | null;
}

/** What stays the same for as long as the chain lives. */
export interface ChainRecord {
  validators: number;
  preset: Preset;
}

/** `DIR/testnet.json`: how other programs find the network. Names are a contract. */
export interface TestnetRecord {
  chainId: string;
  /** True from when every validator's prices and surfaces are in state until the network stops. */
  ready: boolean;
  nodes: NodeRecord[];
  accounts: TestAccount[];
  dashboard: string | null;
  market: { url: string; pid: number | null };
  /** Market makers that run on it. */
  makers: MakerRecord[];
  /** The reference bidder, by the name of its account; null: none runs here. */
  bidder: { account: string; pid: number | null } | null;
  /** The indexer that keeps its history, and where it answers; null: none runs here. */
  history: { url: string; pid: number | null } | null;
  /** The process that supervises the network. */
  launcher: { pid: number | null };
  chain: ChainRecord;
}

export const readRecord = (dir: string): TestnetRecord | null =>
  readJson(layout.testnetJson(dir)) as TestnetRecord | null;

export const writeRecord = (dir: string, record: TestnetRecord): void =>
  writeJson(layout.testnetJson(dir), record);

/** The record of the same network with nothing running. */
export function stoppedRecord(record: TestnetRecord): TestnetRecord {
  const pids: Pids = { engine: null, app: null, feeder: null };
  return {
    ...record,
    ready: false,
    nodes: record.nodes.map((node) => ({ ...node, pids })),
    market: { ...record.market, pid: null },
    makers: [],
    bidder: null,
    history: null,
    launcher: { pid: null },
  };
}
