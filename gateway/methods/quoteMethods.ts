import { MAX_QUOTES, msgOf } from '../../client/index.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { mustAnswer } from '../account/signing.ts';
import { nameOf, symbolOf } from '../market/instrument.ts';
import { underlyingOfIndex, underlyingsOf } from '../market/select.ts';
import { indexNameOf } from '../market/describe.ts';
import { contracts, QUANTITY_DECIMALS, toUnits, usd, USD_DECIMALS } from '../rpc/decimal.ts';
import { refusedBy } from '../rpc/chainError.ts';
import type { Method, Methods } from '../rpc/method.ts';
import { isObject, Params } from '../rpc/params.ts';
import type { Dict } from '../rpc/params.ts';
import { badParam, RpcError } from '../rpc/rpcError.ts';
import type { Services } from '../services.ts';
import { quoteCancels } from './cancelMethods.ts';
import { assertValid } from './read.ts';

/** One quote of them is at most so much of its group's limit, as Deribit has it by default. */
const GROUP = /^[a-z0-9_-]{1,16}$/;

/** Names are the chain's: lower case. @throws RpcError */
function groupOf(params: Params): string {
  const group = params.textOr('mmp_group', 'default').toLowerCase();
  if (GROUP.test(group)) return group;
  throw badParam('mmp_group', '1 to 16 of a-z, 0-9, - and _');
}

const sent = ({ client }: Services) => ({ sender: client.owner, subaccount: client.subaccount });

/** A side as it is to be; no amount takes it back. */
function sideOf(given: unknown, at: string): clob.QuoteSide | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isObject(given)) throw badParam('quotes', `${at} is an object`);
  const quantity = toUnits(given['amount'], QUANTITY_DECIMALS);
  if (quantity === null) throw new RpcError('invalidAmount', { reason: `${at}.amount` });
  if (quantity === 0n) return { priceUusd: 0n, quantity };
  const priceUusd = toUnits(given['price'], USD_DECIMALS);
  if (priceUusd !== null && priceUusd > 0n) return { priceUusd, quantity };
  throw new RpcError('invalidPrice', { reason: `${at}.price` });
}

/** Quotes as they are sent, and those of instruments that are not listed (any more). */
function quotesOf({ market }: Services, params: Params): Record<'listed' | 'gone', clob.Quote[]> {
  const quotes = params.list('quotes', MAX_QUOTES).map((entry, i): clob.Quote => {
    if (!isObject(entry)) throw badParam('quotes', 'must be a list of objects');
    const series = symbolOf(new Params(entry).text('instrument_name'));
    const [bid, ask] = [sideOf(entry['bid'], `quotes[${i}].bid`), sideOf(entry['ask'], 'ask')];
    if (bid === undefined && ask === undefined) throw badParam('quotes', `quotes[${i}] is empty`);
    return { series, ...(bid === undefined ? {} : { bid }), ...(ask === undefined ? {} : { ask }) };
  });
  const isListed = ({ series }: clob.Quote) => market.find(series) !== null;
  return { listed: quotes.filter(isListed), gone: quotes.filter((quote) => !isListed(quote)) };
}

const sidesOf = ({ bid, ask }: clob.Quote): boolean[] => [
  ...(bid === undefined ? [] : [true]),
  ...(ask === undefined ? [] : [false]),
];

interface Quoted {
  readonly series: string;
  readonly side: string;
  readonly quantity: string;
  readonly orderId: string;
  readonly priceUusd: string;
}

/** `quotes_set` of docs/events.md. */
const quotedIn = (text: string): Quoted[] =>
  text.split(' ').flatMap((one) => {
    const [series = '', side = '', quantity = '0', orderId = '', priceUusd = ''] = one.split(':');
    return quantity === '0' ? [] : [{ series, side, quantity, orderId, priceUusd }];
  });

/** A quote as an order of Deribit's. */
const quoteOrder = (quoted: Quoted, of: Dict, timeMs: number) => ({
  ...{ order_id: quoted.orderId, order_state: 'open', order_type: 'limit', quote: true, mmp: true },
  ...{ instrument_name: nameOf(quoted.series), direction: quoted.side, label: '', api: true },
  ...{ price: usd(quoted.priceUusd), amount: contracts(quoted.quantity), filled_amount: 0 },
  ...{ average_price: 0, post_only: true, reduce_only: false, reject_post_only: true },
  ...{ time_in_force: 'good_til_cancelled', creation_timestamp: timeMs },
  ...{ last_update_timestamp: timeMs, ...of },
});

