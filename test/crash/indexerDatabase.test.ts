import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { sleep } from '../../client/sleep.ts';
import type { Database } from '../../indexer/db/database.ts';
import { migrate } from '../../indexer/db/migrate.ts';
import { openDatabase } from '../../indexer/db/openDatabase.ts';
import { catchUpOnce, follow } from '../../indexer/follow.ts';
import { Random } from './random.ts';
import type { RecordedChain } from '../harness/history.ts';
import { HistoryRpc } from '../harness/historyRpc.ts';
import { tablesOf } from '../harness/historyTables.ts';
import { PostgresServer } from '../harness/postgres.ts';
import { recordTrading } from '../harness/recordTrading.ts';
import { RpcSource } from '../../indexer/source/rpcSource.ts';

/** A statement of docs/guides/history.md by its name. */
function guideSql(name: string): string {
  const guide = readFileSync(new URL('../../docs/guides/history.md', import.meta.url), 'utf8');
  return guide.split(`\`\`\`sql ${name}\n`)[1]!.split('```')[0]!;
}

const LIMIT_MS = 90_000;
const ROUNDS = 25;
const onServer = PostgresServer.isInstalled() ? describe : describe.skip;

onServer("a server of PostgreSQL (skipped where Debian's package is missing)", () => {
  let server: PostgresServer;
  let chain: RecordedChain;
  let rpc: HistoryRpc;
  let source: RpcSource;
  let expected: Awaited<ReturnType<typeof tablesOf>>;

  beforeAll(async () => {
    server = await PostgresServer.start();
    chain = await recordTrading({ seed: 8, blocks: 60 });
    rpc = new HistoryRpc(chain);
    source = new RpcSource(await rpc.listen());
    const database = await openDatabase({ folder: null });
    await migrate(database);
    await catchUpOnce({ database, source, signal: AbortSignal.timeout(LIMIT_MS) });
    expected = await tablesOf(database);
    await database.close();
  }, LIMIT_MS);
  afterAll(async () => {
    await rpc.close();
    await server.stop();
  });

  /** Opens a new database, follows until all is in, and says what went wrong meanwhile. */
  async function followed(
    name: string,
    meanwhile: (admin: pg.Client) => Promise<void>,
  ): Promise<{ database: Database; troubles: string[] }> {
    const url = await server.createDatabase(name);
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    const database = await openDatabase({ url });
    await migrate(database);
    const end = new AbortController();
    const troubles: string[] = [];
    const onTrouble = (of: string, message: string) => troubles.push(`${of}: ${message}`);
    const { signal } = end;
    const following = follow({ database, source, signal, onTrouble, batch: 3, pollMs: 5 });
    let failure: unknown = null;
    following.catch((error: unknown) => (failure = error));
    await meanwhile(admin);
    const until = Date.now() + LIMIT_MS / 2;
    for (let height = 0; height < rpc.last && failure === null && Date.now() < until;) {
      await sleep(50);
      const { rows } = await admin.query<{ height: string }>('select height from progress');
      height = Number(rows[0]?.height ?? 0);
    }
    end.abort();
    await following;
    await admin.end();
    return { database, troubles };
  }

  test(
    'may drop every connection again and again: nothing is lost, and nothing is in twice',
    async () => {
      const random = new Random(4);
      const { database, troubles } = await followed('dropped', async (admin) => {
        for (let round = 1; round <= ROUNDS; round++) {
          rpc.last = Math.round((chain.recorded.length * round) / ROUNDS);
          await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'tenor-indexer'`);
          await sleep(random.below(250));
        }
        rpc.last = chain.recorded.length;
      });
      expect(await tablesOf(database)).toEqual(expected);
      await database.close();
      expect(troubles.length).toBeGreaterThan(2);
      expect(troubles.filter((text) => !text.startsWith('database: PostgreSQL'))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'has one writer of two, and the other goes on where that one ended',
    async () => {
      const url = await server.createDatabase('two');
      const databases = [await openDatabase({ url }), await openDatabase({ url })] as const;
      await migrate(databases[0]);
      rpc.last = 20;
      const [first, second] = [new AbortController(), new AbortController()];
      const writes = follow({ database: databases[0], source, signal: first.signal, pollMs: 5 });
      await untilHeight(databases[0], 20);
      const waiting = new Promise<string>((resolve) => {
        const onTrouble = (_: string, message: string) => resolve(message);
        const { signal } = second;
        follow({ database: databases[1], source, signal, onTrouble, pollMs: 5 }).catch(resolve);
      });
      expect(await waiting).toContain('Another indexer writes this history');
      first.abort();
      await writes;
      rpc.last = chain.recorded.length;
      await untilHeight(databases[1], rpc.last);
      second.abort();
      expect(await tablesOf(databases[0])).toEqual(expected);
      for (const database of databases) await database.close();
    },
    LIMIT_MS,
  );

  test(
    'that only reads, as after a failover, is waited for',
    async () => {
      rpc.last = 10;
      const { database, troubles } = await followed('readonly', async (admin) => {
        await admin.query('alter database readonly set default_transaction_read_only = on');
        await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'tenor-indexer'`);
        rpc.last = chain.recorded.length;
        await sleep(1_500);
        await admin.query('alter database readonly reset default_transaction_read_only');
      });
      expect(await tablesOf(database)).toEqual(expected);
      await database.close();
      expect(troubles.at(-1)).toContain('It only reads now: name the primary in DATABASE_URL.');
    },
    LIMIT_MS,
  );

  test(
    'is partitioned and thinned out as the guide says, while an indexer goes on',
    async () => {
      rpc.last = 30;
      const { database } = await followed('partitioned', async (admin) => {
        await sleep(500);
        for (const name of ['partition_fills', 'retention']) await admin.query(guideSql(name));
        rpc.last = chain.recorded.length;
      });
      const tables = await tablesOf(database);
      await database.close();
      const { fills_2026: partition, fills_later: later, ...others } = tables;
      expect(others).toEqual(expected);
      expect([partition, later]).toEqual([expected['fills'], []]);
    },
    LIMIT_MS,
  );

  async function untilHeight(database: Database, height: number): Promise<void> {
    for (const until = Date.now() + LIMIT_MS / 2; Date.now() < until;) {
      const [row] = await database.query<{ height: string }>('select height from progress');
      if (Number(row?.height ?? 0) >= height) return;
      await sleep(50);
    }
    throw new Error(`not at ${height} in time`);
  }
});
