import { BadRequest } from './params.ts';
import type { Params } from './params.ts';
import type { Asked } from './route.ts';
import { shown } from './shown.ts';
import type { Where } from './sqlText.ts';

const PAGE = 100;
const MAX_PAGE = 1_000;

type Row = Readonly<Record<string, unknown>>;

/** What a list is ordered by, newest first: together the columns are of one row. */
export interface Order {
  readonly columns: readonly string[];
  /** What `from` and `to` are about. */
  readonly time: string;
  /** Where a row is, as text. */
  readonly placeOf: (row: Row) => string;
  /** Values of the columns from that text; null where it is none. */
  readonly valuesOf: (place: string) => readonly unknown[] | null;
}

const partsOf = (pattern: RegExp) => (place: string) => pattern.exec(place)?.slice(1) ?? null;
const isoOf = (ms: string): string => new Date(Number(ms)).toISOString();

/** Things that happened: a height, and a place in it. */
export const BY_PLACE: Order = {
  ...{ columns: ['height', 'idx'], time: 'time' },
  placeOf: ({ height, idx }) => `${String(height)}-${String(idx)}`,
  valuesOf: partsOf(/^(\d{1,15})-(\d{1,9})$/),
};

/** Where an event may be several rows of an account: which of them, too. */
export const BY_PART: Order = {
  ...{ columns: ['height', 'idx', 'part'], time: 'time' },
  placeOf: ({ height, idx, part }) => `${String(height)}-${String(idx)}-${String(part)}`,
  valuesOf: partsOf(/^(\d{1,15})-(\d{1,9})-(\d{1,9})$/),
};

export const BY_ORDER: Order = {
  ...{ columns: ['order_id'], time: 'placed_at' },
  placeOf: ({ order_id: id }) => String(id),
  valuesOf: partsOf(/^(\d{1,15})$/),
};

export const BY_ACCOUNT: Order = {
  ...{ columns: ['height', 'subaccount_id'], time: 'time' },
  placeOf: ({ height, subaccount_id: id }) => `${String(height)}-${String(id)}`,
  valuesOf: partsOf(/^(\d{1,15})-(\d{1,15})$/),
};

export const BY_EXPIRY: Order = {
  ...{ columns: ['expiry', 'underlying'], time: 'expiry' },
  placeOf: ({ expiry, underlying }) => `${(expiry as Date).getTime()}-${String(underlying)}`,
  valuesOf(place) {
    const [ms, underlying] = partsOf(/^(\d{1,14})-(\w{1,32})$/)(place) ?? [];
    return ms === undefined ? null : [isoOf(ms), underlying];
  },
};

/** Where a page ended, as its `next` said. */
function cursorOf(params: Params, order: Order): readonly unknown[] | null {
  const place = params.optional('cursor');
  if (place === null) return null;
  const values = order.valuesOf(place);
  if (values === null) throw new BadRequest('cursor is the `next` of the page before');
  return values;
}

/** The newest rows that the conditions leave, and where the next page begins. */
export async function page(
  { database, params }: Asked,
  table: string,
  where: Where,
  order: Order = BY_PLACE,
): Promise<{ rows: Record<string, unknown>[]; next: string | null }> {
  const limit = params.count('limit', PAGE, MAX_PAGE);
  const { columns, time } = order;
  where.within(time, params.range()).before(columns, cursorOf(params, order));
  const newest = columns.map((column) => `${column} desc`).join(', ');
  const rows = await database.query<Row>(
    `select * from ${table} ${where.text} order by ${newest} limit ${limit + 1}`,
    where.params,
  );
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return { rows: kept.map(shown), next: isMore ? order.placeOf(last) : null };
}
