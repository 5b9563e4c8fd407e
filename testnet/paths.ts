import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_ENGINE, type Engine } from '../scripts/setup/cometbft.mjs';
import { readJson } from './files.ts';
import { TestnetError } from './testnetError.ts';

/** Linux allows 107 bytes for a unix socket's path, macOS 103. */
const MAX_SOCKET_PATH_BYTES = 103;
const SOCKET_PREFIX = 'tenor-';

/** The repository's root: this file runs from testnet/ in tests and from dist/ otherwise. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export type Program = 'app' | 'feeder' | 'market' | 'tenor';

/** The built program to run with this Node. Throws a TestnetError when it has not been built. */
export function programPath(program: Program): string {
  const path = join(root, 'dist', `${program}.mjs`);
  if (existsSync(path)) return path;
  throw new TestnetError(`dist/${program}.mjs is missing: run \`npm run build\`.`);
}

/**
 * The engine that set-up found: the one asked for, else the default or what $COMETBFT names.
 * Throws a TestnetError when it has not been set up.
 */
export function enginePath(engine: Engine | null = null): string {
  const file = `cometbft-${engine ?? DEFAULT_ENGINE}.json`;
  const known = readJson(join(root, '.cache', file)) as { path: string } | null;
  const named = engine === null ? process.env.COMETBFT : undefined;
  const path = named ?? known?.path;
  if (path !== undefined && existsSync(path)) return path;
  const flag = engine === null ? '' : ` --engine ${engine}`;
  throw new TestnetError(`CometBFT is not set up: run \`node scripts/setup.mjs${flag}\`.`);
}

/** How nodes are called: validators from 0 on, then those that only follow. */
export const VALIDATOR = 'validator';
export const validatorName = (index: number): string => `${VALIDATOR}${index}`;
export const fullNodeName = (index: number): string => `node${index}`;
export const isNodeName = (name: string): boolean => /^(validator|node)\d+$/.test(name);

/** Where things are in a network's folder. */
export const layout = {
  home: (dir: string, name: string) => join(dir, name),
  genesis: (home: string) => join(home, 'config', 'genesis.json'),
  engineConfig: (home: string) => join(home, 'config', 'config.toml'),
  appConfig: (home: string) => join(home, 'config', 'app.toml'),
  feederConfig: (home: string) => join(home, 'config', 'feeder.toml'),
  log: (home: string, process: string) => join(home, 'logs', `${process}.log`),
  marketLog: (dir: string) => join(dir, 'logs', 'market.log'),
  makerLog: (dir: string, name: string) => join(dir, 'logs', `${name}.log`),
  bidderLog: (dir: string) => join(dir, 'logs', 'bidder.log'),
  indexerLog: (dir: string) => join(dir, 'logs', 'indexer.log'),
  history: (dir: string) => join(dir, 'history'),
  launcherLog: (dir: string) => join(dir, 'launcher.log'),
  prometheus: (dir: string) => join(dir, 'prometheus.yml'),
  testnetJson: (dir: string) => join(dir, 'testnet.json'),
  testAccounts: (dir: string) => join(dir, 'testAccounts.json'),
  processes: (dir: string) => join(dir, 'processes.json'),
};

export interface Sockets {
  abci: string;
  feeder: string;
}

export const socketsOf = (folder: string, index: number): Sockets => ({
  abci: join(folder, `abci${index}.sock`),
  feeder: join(folder, `feeder${index}.sock`),
});

/** A new folder, ours alone, with a path short enough for unix sockets. */
export function makeSocketFolder(): string {
  const longest = join(SOCKET_PREFIX + 'XXXXXX', 'feeder99.sock');
  const fits = Buffer.byteLength(join(tmpdir(), longest)) <= MAX_SOCKET_PATH_BYTES;
  return mkdtempSync(join(fits ? tmpdir() : '/tmp', SOCKET_PREFIX));
}

/** Removes a folder that makeSocketFolder made, and no other. */
export function removeSocketFolder(folder: string): void {
  if (basename(folder).startsWith(SOCKET_PREFIX)) rmSync(folder, { recursive: true, force: true });
}
