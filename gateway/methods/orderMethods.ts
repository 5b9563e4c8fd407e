import type { Fill, Order } from '../account/order.ts';
import type { Span } from '../history.ts';
import { underlyingsOf } from '../market/select.ts';
import { symbolOf } from '../market/instrument.ts';
import type { Method, Methods } from '../rpc/method.ts';
import type { Params } from '../rpc/params.ts';
import { badParam, RpcError } from '../rpc/rpcError.ts';
import type { Services } from '../services.ts';
import { KINDS } from './marketMethods.ts';
import { continuationOf, NO_MORE, orderIdOf } from './read.ts';
import { shown, shownOrder } from './show.ts';
import { page, windowOf } from './tradeMethods.ts';

const ANY_KIND = [...KINDS, 'combo', 'any'] as const;
const TYPES = ['all', 'limit', 'stop_all', 'stop_limit', 'stop_market', 'market'] as const;
const SINCE = 'of an indexer (--history), or orders that ended since the gateway started';
const TRADES = 'of an indexer (--history), or since the start and the last 100 that the node kept';

/** Whether an instrument is of the currency and kind that are asked for. */
function fits(services: Services, params: Params, isNeeded: boolean): (symbol: string) => boolean {
  const currency = isNeeded ? params.text('currency', 16) : params.textOr('currency', 'any', 16);
  const kind = params.oneOf('kind', ANY_KIND, 'any');
  const of = new Set(underlyingsOf(services.market, currency));
  const isOurs = kind === 'any' || kind === 'option';
  return (symbol) => isOurs && of.has(symbol.split('-')[0]!);
}

/** Of one instrument; one that is gone may still be asked for. */
function ofInstrument(params: Params): (symbol: string) => boolean {
  const symbol = symbolOf(params.text('instrument_name'));
  return (other) => other === symbol;
}

/** What rests, of the kinds of orders that are asked for: there are limits only. */
function openBy(services: Services, params: Params, isOurs: (symbol: string) => boolean) {
  const type = params.oneOf('type', [...TYPES, 'trigger_all', 'trailing_all'], 'all');
  if (type !== 'all' && type !== 'limit') return [];
  return services.account.orders.open.filter(({ symbol }) => isOurs(symbol));
}

const opens = (choose: (services: Services, params: Params) => Order[]): Method => ({
  run: (services, params) => choose(services, params).map((order) => shownOrder(services, order)),
});

function byLabel(services: Services, params: Params, orders: readonly Order[]): Order[] {
  const label = params.textOr('label', '');
  return label === '' ? [...orders] : orders.filter((o) => services.trading.labelOf(o) === label);
}

/** The open order with a label. @throws RpcError orderNotFound, nonUniqueLabel */
export function mustOneByLabel(services: Services, params: Params): Order {
  params.text('label');
  const isOurs = ofInstrument(params);
  const found = byLabel(
    services,
    params,
    services.account.orders.open.filter(({ symbol }) => isOurs(symbol)),
  );
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw new RpcError('orderNotFound', { reason: 'no open order has it' });
  throw new RpcError('nonUniqueLabel', { reason: `${found.length} open orders have it` });
}

const history = (choose: (services: Services, params: Params) => (symbol: string) => boolean) => ({
  differs: SINCE,
  async run(services: Services, params: Params) {
    const isOurs = choose(services, params);
    const count = params.integer('count', { min: 1, max: 1_000, or: 20 });
    const offset = params.integer('offset', { min: 0, max: 100_000, or: 0 });
    const withUnfilled = params.flag('include_unfilled');
    const { fromMs = 0, toMs = Infinity, ...span } = spanOf(services, params);
    const [before] = continuationOf(params, /^([1-9]\d{0,14})$/) ?? [];
    const isAsked = (order: Order): boolean =>
      isOurs(order.symbol) &&
      (withUnfilled || order.filled > 0n) &&
      order.createdMs >= fromMs &&
      order.createdMs <= toMs &&
      (before === undefined || Number(order.id) < Number(before));
    const wanted = offset + count;
    const asked = {
      ...{ ...span, fromMs, ...(toMs === Infinity ? {} : { toMs }) },
      ...(before === undefined ? {} : { afterOrderId: before }),
    };
    // One more tells whether anything comes after them.
    const isEnough = (orders: readonly Order[]) => orders.filter(isAsked).length > wanted;
    const older = (await services.history?.ended(asked, isEnough)) ?? [];
    const all = [...older, ...services.account.orders.ended].filter(isAsked);
    const byId = [...new Map(all.map((order) => [order.id, order])).values()].toSorted(
      (a, b) => Number(b.id) - Number(a.id),
    );
    const page = byId.slice(offset, wanted);
    const orders = page.map((order) => shownOrder(services, order));
    if (!params.flag('with_continuation')) return orders;
    return { orders, continuation: byId.length > wanted ? page.at(-1)!.id : NO_MORE };
  },
});

