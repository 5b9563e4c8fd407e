import { DatabaseError } from './database.ts';
import type { Database } from './database.ts';

/** Where history is kept: a server of PostgreSQL, or a folder of the embedded database. */
export type Place = { readonly url: string } | { readonly folder: string | null };

/** Opens it; each driver is loaded only where it is used. @throws DatabaseError */
export async function openDatabase(place: Place): Promise<Database> {
  if ('folder' in place) {
    const { openPglite } = await import('./pgliteDatabase.ts');
    return openPglite(place.folder);
  }
  if (!/^postgres(ql)?:\/\//.test(place.url) || !URL.canParse(place.url)) {
    throw new DatabaseError(
      'DATABASE_URL is no address of PostgreSQL: postgres://user:password@host:5432/database',
    );
  }
  const { openPostgres } = await import('./postgresDatabase.ts');
  return openPostgres(place.url);
}
