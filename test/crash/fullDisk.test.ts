import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Database } from '../../indexer/db/database.ts';
import { migrate } from '../../indexer/db/migrate.ts';
import { openDatabase } from '../../indexer/db/openDatabase.ts';
import { catchUpOnce, follow } from '../../indexer/follow.ts';
import { tablesOf } from '../harness/historyTables.ts';
import { PostgresServer } from '../harness/postgres.ts';
import { SmallChain, event } from '../harness/smallChain.ts';

const LIMIT_MS = 90_000;
const DISK = 'size=80m';
const LEFT_BYTES = 400_000;
/** Together they are more than what is left. */
const BLOCKS = 60;
const PRICES = 200;

const dir = mkdtempSync(join(tmpdir(), 'tenor-full-disk-'));

/** A disk of its own; false where this user may mount none. */
function mounted(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', DISK, 'tmpfs', dir], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const isMounted = mounted();

afterAll(() => {
  if (isMounted) execFileSync('umount', ['-l', dir]);
  rmSync(dir, { recursive: true, force: true });
});

const filler = join(dir, 'filler');
function fillDisk(): void {
  const { bavail, bsize } = statfsSync(dir);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - LEFT_BYTES)));
}

const chain = new SmallChain();
let expected: Awaited<ReturnType<typeof tablesOf>>;

beforeAll(async () => {
  for (let i = 0; i < BLOCKS; i++) {
    const told = (n: number) => ({ underlying: 'BTC', index_uusd: `${64_000 + i + n}000000` });
    chain.add(Array.from({ length: PRICES }, (_, n) => event('price', told(n))));
  }
  const database = await openDatabase({ folder: null });
  await migrate(database);
  await catchUpOnce({ database, source: chain, signal: AbortSignal.timeout(LIMIT_MS), batch: 5 });
  expected = await tablesOf(database);
  await database.close();
}, LIMIT_MS);

/** Follows on a disk that is full, makes room once that was told, and ends with what was told. */
async function followed(database: Database): Promise<string[]> {
  await migrate(database);
  fillDisk();
  const troubles: string[] = [];
  const end = new AbortController();
  const signal = AbortSignal.any([end.signal, AbortSignal.timeout(LIMIT_MS / 2)]);
  await follow({
    ...{ database, source: chain, signal, batch: 5, pollMs: 20 },
    onTrouble: (of, message) => {
      troubles.push(`${of}: ${message}`);
      if (troubles.length === 2) rmSync(filler);
    },
    onCaughtUp: () => end.abort(),
  });
  return troubles;
}

const full = /^database: .*Its disk is full: make room/s;

(isMounted ? describe : describe.skip)('a full disk (skipped where none can be mounted)', () => {
  test(
    'is waited for by the embedded database, which then goes on exactly once',
    async () => {
      const folder = join(dir, 'history');
      const database = await openDatabase({ folder });
      const troubles = await followed(database);
      expect(troubles.length).toBeGreaterThanOrEqual(2);
      for (const trouble of troubles) expect(trouble).toMatch(full);
      expect(await tablesOf(database)).toEqual(expected);
      await database.close();
      // Begun again it has the same.
      const again = await openDatabase({ folder });
      expect(await tablesOf(again)).toEqual(expected);
      await again.close();
      rmSync(folder, { recursive: true });
    },
    LIMIT_MS,
  );

  (PostgresServer.isInstalled() ? test : test.skip)(
    'is waited for on a server of PostgreSQL, too',
    async () => {
      const server = await PostgresServer.start();
      try {
        const space = join(dir, 'space');
        mkdirSync(space, { mode: 0o700 });
        const { uid, gid } = statSync(server.folder);
        chownSync(space, uid, gid);
        const url = await server.createDatabase('crowded');
        const admin = new pg.Client({ connectionString: url.replace(/crowded$/, 'postgres') });
        await admin.connect();
        await admin.query(`create tablespace small location '${space}'`);
        await admin.query('alter database crowded set tablespace small');
        await admin.end();
        const database = await openDatabase({ url });
        const troubles = await followed(database);
        for (const trouble of troubles) expect(trouble).toMatch(full);
        expect(troubles.length).toBeGreaterThanOrEqual(2);
        expect(await tablesOf(database)).toEqual(expected);
        await database.close();
      } finally {
        await server.stop();
      }
    },
    LIMIT_MS,
  );
});
