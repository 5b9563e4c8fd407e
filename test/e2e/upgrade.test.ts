import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { bundleOptions } from '../../scripts/bundleOptions.mjs';
import {
  QueryAllBalancesRequest,
  QueryAllBalancesResponse,
} from '../../proto/gen/cosmos.bank.v1beta1.ts';
import * as runtime from '../../proto/gen/tenor.runtime.v1.ts';
import {
  QueryValidatorsRequest,
  QueryValidatorsResponse,
} from '../../proto/gen/tenor.staking.v1.ts';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { enginePath, root } from '../../testnet/paths.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import { NEXT } from '../harness/nextProgram.ts';
import { FEE } from '../harness/trading.ts';
import { NodeClient, eventually } from './client.ts';

const LIMIT_MS = 180_000;
const INFO = 'https://tenor.example/v2';

let dir: string;
let nextPath: string;
let network: Testnet;
let nodes: NodeClient[];
let node: NodeClient;
const told: string[] = [];
const key = (name: string) => {
  return new UserKey(name, privateKeyOf(network.accounts.find((a) => a.name === name)!.mnemonic));
};

/** The program after the upgrade, bundled as the one before is. */
async function buildNext(): Promise<string> {
  const folder = join(root, '.cache');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `next-app-${process.pid}.mjs`);
  const contents = `
    import { runProgram } from './app/commands/index.ts';
    import { nextProgram } from './test/harness/nextProgram.ts';
    await runProgram(nextProgram);`;
  await build({ ...bundleOptions, stdin: { contents, resolveDir: root, loader: 'ts' }, outfile });
  return outfile;
}

beforeAll(async () => {
  nextPath = await buildNext();
  dir = mkdtempSync(join(tmpdir(), 'tenor-upgrade-'));
  network = await startTestnet({
    dir,
    validators: 2,
    blockTimeMs: 300,
    portOffset: await freePortOffset(2),
    onProgress: (text) => told.push(text),
  });
  nodes = network.nodes.map((n) => new NodeClient(n));
  node = nodes[0]!;
}, LIMIT_MS);

afterAll(async () => {
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
  rmSync(nextPath, { force: true });
}, LIMIT_MS);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
function run(command: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 1 << 28 };
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

const app = (path: string, ...args: string[]) => run(process.execPath, path, ...args);
const oldPath = join(root, 'dist', 'app.mjs');
const home = (i: number) => network.nodes[i]!.home;

const monikers = async () => {
  const path = '/tenor.staking.v1.Query/Validators';
  const answer = await node.query(path, QueryValidatorsRequest, QueryValidatorsResponse, {});
  return answer.validators.map((v) => v.moniker).sort((a, b) => (a < b ? -1 : 1));
};

const balances = async () => {
  const path = '/cosmos.bank.v1beta1.Query/AllBalances';
  const request = { address: key('bob').address, resolveDenom: false };
  return node.query(path, QueryAllBalancesRequest, QueryAllBalancesResponse, request);
};

/** Both nodes come to a height, and have one app hash there. */
async function reach(height: number): Promise<void> {
  const hashes = await Promise.all(
    nodes.map((n) => eventually(`height ${height} on ${n.rpc}`, () => n.appHash(height), 30_000)),
  );
  expect(hashes[0]).toBe(hashes[1]);
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)!;

let upgradeHeight: number;

