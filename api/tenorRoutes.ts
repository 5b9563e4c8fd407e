import * as accounts from '../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../proto/gen/tenor.liquidation.v1.ts';
import * as margin from '../proto/gen/tenor.margin.v1.ts';
import * as options from '../proto/gen/tenor.options.v1.ts';
import * as runtime from '../proto/gen/tenor.runtime.v1.ts';
import { formatExpiry } from '../app/modules/options/core/index.ts';
import { decodeParams } from './decodeParams.ts';
import { oracleRoutes } from './oracleRoutes.ts';
import { placeRoutes } from './placeRoutes.ts';
import { describeAll } from './series.ts';
import { BadRequest, count, expiry, text } from './params.ts';
import type { Params } from './params.ts';
import type { Reader } from './port.ts';
import type { Route } from './route.ts';
import { getWhatIf } from './whatIf.ts';

const OPTIONS = '/tenor.options.v1.Query';
const MARGIN = '/tenor.margin.v1.Query';

const MODULES = [
  'runtime',
  'staking',
  'oracle',
  'options',
  'accounts',
  'margin',
  'clob',
  'liquidation',
];

function markets(reader: Reader, params: Params) {
  const underlying = text(params, 'underlying', '');
  const expirySeconds = expiry(params, 'expiry');
  const page = reader.ask(
    `${OPTIONS}/Series`,
    options.QuerySeriesRequest,
    options.QuerySeriesResponse,
    {
      underlying,
      expirySeconds,
      afterId: BigInt(count(params, 'after', 0, Number.MAX_SAFE_INTEGER)),
      limit: count(params, 'limit', 100, 500),
    },
  );
  const described = describeAll(reader, page.series);
  return { height: reader.height, markets: described, nextAfter: page.nextAfterId };
}

function market(reader: Reader, params: Params) {
  const symbol = text(params, 'series');
  const { series, expiry: state } = reader.ask(
    `${OPTIONS}/SeriesBySymbol`,
    options.QuerySeriesBySymbolRequest,
    options.QuerySeriesBySymbolResponse,
    { symbol },
  );
  const [found = null] = series === undefined ? [] : describeAll(reader, [series]);
  return { height: reader.height, market: found, expiry: state };
}

function book(reader: Reader, params: Params) {
  const symbol = text(params, 'series');
  const depth = count(params, 'depth', 20, 200);
  const answer = reader.ask(
    '/tenor.clob.v1.Query/Book',
    clob.QueryBookRequest,
    clob.QueryBookResponse,
    { symbol, depth },
  );
  return { height: reader.height, ...answer };
}

/**
 * All series of one expiry, by strike: the nearest live expiry unless one is given. With a depth,
 * so many levels of each of their books.
 */
function chain(reader: Reader, params: Params) {
  const underlying = text(params, 'underlying').toUpperCase();
  const live = reader.ask(
    `${OPTIONS}/Expiries`,
    options.QueryExpiriesRequest,
    options.QueryExpiriesResponse,
    { underlying, all: false, beforeSeconds: 0n, limit: 0 },
  ).expiries;
  const asked = expiry(params, 'expiry');
  const expirySeconds = asked === 0n ? live[0]?.expirySeconds : asked;
  if (expirySeconds === undefined) return { height: reader.height, expiries: [], series: [] };
  const { series } = reader.ask(
    `${OPTIONS}/Series`,
    options.QuerySeriesRequest,
    options.QuerySeriesResponse,
    { underlying, expirySeconds, afterId: 0n, limit: 1_000 },
  );
  return {
    height: reader.height,
    underlying,
    expiry: formatExpiry(expirySeconds),
    expiries: live.map((e) => ({ ...e, expiry: formatExpiry(e.expirySeconds) })),
    series: describeAll(reader, series, count(params, 'depth', 0, 50)),
  };
}

function account(reader: Reader, params: Params) {
  const owner = text(params, 'address');
  const number = count(params, 'subaccount', 0, 0xffffffff);
  const { subaccount, positions } = reader.ask(
    '/tenor.accounts.v1.Query/Subaccount',
    accounts.QuerySubaccountRequest,
    accounts.QuerySubaccountResponse,
    { owner, number },
  );
  const { orders } = reader.ask(
    '/tenor.clob.v1.Query/Orders',
    clob.QueryOrdersRequest,
    clob.QueryOrdersResponse,
    { owner, subaccount: number },
  );
  const { margin: judged } = reader.ask(
    `${MARGIN}/Margin`,
    margin.QueryMarginRequest,
    margin.QueryMarginResponse,
    { owner, number },
  );
  // What a portfolio margin was computed from, for whoever computes it again; else null.
  const { explanation } = reader.ask(
    `${MARGIN}/Explain`,
    margin.QueryExplainRequest,
    margin.QueryExplainResponse,
    { owner, number },
  );
  const described = { subaccount, positions, orders, margin: judged };
  return { height: reader.height, ...described, explanation: explanation ?? null };
}

const accountOf = (params: Params) => ({
  owner: text(params, 'address'),
  subaccount: count(params, 'subaccount', 0, 0xffffffff),
});

