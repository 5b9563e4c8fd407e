import type { Asked } from './route.ts';
import { shown } from './shown.ts';
import type { Where } from './sqlText.ts';

const PAGE = 100;
const MAX_PAGE = 1_000;

interface Placed {
  readonly height: string;
  readonly idx: number;
}

/** The newest rows that the conditions leave, and where the next page begins. */
export async function page(
  { database, params }: Asked,
  table: string,
  where: Where,
): Promise<{ rows: Record<string, unknown>[]; next: string | null }> {
  const limit = params.count('limit', PAGE, MAX_PAGE);
  where.within('time', params.range()).before(params.cursor());
  const rows = await database.query<Placed & Record<string, unknown>>(
    `select * from ${table} ${where.text} order by height desc, idx desc limit ${limit + 1}`,
    where.params,
  );
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return { rows: kept.map(shown), next: isMore ? `${last.height}-${last.idx}` : null };
}
