import { mkdirSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import type { Transaction } from '@electric-sql/pglite';
import type { Database, Sql } from './database.ts';
import { lockFolder } from './lockFolder.ts';
import { tellingPassing } from './postgresErrors.ts';

const INT8 = 20;
const asText = (value: string): string => value;

/** What a full disk refuses is as if it had not been tried, and may be tried again. */
const telling = <T>(work: Promise<T>): Promise<T> => tellingPassing(work, 'The embedded database');

const sqlOf = (on: PGlite | Transaction): Sql => ({
  query: async <T>(text: string, params: readonly unknown[] = []) =>
    (await telling(on.query<T>(text, [...params]))).rows,
  script: async (text) => {
    await telling(on.exec(text));
  },
});

/**
 * PostgreSQL in this process, in a folder of its own, or in memory without one. It has one
 * connection: readers and the writer take turns.
 * @throws DatabaseError when another process has the folder
 */
export async function openPglite(folder: string | null): Promise<Database> {
  const release = folder === null ? () => undefined : lockFolder(folder);
  if (folder !== null) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const db = await PGlite.create(folder ?? 'memory://', { parsers: { [INT8]: asText } });
  await db.exec(`set time zone 'UTC'`);
  const own = {
    ...sqlOf(db),
    transaction: <T>(run: (sql: Sql) => Promise<T>) =>
      telling(db.transaction((tx) => run(sqlOf(tx)))),
  };
  return {
    kind: 'PGlite',
    ...own,
    // Whoever has the folder has it alone.
    takeSeat: () => Promise.resolve({ ...own, leave: () => Promise.resolve() }),
    close: async () => {
      await db.close();
      release();
    },
  };
}