const refusedSide = (
  series: string,
  isBuy: boolean,
  { code, message }: Pick<RpcError, 'code' | 'message'>,
) => ({
  ...{ instrument_name: nameOf(series), side: isBuy ? 'bid' : 'ask' },
  error: { code, message },
});

async function sendQuotes(services: Services, group: string, quotes: clob.Quote[]) {
  const message = { ...sent(services), group, quotes };
  const msg = msgOf(clob.MsgMassQuote, message, true);
  const outcome = await services.signing.send([
    { msg, told: { type: 'MsgMassQuote', ...message } },
  ]);
  return { outcome, ...mustAnswer(outcome, clob.MsgMassQuoteResponse) };
}

const massQuote: Method = {
  differs:
    'at most 100 quotes, post-only by rejection; price and amount come together; it arms the ' +
    "chain's dead-man switch itself; over HTTP quotes go a minute after the last ones",
  async run(services, params, { connection }) {
    assertValid(params);
    const [quoteId, group] = [params.text('quote_id'), groupOf(params)];
    const { listed, gone } = quotesOf(services, params);
    const errors = gone.flatMap((quote) =>
      sidesOf(quote).map((isBuy) => refusedSide(quote.series, isBuy, new RpcError('notFound'))),
    );
    const series = listed.map((quote) => quote.series);
    if (series.length > 0) await services.disconnects.quoting(connection, group, series);
    const answer = series.length > 0 ? await sendQuotes(services, group, listed) : null;
    for (const { index, isBuy, code } of answer?.refusals ?? []) {
      errors.push(refusedSide(series[index]!, isBuy, refusedBy('clob', code, '')));
    }
    const counts = { errors_count: errors.length, pending_requests_count: 0 };
    if (!params.flag('detailed')) return { ...counts, errors };
    const set = answer?.outcome.events.filter(({ type }) => type === 'quotes_set') ?? [];
    const of = { mmp_group: group, quote_id: quoteId };
    const orders = set.flatMap(({ attributes }) =>
      quotedIn(attributes['quotes'] ?? '').map((one) => quoteOrder(one, of, Date.now())),
    );
    return { ...counts, orders, trades: [], errors };
  },
};

const TYPES = ['all', 'currency', 'currency_pair', 'instrument', 'quote_set_id'] as const;

const cancelQuotes: Method = {
  differs: 'all, currency, currency_pair and instrument; not by delta, quote_set_id or kind',
  async run(services, params) {
    const { market, account } = services;
    const type = params.oneOf('cancel_type', [...TYPES, 'delta', 'instrument_kind']);
    const quotes = Object.values(account.state?.quotes ?? {});
    if (type === 'instrument') {
      const { symbol } = market.mustFind(params.text('instrument_name'));
      const ours = quotes.filter((quote) => quote['series'] === symbol);
      const none = { priceUusd: 0n, quantity: 0n };
      const groups = new Set(ours.map((quote) => quote['group'] as string));
      const messages = [...groups].map((group) => {
        const both = [{ series: symbol, bid: none, ask: none }];
        const message = { ...sent(services), group, quotes: both };
        const msg = msgOf(clob.MsgMassQuote, message, true);
        return { msg, told: { type: 'MsgMassQuote', ...message } };
      });
      if (messages.length === 0) return 0;
      const { responses } = await services.signing.send(messages);
      const answers = responses.filter(
        ({ typeUrl }) => typeUrl === clob.MsgMassQuoteResponse.typeUrl,
      );
      const removed = answers.map(({ value }) => clob.MsgMassQuoteResponse.decode(value).removed);
      return removed.reduce((sum, count) => sum + count, 0);
    }
    let underlyings = market.underlyings;
    if (type === 'currency') underlyings = underlyingsOf(market, params.text('currency', 16));
    else if (type === 'currency_pair') {
      underlyings = [underlyingOfIndex(market, params.text('currency_pair', 32))];
    } else if (type !== 'all') {
      throw new RpcError('notImplemented', { param: 'cancel_type', reason: `not by ${type}` });
    }
    const cancels = quoteCancels(services, underlyings);
    if (cancels.length === 0) return 0;
    const outcome = await services.signing.send(cancels, { isUnordered: true });
    return outcome.responses.reduce((count, { typeUrl, value }) => {
      const isCount = typeUrl === clob.MsgCancelQuotesResponse.typeUrl;
      return isCount ? count + clob.MsgCancelQuotesResponse.decode(value).cancelled : count;
    }, 0);
  },
};

