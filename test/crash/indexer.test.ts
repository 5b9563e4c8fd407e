import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../indexer/db/openDatabase.ts';
import type { Place } from '../../indexer/db/openDatabase.ts';
import { migrate } from '../../indexer/db/migrate.ts';
import { catchUpOnce } from '../../indexer/follow.ts';
import { RpcMarks } from '../../indexer/source/marks.ts';
import { RpcSource } from '../../indexer/source/rpcSource.ts';
import { sleep } from '../../client/sleep.ts';
import { Random } from '../crash/random.ts';
import { HistoryRpc } from '../harness/historyRpc.ts';
import { PostgresServer } from '../harness/postgres.ts';
import { recordTrading } from '../harness/recordTrading.ts';
import { tablesOf } from '../harness/historyTables.ts';

/** Fifty for a long look; the first few show what the others do. */
const KILLS = Number(process.env['INDEXER_KILLS'] ?? 8);
const program = fileURLToPath(new URL('../../dist/tenor.mjs', import.meta.url));
const LIMIT_MS = 120_000;

let dir: string;
let rpc: HistoryRpc;
let url: string;
let total: number;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-indexer-'));
  const chain = await recordTrading({ seed: 5, blocks: 60, sampleMarks: true });
  total = chain.recorded.length;
  rpc = new HistoryRpc(chain);
  url = await rpc.listen();
});

afterAll(async () => {
  await rpc.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The program as anybody runs it. */
function startProgram(place: Place): ChildProcess {
  const at = 'folder' in place ? ['--dir', place.folder!] : [];
  const args = ['indexer', 'run', '--node', url, '--listen', '127.0.0.1:0', '--json', ...at];
  const env = { ...process.env, DATABASE_URL: 'url' in place ? place.url : '', HOME: dir };
  return spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Its first words: it listens, and begins to write. */
function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    createInterface(child.stdout!).on('line', (line) => {
      if (line.includes('"listening"')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
  });
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.once('exit', () => resolve()));

/** Blocks come as the process is killed again and again, somewhere in what it does. */
async function killOften(place: Place, seed: number): Promise<void> {
  const random = new Random(seed);
  for (let kill = 1; kill <= KILLS; kill++) {
    rpc.last = Math.max(1, Math.round((total * kill) / KILLS) - 3);
    const child = startProgram(place);
    const end = ended(child);
    // Some die before they have begun, as a machine may.
    if (random.below(6) > 0) await listening(child);
    await sleep(random.below(400));
    // It was at work, or waited for blocks: nothing else ended it.
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await end;
  }
  rpc.last = total;
}

async function tables(place: Place): Promise<Awaited<ReturnType<typeof tablesOf>>> {
  const database = await openDatabase(place);
  try {
    await migrate(database);
    const source = new RpcSource(url);
    const marks = { source: new RpcMarks(url), everyMs: 5_000 };
    const signal = AbortSignal.timeout(LIMIT_MS);
    await catchUpOnce({ database, source, marks, signal, batch: 7 });
    return await tablesOf(database);
  } finally {
    await database.close();
  }
}

describe('an indexer that is killed at random', () => {
  test(
    'has the tables of one that never was, in the embedded database',
    async () => {
      const place = { folder: join(dir, 'history') };
      await killOften(place, 1);
      const found = await tables(place);
      expect(found).toEqual(await tables({ folder: null }));
      expect(found['blocks']).toHaveLength(total);
      expect(found['fills']!.length).toBeGreaterThan(10);
      expect(found['equity']!.length).toBeGreaterThan(0);
    },
    KILLS * 20_000 + LIMIT_MS,
  );

  const onServer = PostgresServer.isInstalled() ? test : test.skip;
  onServer(
    "and on a server of PostgreSQL (skipped where Debian's package postgresql is missing)",
    async () => {
      const server = await PostgresServer.start();
      try {
        const place = { url: await server.createDatabase('killed') };
        await killOften(place, 2);
        expect(await tables(place)).toEqual(await tables({ folder: null }));
      } finally {
        await server.stop();
      }
    },
    KILLS * 20_000 + LIMIT_MS,
  );
});
