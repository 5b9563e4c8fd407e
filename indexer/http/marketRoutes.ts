import { candles } from './candleRoute.ts';
import { page } from './pages.ts';
import { NotFound } from './params.ts';
import type { Asked, Route } from './route.ts';
import { shown } from './shown.ts';
import { Where } from './sqlText.ts';

const LIST = 100;
const MAX_LIST = 1_000;

async function trades(asked: Asked): Promise<Record<string, unknown>> {
  const { params } = asked;
  const where = new Where()
    .add('series = ?', params.optional('series')?.toUpperCase())
    .add('underlying = ?', params.optional('underlying')?.toUpperCase());
  const { rows, next } = await page(asked, 'trades', where);
  return { trades: rows, next };
}

/** The one that has the name now or had it last, and those that had it before. */
async function series({ database, params }: Asked): Promise<Record<string, unknown>> {
  const name = params.text('series').toUpperCase();
  const [newest, ...earlier] = await database.query(
    'select * from series where series = $1 order by listed_height desc limit $2',
    [name, MAX_LIST],
  );
  if (newest === undefined) throw new NotFound(`there never was a series ${name}`);
  return { series: shown(newest), earlier: earlier.map(shown) };
}

/** Settlement prices, the newest first. */
async function settlements({ database, params }: Asked): Promise<Record<string, unknown>> {
  const limit = params.count('limit', LIST, MAX_LIST);
  const where = new Where()
    .add('underlying = ?', params.optional('underlying')?.toUpperCase())
    .within('expiry', params.range());
  const rows = await database.query(
    `select * from expiries ${where.text} order by expiry desc, underlying limit ${limit}`,
    where.params,
  );
  return { settlements: rows.map(shown) };
}

/** Accounts that were or are under liquidation, the newest first. */
async function liquidations({ database, params }: Asked): Promise<Record<string, unknown>> {
  const limit = params.count('limit', LIST, MAX_LIST);
  const where = new Where()
    .add('owner = ?', params.optional('address'))
    .within('time', params.range());
  const rows = await database.query(
    `select * from liquidations ${where.text}
     order by height desc, subaccount_id limit ${limit}`,
    where.params,
  );
  return { liquidations: rows.map(shown) };
}

async function liquidationSteps(asked: Asked): Promise<Record<string, unknown>> {
  const id = asked.params.count('account', 0, Number.MAX_SAFE_INTEGER);
  const where = new Where().add('subaccount_id = ?', id);
  const { rows, next } = await page(asked, 'liquidation_events', where);
  return { events: rows, next };
}

/** What the oracle's feeds did, and what was found of validators. */
async function oracle(asked: Asked): Promise<Record<string, unknown>> {
  const { params } = asked;
  const where = new Where()
    .add('validator = ?', params.optional('validator'))
    .add('feed = ?', params.optional('feed'));
  const { rows, next } = await page(asked, 'oracle_reports', where);
  return { reports: rows, next };
}

/** How far the history goes. */
async function status({ database }: Asked): Promise<Record<string, unknown>> {
  const [found] = await database.query('select * from progress');
  if (found === undefined) throw new NotFound('the history has not begun: it waits for a node');
  return { ...shown(found), one: undefined, database: database.kind };
}

/** `/tenor/v1/history/…` */
export const marketRoutes: Readonly<Record<string, Route>> = {
  '/status': status,
  '/candles/:name': candles,
  '/trades': trades,
  '/series/:series': series,
  '/settlements': settlements,
  '/liquidations': liquidations,
  '/liquidations/:account/events': liquidationSteps,
  '/oracle': oracle,
};
