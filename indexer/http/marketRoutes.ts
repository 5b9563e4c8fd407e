import { candles } from './candleRoute.ts';
import { BY_ACCOUNT, BY_EXPIRY, page } from './pages.ts';
import { MAX_ID, NotFound } from './params.ts';
import type { Asked, Route } from './route.ts';
import { shown } from './shown.ts';
import { Where } from './sqlText.ts';

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
async function settlements(asked: Asked): Promise<Record<string, unknown>> {
  const underlying = asked.params.optional('underlying')?.toUpperCase();
  const where = new Where().add('underlying = ?', underlying);
  const { rows, next } = await page(asked, 'expiries', where, BY_EXPIRY);
  return { settlements: rows, next };
}

/** Accounts that were or are under liquidation, the newest first. */
async function liquidations(asked: Asked): Promise<Record<string, unknown>> {
  const where = new Where().add('owner = ?', asked.params.optional('address'));
  const { rows, next } = await page(asked, 'liquidations', where, BY_ACCOUNT);
  return { liquidations: rows, next };
}

async function liquidationSteps(asked: Asked): Promise<Record<string, unknown>> {
  const id = asked.params.count('account', 0, MAX_ID);
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
