import type { Database } from '../../indexer/db/database.ts';

/** Everything in a history, as text, in one order: two of the same chain are equal. */
export async function tablesOf(database: Database): Promise<Record<string, string[]>> {
  const names = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const tables: Record<string, string[]> = {};
  for (const { name } of names) {
    const rows = await database.query<{ row: string }>(`select t::text as row from ${name} t`);
    tables[name] = rows.map(({ row }) => row).sort((a, b) => (a < b ? -1 : 1));
  }
  return tables;
}
