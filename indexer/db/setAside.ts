import { existsSync, renameSync } from 'node:fs';
import { lockFolder } from './lockFolder.ts';
import type { Database } from './database.ts';
import type { Place } from './openDatabase.ts';

/** The first name of its kind that is free. */
async function freeName(name: string, isTaken: (name: string) => Promise<boolean>) {
  for (let n = 1; ; n++) {
    const candidate = `${name}_before_${n}`;
    if (!(await isTaken(candidate))) return candidate;
  }
}

/**
 * Puts the folder of an embedded history aside, so that another one begins in its place. Where it
 * went; null where there is none, and for a server, whose schema `setSchemaAside` puts aside.
 * @throws DatabaseError while a process has it
 */
export async function setFolderAside(place: Place): Promise<string | null> {
  if (!('folder' in place) || place.folder === null || !existsSync(place.folder)) return null;
  const release = lockFolder(place.folder);
  try {
    const aside = await freeName(place.folder, (name) => Promise.resolve(existsSync(name)));
    renameSync(place.folder, aside);
    return aside;
  } finally {
    release();
  }
}

/**
 * Gives the schema of a server's history another name, and begins an empty one: readers of the old
 * one keep it under that name. That name; null where there is no history.
 * @throws DatabaseGone while an indexer writes it
 */
export async function setSchemaAside(database: Database): Promise<string | null> {
  const seat = await database.takeSeat();
  try {
    return await seat.transaction(async (sql) => {
      const [found] = await sql.query<{ schema: string | null; there: boolean }>(
        `select current_schema() as schema, to_regclass('schema_version') is not null as there`,
      );
      if (found?.there !== true || found.schema === null) return null;
      const { schema } = found;
      const aside = await freeName(schema, async (name) => {
        const text = 'select 1 from information_schema.schemata where schema_name = $1';
        return (await sql.query(text, [name])).length > 0;
      });
      await sql.script(`alter schema ${quoted(schema)} rename to ${quoted(aside)}`);
      await sql.script(`create schema ${quoted(schema)}`);
      return aside;
    });
  } finally {
    await seat.leave();
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
