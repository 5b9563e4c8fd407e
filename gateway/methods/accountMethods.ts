import { queries } from '../../client/index.ts';
import type { WhatIf } from '../../client/index.ts';
import { describePortfolio, heldOf } from '../account/portfolio.ts';
import { SETTLEMENT } from '../market/instrument.ts';
import { underlyingsOf } from '../market/select.ts';
import { QUANTITY_DECIMALS, toUnits, usd } from '../rpc/decimal.ts';
import type { Method, Methods } from '../rpc/method.ts';
import type { Params } from '../rpc/params.ts';
import { badParam, RpcError } from '../rpc/rpcError.ts';
import type { Services } from '../services.ts';
import { KINDS } from './marketMethods.ts';
import { amountOf, priceOf } from './read.ts';
import { shownPosition } from './show.ts';

/** Chain-wide numbers of subaccounts are small; 0 before it was opened. */
const idOf = ({ account }: Services): number => Number(account.state?.subaccount['id'] ?? 0);

/** What is of the account, not of a currency. */
function ofAccount(services: Services) {
  const { client } = services;
  const name = `${client.owner}/${client.subaccount}`;
  const type = client.subaccount === 0 ? 'main' : 'subaccount';
  return {
    ...{ id: idOf(services), username: name, system_name: name, type, email: '' },
    ...{ security_keys_enabled: false, login_enabled: false, mmp_enabled: true },
    ...{ interuser_transfers_enabled: false, receive_notifications: false },
  };
}

function feesOf({ market }: Services) {
  const { maker: maker_fee, taker: taker_fee } = market.fees;
  const shape = { currency: SETTLEMENT, fee_type: 'relative', instrument_type: 'option' };
  return [{ ...shape, maker_fee, taker_fee }];
}

/** @throws RpcError for another account, or what is no currency */
function currencyOf({ market }: Services, params: Params): string {
  const currency = params.text('currency', 16).toUpperCase();
  if (currency === SETTLEMENT || underlyingsOf(market, currency).length > 0) return currency;
  throw badParam('currency', `there are ${[...market.underlyings, SETTLEMENT].join(', ')}`);
}

/** Only the gateway's own subaccount may be asked for. */
function assertOwn(services: Services, params: Params): void {
  if (!params.has('subaccount_id')) return;
  const asked = params.integer('subaccount_id', { min: 0, max: Number.MAX_SAFE_INTEGER });
  if (asked === idOf(services)) return;
  const reason = 'this gateway trades for one subaccount: start another for another';
  throw new RpcError('forbidden', { param: 'subaccount_id', reason });
}

const ONE = 'all is settled in USDC, so other currencies are 0; sessions and realised P&L are 0';

const summary: Method = {
  differs: ONE,
  run(services, params) {
    assertOwn(services, params);
    const currency = currencyOf(services, params);
    const { state } = services.account;
    return {
      ...describePortfolio(services.market, currency, state),
      ...ofAccount(services),
      limits: {},
      ...(params.flag('extended') ? { fees: feesOf(services) } : {}),
    };
  },
};

const summaries: Method = {
  differs: ONE,
  run(services, params) {
    assertOwn(services, params);
    const { market, account } = services;
    const currencies = [...market.underlyings, SETTLEMENT];
    return {
      ...ofAccount(services),
      summaries: currencies.map((currency) => ({
        ...describePortfolio(market, currency, account.state),
        ...{ limits: {}, fees: currency === SETTLEMENT ? feesOf(services) : [] },
      })),
    };
  },
};

const SHARE =
  'margins are what closing it would take off those of the account, which is judged as a whole; ' +
  'open_orders_margin is 0, or null where orders rest in the series';

const positions: Method = {
  differs: `${SHARE}; a closed position is not shown`,
  run(services, params) {
    const { market, account } = services;
    const of = underlyingsOf(market, params.textOr('currency', 'any', 16));
    const kind = params.oneOf('kind', [...KINDS, 'any'], 'any');
    if (kind !== 'any' && kind !== 'option') return [];
    const held = heldOf(account.state).filter(({ symbol }) => {
      const listed = market.find(symbol);
      return listed !== null && of.includes(listed.underlying);
    });
    return Promise.all(held.map((one) => shownPosition(services, one)));
  },
};

const position: Method = {
  differs: SHARE,
  run(services, params) {
    const { symbol } = services.market.mustFind(params.text('instrument_name'));
    const held = heldOf(services.account.state).find((one) => one.symbol === symbol);
    return shownPosition(services, held ?? { symbol, quantity: 0n, costUusd: 0n });
  },
};

const MOST_TRADES = 100;

/** `{"BTC_USDC-…": 1.5}` as trades; sizes may be negative. */
function tradesOf({ market }: Services, params: Params): WhatIf['trades'] {
  if (!params.has('simulated_positions')) return [];
  const entries = Object.entries(params.object('simulated_positions'));
  if (entries.length > MOST_TRADES) {
    throw badParam('simulated_positions', `more than ${MOST_TRADES} instruments`);
  }
  return entries.map(([name, size]) => {
    const text = String(size);
    const units = toUnits(text.replace(/^-/, ''), QUANTITY_DECIMALS);
    if (units === null) throw badParam('simulated_positions', `${name.slice(0, 64)}: no size`);
    const { symbol: series } = market.mustFind(name);
    return { series, quantity: text.startsWith('-') ? -units : units };
  });
}

const simulate: Method = {
  differs: 'at marks of now, fees as a taker; Greeks are of what is held',
  async run(services, params) {
    const currency = currencyOf(services, params);
    const { account, client, market } = services;
    const closing = params.flag('add_positions', true)
      ? []
      : heldOf(account.state).map(({ symbol, quantity }) => ({
          ...{ series: symbol, quantity: -quantity },
        }));
    const trades = [...closing, ...tradesOf(services, params)];
    const { after } = await client.whatIf({ trades });
    return describePortfolio(market, currency, account.state, after);
  },
};

const margins: Method = {
  differs: 'what the order would take of the available funds if it filled',
  async run({ market, client }, params) {
    const { symbol: series, state } = market.mustFind(params.text('instrument_name'));
    const [quantity, priceUusd] = [amountOf(params), priceOf(params)];
    const [buy, sell] = await Promise.all(
      [quantity, -quantity].map(async (size) => {
        const trades = [{ series, quantity: size, priceUusd }];
        const { before, after } = await client.whatIf({ trades });
        return Math.max(0, usd(before!.initialUusd - after!.initialUusd));
      }),
    );
    const { mark } = state;
    return {
      ...{ buy, sell, min_price: mark === undefined ? null : usd(mark.bandLowUusd) },
      max_price: mark === undefined ? null : usd(mark.bandHighUusd),
    };
  },
};

const subaccounts: Method = {
  differs: 'those of the owner on the chain',
  async run(services) {
    const { owner } = services.client;
    const { subaccounts: all } = await services.client.ask(queries.subaccounts, { owner });
    return all.map(({ id, number }) => ({
      ...{ id: Number(id), type: number === 0 ? 'main' : 'subaccount', email: '' },
      ...{ username: `${owner}/${number}`, system_name: `${owner}/${number}` },
      ...{ receive_notifications: false, is_password: false, login_enabled: false },
      security_keys_enabled: false,
    }));
  },
};

export const accountMethods: Methods = {
  'private/get_account_summary': summary,
  'private/get_account_summaries': summaries,
  'private/get_positions': positions,
  'private/get_position': position,
  'private/get_subaccounts': subaccounts,
  'private/simulate_portfolio': simulate,
  'private/get_margins': margins,
};
