import pg from 'pg';
import { DatabaseError } from './database.ts';
import type { Database, Sql } from './database.ts';

const CONNECTIONS = 10;
const CONNECT_MS = 10_000;

const sqlOf = (on: pg.Pool | pg.PoolClient): Sql => ({
  query: async <T>(text: string, params: readonly unknown[] = []) =>
    (await on.query(text, [...params])).rows as T[],
  script: async (text) => {
    await on.query(text);
  },
});

/** A server of PostgreSQL, with a pool of connections. @throws DatabaseError */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'tenor-indexer',
    options: '-c TimeZone=UTC',
  });
  // A connection that dies while it is idle is replaced; a query on it fails where it is asked.
  pool.on('error', () => undefined);
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw new DatabaseError(
      `PostgreSQL does not answer at ${new URL(url).host}: ${(error as Error).message}. ` +
        'Check DATABASE_URL: postgres://user:password@host:5432/database',
    );
  }
  return {
    kind: 'PostgreSQL',
    ...sqlOf(pool),
    transaction: (run) => inTransaction(pool, run),
    close: () => pool.end(),
  };
}

async function inTransaction<T>(pool: pg.Pool, run: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    await client.query('begin');
    const result = await run(sqlOf(client));
    await client.query('commit');
    isBroken = false;
    return result;
  } catch (error) {
    await client.query('rollback').then(
      () => (isBroken = false),
      () => undefined,
    );
    throw error;
  } finally {
    client.release(isBroken);
  }
}
