import { DatabaseError } from './database.ts';
import type { Database, Sql } from './database.ts';
import { fifth } from './migrations/fifth.ts';
import { first } from './migrations/first.ts';
import { fourth } from './migrations/fourth.ts';
import { second } from './migrations/second.ts';
import { sixth } from './migrations/sixth.ts';
import { third } from './migrations/third.ts';

/** In order; the version of a schema is how many of them it has. */
const migrations: readonly string[] = [first, second, third, fourth, fifth, sixth];

/** One number for all who migrate, so that two that start at once wait for one another. */
const LOCK = 7_315_044;

async function versionOf(sql: Sql): Promise<number> {
  await sql.script('create table if not exists schema_version (version integer not null)');
  const [row] = await sql.query<{ version: number }>('select version from schema_version');
  return row?.version ?? 0;
}

/**
 * Brings the schema to this program's version, all or nothing.
 * @throws DatabaseError when a newer program has been here
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1)', [LOCK]);
    const version = await versionOf(sql);
    requireKnown(version);
    if (version === migrations.length) return;
    for (const migration of migrations.slice(version)) await sql.script(migration);
    await sql.script('delete from schema_version');
    await sql.query('insert into schema_version values ($1)', [migrations.length]);
  });
}

/** For those who only read. @throws DatabaseError when the schema is not this program's */
export async function requireSchema(database: Database): Promise<void> {
  const [found] = await database.query<{ there: boolean }>(
    `select to_regclass('schema_version') is not null as there`,
  );
  const [row] =
    found?.there === true
      ? await database.query<{ version: number }>('select version from schema_version')
      : [];
  const version = row?.version ?? 0;
  requireKnown(version);
  if (version === migrations.length) return;
  throw new DatabaseError(
    'There is no history of this version here yet: start `tenor indexer run` on it first.',
  );
}

function requireKnown(version: number): void {
  if (version <= migrations.length) return;
  throw new DatabaseError(
    `The history is of version ${version}, and this program knows ${migrations.length}: ` +
      'use the newer program.',
  );
}