interface Told {
  readonly group: Readonly<Record<string, string | number | undefined>>;
  readonly underlying: string;
  readonly isFrozen: boolean;
}

/** Groups of an index, or of all. */
function groupsOf({ market, account }: Services, params: Params): Told[] {
  const index = params.textOr('index_name', 'all', 32);
  const named = params.has('mmp_group') ? groupOf(params) : null;
  const underlying = index === 'all' ? null : underlyingOfIndex(market, index);
  const groups = Object.values(account.state?.quoteGroups ?? {}) as unknown as Told[];
  return groups.filter(
    ({ group, ...of }) =>
      (named === null || group['name'] === named) &&
      (underlying === null || of.underlying === underlying),
  );
}

const number = (value: string | number | undefined): number => Number(value ?? 0);

const describeGroup = ({ group, underlying }: Told) => ({
  ...{ index_name: indexNameOf(underlying), mmp_group: String(group['name']) },
  interval: Math.round(number(group['windowMs']) / 1_000),
  frozen_time: Math.round(number(group['freezeMs']) / 1_000),
  quantity_limit: contracts(number(group['quantityLimit'])),
  max_quote_quantity: contracts(number(group['maxQuote'])),
  delta_limit: contracts(number(group['deltaLimit'])),
  vega_limit: usd(number(group['vegaLimitUusd'])),
  block_rfq: false,
});

function limitOf(params: Params, name: string, decimals: number): bigint {
  if (!params.has(name)) return 0n;
  const value = toUnits(params.raw[name], decimals);
  if (value !== null) return value;
  throw badParam(name, `must be at least 0, with at most ${decimals} decimals`);
}

const setConfig: Method = {
  differs: 'without mmp_group it is the group "default"; vega for a point; interval 0 freezes it',
  async run(services, params) {
    const underlying = underlyingOfIndex(services.market, params.text('index_name', 32));
    const group = groupOf(params);
    const interval = params.integer('interval', { min: 0, max: 3_600 });
    const frozen = params.integer('frozen_time', { min: 0, max: 86_400 });
    if (interval === 0) {
      const message = { ...sent(services), group, durationMs: 0 };
      const msg = msgOf(clob.MsgFreezeQuoteGroup, message, true);
      await services.signing.send([{ msg, told: { type: 'MsgFreezeQuoteGroup', ...message } }]);
      return [];
    }
    const quantityLimit = limitOf(params, 'quantity_limit', QUANTITY_DECIMALS);
    const message = {
      ...{ ...sent(services), group, underlying, quantityLimit },
      maxQuote: limitOf(params, 'max_quote_quantity', QUANTITY_DECIMALS),
      deltaLimit: limitOf(params, 'delta_limit', QUANTITY_DECIMALS),
      vegaLimitUusd: limitOf(params, 'vega_limit', USD_DECIMALS),
      ...{ windowMs: interval * 1_000, freezeMs: frozen * 1_000 },
    };
    const msg = msgOf(clob.MsgSetQuoteGroup, message, true);
    await services.signing.send([{ msg, told: { type: 'MsgSetQuoteGroup', ...message } }]);
    const name = { name: group, ...message } as unknown as Told['group'];
    return [describeGroup({ group: name, underlying, isFrozen: false })];
  },
};

const resetMmp: Method = {
  async run(services, params) {
    const group = groupOf(params);
    underlyingOfIndex(services.market, params.text('index_name', 32));
    const message = { ...sent(services), group };
    const msg = msgOf(clob.MsgResetQuoteGroup, message, true);
    await services.signing.send([{ msg, told: { type: 'MsgResetQuoteGroup', ...message } }]);
    return 'ok';
  },
};

export const quoteMethods: Methods = {
  'private/mass_quote': massQuote,
  'private/cancel_quotes': cancelQuotes,
  'private/set_mmp_config': setConfig,
  'private/get_mmp_config': {
    differs: 'groups of quotes only: orders outside them have no protection',
    run: (services, params) => groupsOf(services, params).map(describeGroup),
  },
  'private/reset_mmp': resetMmp,
  'private/get_mmp_status': {
    differs: 'groups that are frozen',
    run: (services, params) =>
      groupsOf(services, params)
        .filter(({ isFrozen }) => isFrozen)
        .map(({ group, underlying }) => ({
          ...{ index_name: indexNameOf(underlying), mmp_group: String(group['name']) },
          frozen_until: number(group['frozenUntilMs']),
        })),
  },
};
