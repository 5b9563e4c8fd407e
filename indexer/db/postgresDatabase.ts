import pg from 'pg';
import { DatabaseError, DatabaseGone } from './database.ts';
import type { Database, Seat, Sql } from './database.ts';
import { tellingPassing } from './postgresErrors.ts';

const CONNECTIONS = 10;
const CONNECT_MS = 10_000;
/** What a reader asks takes no longer. */
const READ_MS = 30_000;
/** A writer hears nothing for so long: its connection is gone, whatever its socket believes. */
const WRITE_MS = 120_000;
/** One number for all writers of a database; migrations have another. */
const SEAT = 7_315_045;
/** A server notices within a minute that a machine went without a word, and frees its seat. */
const KEEPALIVE =
  '-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3';

const sqlOf = (on: pg.Pool | pg.ClientBase): Sql => ({
  query: async <T>(text: string, params: readonly unknown[] = []) =>
    (await tellingPassing<pg.QueryResult>(on.query(text, [...params]))).rows as T[],
  script: async (text) => {
    await tellingPassing<unknown>(on.query(text));
  },
});

const configOf = (url: string) => ({
  connectionString: url,
  connectionTimeoutMillis: CONNECT_MS,
  application_name: 'tenor-indexer',
  keepAlive: true,
  keepAliveInitialDelayMillis: CONNECT_MS,
  options: `-c TimeZone=UTC ${KEEPALIVE}`,
});

/** A server of PostgreSQL, with a pool of connections. @throws DatabaseError, DatabaseGone */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({ ...configOf(url), max: CONNECTIONS, statement_timeout: READ_MS });
  // A connection that dies while it is idle is replaced; a query on it fails where it is asked.
  pool.on('error', () => undefined);
  // One that dies in somebody's hands says so to who has it, and must find ears here, too.
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await tellingPassing(pool.query('select 1'));
  } catch (error) {
    await pool.end();
    const Kind = error instanceof DatabaseGone ? DatabaseGone : DatabaseError;
    throw new Kind(
      `PostgreSQL does not answer at ${new URL(url).host}: ${(error as Error).message} ` +
        'Check DATABASE_URL: postgres://user:password@host:5432/database',
    );
  }
  return {
    kind: 'PostgreSQL',
    ...sqlOf(pool),
    transaction: (run) => inPool(pool, run),
    takeSeat: () => takeSeat(url),
    close: () => pool.end(),
  };
}

async function inPool<T>(pool: pg.Pool, run: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await tellingPassing(pool.connect());
  let isBroken = true;
  try {
    const result = await inTransaction(client, async (sql) => {
      // Who changes a schema takes the time that it takes.
      await sql.script('set local statement_timeout = 0');
      return run(sql);
    });
    isBroken = false;
    return result;
  } finally {
    client.release(isBroken);
  }
}

/** All on one connection, whose lock is the seat: no writer is left without it, and none twice. */
async function takeSeat(url: string): Promise<Seat> {
  const client = new pg.Client({ ...configOf(url), query_timeout: WRITE_MS });
  client.on('error', () => undefined);
  const leave = (): Promise<void> => client.end().catch(() => undefined);
  const sql = sqlOf(client);
  try {
    await tellingPassing(client.connect());
    const [got] = await sql.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [
      SEAT,
    ]);
    if (got?.ours !== true) {
      throw new DatabaseGone('Another indexer writes this history: this one takes over after it.');
    }
  } catch (error) {
    await leave();
    throw error;
  }
  return { ...sql, leave, transaction: (run) => inTransaction(client, run) };
}

async function inTransaction<T>(client: pg.ClientBase, run: (sql: Sql) => Promise<T>): Promise<T> {
  await tellingPassing(client.query('begin'));
  try {
    const result = await run(sqlOf(client));
    await tellingPassing(client.query('commit'));
    return result;
  } catch (error) {
    // Where that fails, too, the connection is gone, and with it what was begun.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