test(
  'every validator stops before the block of a plan it does not know, and says what is needed',
  async () => {
    upgradeHeight = (await node.height()) + 12;
    const plan = { name: NEXT, height: BigInt(upgradeHeight), info: INFO };
    const authority = key('authority');
    const msg = anyOf(runtime.MsgScheduleUpgrade, { authority: authority.address, plan });
    expect(await node.send(authority, [msg], FEE)).toMatchObject({ code: 0 });
    const early = await app(nextPath, 'export', '--home', home(0));
    expect(early.code).toBe(74); // the node that runs has the database
    await eventually('both to stop', () =>
      Promise.resolve(told.filter((t) => t.includes('not restarted')).length === 2 || undefined),
    );
    const needed = `upgrade "${NEXT}" is needed from height ${upgradeHeight} on (${INFO})`;
    for (const text of told.filter((t) => t.includes('not restarted'))) {
      expect(text).toContain('exit 80');
      expect(text).toContain(needed);
    }
    const { code, stdout } = await app(oldPath, 'export', '--home', home(0));
    expect(code).toBe(0);
    // The new chain's first block is one of the program before.
    expect(JSON.parse(stdout)).toMatchObject({
      initial_height: String(upgradeHeight),
      app_state: { runtime: { plan: { height: String(upgradeHeight + 1) } } },
    });
  },
  LIMIT_MS,
);

test(
  'the next program takes over on the same homes: it migrates, and the chain goes on',
  async () => {
    network.nodes.forEach((_, i) => network.useProgram(i, nextPath));
    network.nodes.forEach((_, i) => network.startValidator(i));
    await reach(upgradeHeight + 4);
    expect(await monikers()).toEqual([`validator0 of ${NEXT}`, `validator1 of ${NEXT}`]);
    const versions = await node.query(
      '/tenor.runtime.v1.Query/ModuleVersions',
      runtime.QueryModuleVersionsRequest,
      runtime.QueryModuleVersionsResponse,
      {},
    );
    expect(versions.appVersion).toBe(2n);
    expect(versions.modules).toContainEqual({ name: 'tally', version: 1n });
    const headerOf = async (height: number) => {
      const { header } = await node.call<{ header: { version: { app?: string } } }>('header', {
        height: String(height),
      });
      return header.version.app;
    };
    expect(await headerOf(upgradeHeight)).toBe('1');
    expect(await headerOf(upgradeHeight + 1)).toBe('2');
    await network.stopValidator(1);
    const old = await app(oldPath, '--home', home(1));
    expect(old.code).toBe(80);
    expect(lastLine(old.stdout)).toContain('run the program that wrote it');
  },
  LIMIT_MS,
);

test(
  'engine and application go back a block together, and the network goes on',
  async () => {
    await network.stopValidator(0);
    let last = 0;
    for (const i of [0, 1]) {
      const engine = await run(enginePath(), 'rollback', '--home', home(i));
      const place = /height (\d+) and hash ([0-9A-F]{64})/.exec(engine.stdout + engine.stderr)!;
      last = Math.max(last, Number(place[1]));
      const back = () => app(nextPath, 'rollback', '--home', home(i), '--height', place[1]!);
      const first = await back();
      expect(first.code).toBe(0);
      expect(first.stdout).toMatch(new RegExp(`${place[0]}|at height ${place[1]} already`));
      expect((await back()).stdout).toContain('already');
    }
    for (const i of [0, 1]) network.startValidator(i);
    await reach(last + 4);
  },
  LIMIT_MS,
);

test(
  'a network starts anew from an exported genesis: state, validators and heights go on',
  async () => {
    const before = await balances();
    for (const i of [0, 1]) await network.stopValidator(i);
    const file = join(dir, 'validator0', 'exported.json');
    const { code } = await app(nextPath, 'export', '--home', home(0), '--output', file);
    expect(code).toBe(0);
    const genesis = readFileSync(file, 'utf8');
    for (const i of [0, 1]) {
      await run(enginePath(), 'unsafe-reset-all', '--home', home(i));
      writeFileSync(join(home(i), 'config', 'genesis.json'), genesis);
      network.startValidator(i);
    }
    const { initial_height: first } = JSON.parse(genesis) as { initial_height: string };
    await reach(Number(first) + 4);
    expect(await node.appHash(Number(first) - 1)).toBeUndefined();
    expect(await balances()).toEqual(before);
    expect(await monikers()).toEqual([`validator0 of ${NEXT}`, `validator1 of ${NEXT}`]);
  },
  LIMIT_MS,
);
