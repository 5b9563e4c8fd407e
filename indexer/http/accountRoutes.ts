import { BY_ORDER, BY_PART, BY_PLACE, page } from './pages.ts';
import type { Order } from './pages.ts';
import { MAX_ID, NotFound } from './params.ts';
import type { Params } from './params.ts';
import type { Asked, Route } from './route.ts';
import { shown } from './shown.ts';
import { Where } from './sqlText.ts';

const MAX_SUBACCOUNT = 0xffffffff;
const POINTS = 500;
const MAX_POINTS = 5_000;

const ofAccount = (params: Params): Where =>
  new Where()
    .add('owner = ?', params.text('address'))
    .add('subaccount = ?', params.count('subaccount', 0, MAX_SUBACCOUNT));

/** A list of rows of an account, newest first. */
const listOf =
  (
    table: string,
    order: Order,
    name: string,
    narrow: (where: Where, params: Params) => Where,
  ): Route =>
  async (asked) => {
    const { rows, next } = await page(
      asked,
      table,
      narrow(ofAccount(asked.params), asked.params),
      order,
    );
    return { [name]: rows, next };
  };

const byMarket = (where: Where, params: Params): Where =>
  where
    .add('series = ?', params.optional('series')?.toUpperCase())
    .add('underlying = ?', params.optional('underlying')?.toUpperCase());

/** Cash in and out, what is held, and what was earned, as of the last block. */
async function account({ database, params }: Asked): Promise<Record<string, unknown>> {
  const where = ofAccount(params);
  const [found] = await database.query(`select * from subaccounts ${where.text}`, where.params);
  if (found === undefined) throw new NotFound('this account never had a deposit');
  const positions = await database.query(
    `select series, quantity, cost_uusd, changed_height, changed_at from positions ${where.text}
     order by series`,
    where.params,
  );
  return { account: shown(found), positions: positions.map(shown) };
}

/** Orders of an account, the newest first, or one by its id or the client's. */
async function orders(asked: Asked): Promise<Record<string, unknown>> {
  const { params } = asked;
  const where = ofAccount(params)
    .add('series = ?', params.optional('series')?.toUpperCase())
    .add(`split_part(series, '-', 1) = ?`, params.optional('underlying')?.toUpperCase())
    .add('client_order_id = ?', params.optional('clientOrderId'))
    .add('order_id = ?', params.optionalCount('orderId', MAX_ID))
    // What `cursor` is for all lists; this one had its own before.
    .add('order_id < ?', params.optionalCount('before', MAX_ID));
  const status = params.choice('status', ['all', 'open', 'filled', 'cancelled']);
  if (status !== 'all') where.add('status = ?', status);
  const { rows, next } = await page(asked, 'orders', where, BY_ORDER);
  return { orders: rows, next };
}

/** What an account earned, oldest first, by UTC: of what was closed, less its fees. */
async function pnl({ database, params }: Asked): Promise<Record<string, unknown>> {
  const unit = params.choice('by', ['day', 'hour', 'month']);
  const limit = params.count('limit', MAX_POINTS, MAX_POINTS);
  const where = ofAccount(params).within('time', params.range());
  const rows = await database.query(
    `select date_trunc('${unit}', time) as time, sum(realised_uusd)::bigint as realised_uusd,
       sum(fee_uusd)::bigint as fees_uusd, sum(other_uusd)::bigint as other_uusd,
       sum(realised_uusd - fee_uusd + other_uusd)::bigint as net_uusd,
       sum(premium_uusd)::bigint as premium_uusd, sum(fills)::bigint as fills
     from account_results ${where.text} group by 1 order by 1 desc limit ${limit}`,
    where.params,
  );
  return { by: unit, pnl: rows.map(shown).reverse() };
}

/** The curve of an account, oldest first: the last point of each stretch of time. */
async function equity({ database, params }: Asked): Promise<Record<string, unknown>> {
  const unit = params.choice('by', ['minute', 'hour', 'day']);
  const limit = params.count('limit', POINTS, MAX_POINTS);
  const where = ofAccount(params).within('time', params.range());
  const rows = await database.query(
    `select distinct on (date_trunc('${unit}', time)) time, height, equity_uusd, cash_uusd,
       net_deposits_uusd, equity_uusd - net_deposits_uusd as gain_uusd
     from equity ${where.text} order by date_trunc('${unit}', time) desc, time desc limit ${limit}`,
    where.params,
  );
  return { by: unit, equity: rows.map(shown).reverse() };
}

/** `/tenor/v1/history/accounts/{address}/{subaccount}/…` */
export const accountRoutes: Readonly<Record<string, Route>> = {
  '': account,
  '/history': listOf('account_history', BY_PART, 'history', (where, params) =>
    where.add('kind = ?', params.optional('kind')),
  ),
  '/fills': listOf('fills', BY_PART, 'fills', (where, params) =>
    byMarket(where, params).add('order_id = ?', params.optionalCount('orderId', MAX_ID)),
  ),
  '/orders': orders,
  '/pnl': pnl,
  '/equity': equity,
  '/settlements': listOf('settlements', BY_PLACE, 'settlements', (where, params) =>
    where.add('underlying = ?', params.optional('underlying')?.toUpperCase()),
  ),
  '/transfers': listOf('transfers', BY_PART, 'transfers', (where) => where),
};