/** One order, open or ended not long ago: by its id, or by the client's with `?by=client`. */
function order(reader: Reader, params: Params) {
  const name = text(params, 'order');
  const by = text(params, 'by', 'id');
  if (by !== 'id' && by !== 'client') throw new BadRequest('by is id or client');
  const named =
    by === 'client'
      ? { orderId: 0n, clientOrderId: name }
      : { orderId: BigInt(count(params, 'order', 0, Number.MAX_SAFE_INTEGER)), clientOrderId: '' };
  const { QueryOrderRequest, QueryOrderResponse } = clob;
  const found = reader.ask('/tenor.clob.v1.Query/Order', QueryOrderRequest, QueryOrderResponse, {
    ...accountOf(params),
    ...named,
  });
  return { height: reader.height, order: found.order ?? null };
}

function settlement(reader: Reader, params: Params) {
  const expirySeconds = expiry(params, 'expiry');
  if (expirySeconds === 0n) throw new BadRequest('an expiry such as 27DEC26 is needed');
  const answer = reader.ask(
    `${OPTIONS}/Settlement`,
    options.QuerySettlementRequest,
    options.QuerySettlementResponse,
    {
      underlying: text(params, 'underlying', 'BTC').toUpperCase(),
      expirySeconds,
      afterTimeMs: BigInt(count(params, 'after', 0, Number.MAX_SAFE_INTEGER)),
      limit: count(params, 'limit', 500, 1_000),
    },
  );
  return { height: reader.height, ...answer };
}

function governed(reader: Reader, params: Params) {
  const asked = text(params, 'module', '');
  const modules = asked === '' ? MODULES : [asked];
  const entries = modules.map((module) => {
    const answer = reader.ask(
      '/tenor.runtime.v1.Query/Params',
      runtime.QueryParamsRequest,
      runtime.QueryParamsResponse,
      { module },
    );
    return [module, decodeParams(answer)] as const;
  });
  return { height: reader.height, params: Object.fromEntries(entries) };
}

/** `/tenor/v1/…` */
export const tenorRoutes: Readonly<Record<string, Route>> = {
  '/tenor/v1/markets': markets,
  '/tenor/v1/markets/:series': market,
  '/tenor/v1/markets/:series/book': book,
  '/tenor/v1/chain/:underlying': chain,
  ...oracleRoutes,
  ...placeRoutes,
  '/tenor/v1/accounts/:address/:subaccount': account,
  '/tenor/v1/accounts/:address/:subaccount/what-if': getWhatIf,
  '/tenor/v1/accounts/:address/:subaccount/orders/:order': order,
  '/tenor/v1/accounts/:address/:subaccount/triggers': (reader, params) => {
    const { triggers } = reader.ask(
      '/tenor.clob.v1.Query/Triggers',
      clob.QueryTriggersRequest,
      clob.QueryTriggersResponse,
      accountOf(params),
    );
    return { height: reader.height, triggers };
  },
  '/tenor/v1/auctions': (reader, params) => {
    const asked = {
      symbol: text(params, 'series', ''),
      underlying: text(params, 'underlying', ''),
    };
    const path = '/tenor.clob.v1.Query/CallAuctions';
    const { QueryCallAuctionsRequest, QueryCallAuctionsResponse } = clob;
    const told = reader.ask(path, QueryCallAuctionsRequest, QueryCallAuctionsResponse, asked);
    return { height: reader.height, ...told };
  },
  '/tenor/v1/limits/:address': (reader, params) => {
    const owner = text(params, 'address');
    const path = '/tenor.clob.v1.Query/Limits';
    const { QueryLimitsRequest, QueryLimitsResponse } = clob;
    const limits = reader.ask(path, QueryLimitsRequest, QueryLimitsResponse, { owner });
    return { height: reader.height, ...limits, next: limits.next ?? null };
  },
  '/tenor/v1/liquidations': (reader) => {
    const answer = reader.ask(
      '/tenor.liquidation.v1.Query/Liquidations',
      liquidation.QueryLiquidationsRequest,
      liquidation.QueryLiquidationsResponse,
      {},
    );
    return { height: reader.height, ...answer };
  },
  '/tenor/v1/liquidations/:account/steps': (reader, params) => {
    const answer = reader.ask(
      '/tenor.liquidation.v1.Query/Steps',
      liquidation.QueryStepsRequest,
      liquidation.QueryStepsResponse,
      {
        subaccountId: BigInt(count(params, 'account', 0, Number.MAX_SAFE_INTEGER)),
        ...{ owner: '', number: 0 },
        after: BigInt(count(params, 'after', 0, Number.MAX_SAFE_INTEGER)),
        limit: count(params, 'limit', 50, 200),
      },
    );
    return { height: reader.height, ...answer };
  },
  '/tenor/v1/trades': (reader, params) => {
    const answer = reader.ask(
      '/tenor.clob.v1.Query/Trades',
      clob.QueryTradesRequest,
      clob.QueryTradesResponse,
      {
        symbol: text(params, 'series', ''),
        underlying: text(params, 'underlying', '').toUpperCase(),
        limit: count(params, 'limit', 50, 100),
      },
    );
    return { height: reader.height, ...answer };
  },
  '/tenor/v1/settlements/:expiry': settlement,
  '/tenor/v1/params': governed,
};
