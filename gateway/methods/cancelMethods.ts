import { msgOf } from '../../client/index.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import type { Signed } from '../account/signing.ts';
import { underlyingsOf } from '../market/select.ts';
import type { Method, Methods } from '../rpc/method.ts';
import type { Params } from '../rpc/params.ts';
import type { Services } from '../services.ts';
import { KINDS } from './marketMethods.ts';
import { orderIdOf } from './read.ts';
import { shownOrder } from './show.ts';

type Group = NonNullable<clob.QuoteGroupState['group']>;

/** Groups of quotes of the account that rest something. */
function groupsOf({ account }: Services): { readonly name: string; readonly underlying: string }[] {
  const groups = Object.values(account.state?.quoteGroups ?? {});
  return groups.flatMap((state) => {
    const { group, underlying, quotes } = state as unknown as {
      readonly group: Pick<Group, 'name'>;
      readonly underlying: string;
      readonly quotes: number;
    };
    return quotes > 0 ? [{ name: group.name, underlying }] : [];
  });
}

/** Messages that take back what groups quote, of some underlyings. */
export function quoteCancels(services: Services, underlyings: readonly string[]) {
  const { owner: sender, subaccount } = services.client;
  return groupsOf(services)
    .filter(({ underlying }) => underlyings.includes(underlying))
    .map(({ name: group }): Signed<object> => {
      const message = { sender, subaccount, group };
      const msg = msgOf(clob.MsgCancelQuotes, message, true);
      return { msg, told: { type: 'MsgCancelQuotes', ...message } };
    });
}

/** Kinds and types of orders of which there are some here. */
function isOurs(params: Params): boolean {
  const kind = params.oneOf('kind', [...KINDS, 'combo', 'any'], 'any');
  const type = params.oneOf('type', ['all', 'limit', 'stop', 'trigger_all', 'stop_all'], 'all');
  return (kind === 'any' || kind === 'option') && (type === 'all' || type === 'limit');
}

async function cancelOf(services: Services, underlyings: readonly string[]): Promise<number> {
  const { trading, market } = services;
  const isAll = underlyings.length === market.underlyings.length;
  if (isAll) return trading.cancelAll({}, quoteCancels(services, underlyings));
  let cancelled = 0;
  for (const underlying of underlyings) {
    cancelled += await trading.cancelAll({ underlying }, quoteCancels(services, [underlying]));
  }
  return cancelled;
}

const NUMBER = 'always a number of orders, never a list; quotes go, too, and are not counted';

const byCurrency: Method = {
  differs: NUMBER,
  run: (services, params) => {
    const underlyings = underlyingsOf(services.market, params.text('currency', 16));
    return isOurs(params) ? cancelOf(services, underlyings) : 0;
  },
};

/** Of one series, quotes by quoting nothing there. */
const byInstrument: Method = {
  differs: NUMBER,
  async run(services, params) {
    const { symbol } = services.market.mustFind(params.text('instrument_name'));
    if (!isOurs(params)) return 0;
    const { owner: sender, subaccount } = services.client;
    const quotes = Object.values(services.account.state?.quotes ?? {});
    const groups = new Set(
      quotes.flatMap((quote) => (quote['series'] === symbol ? [quote['group'] as string] : [])),
    );
    const none = { priceUusd: 0n, quantity: 0n };
    const withdrawn = [...groups].map((group): Signed<object> => {
      const message = {
        sender,
        subaccount,
        group,
        quotes: [{ series: symbol, bid: none, ask: none }],
      };
      const msg = msgOf(clob.MsgMassQuote, message, true);
      return { msg, told: { type: 'MsgMassQuote', ...message } };
    });
    return services.trading.cancelAll({ series: symbol }, withdrawn);
  },
};

export const cancelMethods: Methods = {
  'private/cancel': {
    differs: 'answers when it is in a block',
    async run(services, params) {
      return shownOrder(services, await services.trading.cancel(orderIdOf(params)));
    },
  },
  'private/cancel_all': {
    differs: NUMBER,
    run: (services) => cancelOf(services, services.market.underlyings),
  },
  'private/cancel_all_by_currency': byCurrency,
  'private/cancel_all_by_kind_or_type': {
    differs: NUMBER,
    run: async (services, params) => {
      let cancelled = 0;
      if (!isOurs(params)) return cancelled;
      const names = params.has('currency') ? params.texts('currency', 16) : ['any'];
      const all = names.flatMap((name) => underlyingsOf(services.market, name));
      cancelled += await cancelOf(services, [...new Set(all)]);
      return cancelled;
    },
  },
  'private/cancel_all_by_instrument': byInstrument,
  'private/cancel_by_label': {
    differs: 'of orders that the gateway labelled, or whose client order id it is',
    run({ market, account, trading }, params) {
      const label = params.text('label');
      const of = underlyingsOf(market, params.textOr('currency', 'any', 16));
      const fitting = account.orders.open.filter(
        (order) => trading.labelOf(order) === label && of.includes(order.symbol.split('-')[0]!),
      );
      return trading.cancelEach(fitting.map(({ id }) => id));
    },
  },
};