/** What an indexer is asked for: the series or its underlying, and the times that are given. */
function spanOf({ market }: Services, params: Params): Span {
  const [underlying, ...others] = underlyingsOf(market, params.textOr('currency', 'any', 16));
  const isOne = underlying !== undefined && others.length === 0;
  return {
    ...(isOne ? { underlying } : {}),
    ...(params.has('instrument_name') ? { series: symbolOf(params.text('instrument_name')) } : {}),
    ...(params.has('start_timestamp') ? { fromMs: params.time('start_timestamp') } : {}),
    ...(params.has('end_timestamp') ? { toMs: params.time('end_timestamp') } : {}),
  };
}

/** Those of an indexer, and those of the gateway that it does not have yet; oldest first. */
async function allFills(
  { account, history: past }: Services,
  span: Span,
  isEnough?: (newest: readonly Fill[]) => boolean,
): Promise<Fill[]> {
  const own = span.orderId === undefined ? account.fills : account.fillsOf(span.orderId);
  const keyOf = ({ id, isMaker }: Fill) => `${id} ${isMaker}`;
  const known = new Set(own.map(keyOf));
  const older = (await past?.fills(span, isEnough)) ?? [];
  return [...older.filter((fill) => !known.has(keyOf(fill))), ...own].toSorted(
    (a, b) => Number(a.id) - Number(b.id),
  );
}

const userTrades = (
  choose: (services: Services, params: Params) => (symbol: string) => boolean,
  isByTime: boolean,
): Method => ({
  differs: TRADES,
  async run(services, params) {
    const isOurs = choose(services, params);
    const window = windowOf(params, isByTime);
    const isAsked = (fill: Fill): boolean => isOurs(fill.symbol) && window.fits(fill);
    // The newest ones come first: the first ones after a beginning are the last to come.
    const isEnough = (fills: readonly Fill[]): boolean =>
      !window.isAscending && fills.filter(isAsked).length > window.count;
    const all = await allFills(services, spanOf(services, params), isEnough);
    const { page: shownFills, hasMore } = page(all.filter(isAsked), window);
    return { trades: shownFills.map((fill) => shown(services, fill)), has_more: hasMore };
  },
});

const byCurrency = (services: Services, params: Params) => fits(services, params, true);
const byInstrument = (_services: Services, params: Params) => ofInstrument(params);

async function getOrder(services: Services, params: Params): Promise<object> {
  return shownOrder(services, await services.trading.lookUp.mustFind(String(orderIdOf(params))));
}

const stateByLabel: Method = {
  differs: SINCE,
  run(services, params) {
    const isOurs = fits(services, params, true);
    if (!params.has('label')) throw badParam('label', 'is required');
    const { open, ended } = services.account.orders;
    const orders = [...open, ...ended].filter(({ symbol }) => isOurs(symbol));
    return byLabel(services, params, orders).map((order) => shownOrder(services, order));
  },
};

const tradesByOrder: Method = {
  differs: TRADES,
  async run(services, params) {
    const fills = await allFills(services, { orderId: String(orderIdOf(params)) });
    const isAscending = params.oneOf('sorting', ['asc', 'desc', 'default'], 'default') === 'asc';
    return (isAscending ? fills : fills.toReversed()).map((fill) => shown(services, fill));
  },
};

export const orderMethods: Methods = {
  'private/get_open_orders': opens((services, params) =>
    openBy(services, params, fits(services, params, false)),
  ),
  'private/get_open_orders_by_currency': opens((services, params) =>
    openBy(services, params, fits(services, params, true)),
  ),
  'private/get_open_orders_by_instrument': opens((services, params) =>
    openBy(services, params, ofInstrument(params)),
  ),
  'private/get_open_orders_by_label': opens((services, params) =>
    byLabel(services, params, openBy(services, params, fits(services, params, true))),
  ),
  'private/get_order_state': {
    differs: 'as long as the chain knows it: ten minutes after its end',
    run: getOrder,
  },
  'private/get_order_state_by_label': stateByLabel,
  'private/get_order_history_by_currency': history(byCurrency),
  'private/get_order_history_by_instrument': history(byInstrument),
  'private/get_user_trades_by_currency': userTrades(byCurrency, false),
  'private/get_user_trades_by_currency_and_time': userTrades(byCurrency, true),
  'private/get_user_trades_by_instrument': userTrades(byInstrument, false),
  'private/get_user_trades_by_instrument_and_time': userTrades(byInstrument, true),
  'private/get_user_trades_by_order': tradesByOrder,
};
