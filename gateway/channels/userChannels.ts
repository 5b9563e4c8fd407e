import { describePortfolio, describePosition, heldOf } from '../account/portfolio.ts';
import type { Fill, Order } from '../account/order.ts';
import { nameOf, SETTLEMENT, symbolOf } from '../market/instrument.ts';
import { underlyingsOf } from '../market/select.ts';
import { shown, shownOrder, shownPosition } from '../methods/show.ts';
import { badParam } from '../rpc/rpcError.ts';
import type { Services } from '../services.ts';
import { assertInterval, KINDS } from './marketChannels.ts';
import type { Channel, Source } from './source.ts';

type Parts = Readonly<Record<string, string>>;
type IsOurs = (symbol: string) => boolean;

/** What an instrument, or a kind and a currency, stand for; null: nothing here is. */
function chosen({ market }: Services, parts: Parts): IsOurs | null {
  assertInterval(parts['interval']);
  if (parts['instrument_name'] !== undefined) {
    const wanted = symbolOf(parts['instrument_name']);
    market.mustFind(wanted);
    return (symbol) => symbol === wanted;
  }
  const { kind = '', currency = '' } = parts;
  if (!KINDS.includes(kind)) throw badParam('channels', `no kind ${kind}`);
  const of = underlyingsOf(market, currency);
  if (of.length === 0 || (kind !== 'any' && kind !== 'option')) return null;
  return (symbol) => of.includes(symbol.split('-')[0]!);
}

/** Both ways to choose: by an instrument, and by kind and currency. */
function both(
  name: string,
  source: (services: Services, isOurs: IsOurs, isRaw: boolean) => Source,
): Channel[] {
  return ['{instrument_name}', '{kind}.{currency}'].map((which) => ({
    pattern: `user.${name}.${which}.{interval}`,
    isPrivate: true,
    differs: 'told with each block, whatever the interval',
    source(services, parts) {
      const isOurs = chosen(services, parts);
      return isOurs === null ? null : source(services, isOurs, parts['interval'] === 'raw');
    },
  }));
}

const orders = both('orders', (services, isOurs, isRaw) => ({
  first: () => undefined,
  start: (emit) =>
    services.account.onOrders.on((touched) => {
      const ours = touched.filter(({ symbol }) => isOurs(symbol));
      const told = ours.map((order) => shownOrder(services, order));
      // One at a time when they come as they are, a list otherwise.
      if (isRaw) for (const order of told) emit(order);
      else if (told.length > 0) emit(told);
    }),
}));

const trades = both('trades', (services, isOurs) => ({
  first: () => undefined,
  start: (emit) =>
    services.account.onFills.on((fills) => {
      const ours = fills.filter(({ symbol }) => isOurs(symbol));
      if (ours.length > 0) emit(ours.map((fill) => shown(services, fill)));
    }),
}));

async function changesOf(services: Services, symbol: string, { orders: some, fills }: Touched) {
  const listed = services.market.find(symbol);
  const held = heldOf(services.account.state).find((one) => one.symbol === symbol);
  const position = held ?? { symbol, quantity: 0n, costUusd: 0n };
  const isHeld = listed !== null && (fills.length > 0 || held !== undefined);
  // What happened is told also where nobody answers what it needs.
  const bare = () => describePosition(services.market, listed!, position);
  return {
    instrument_name: nameOf(symbol),
    orders: [...some.values()].map((order) => shownOrder(services, order)),
    trades: fills.map((fill) => shown(services, fill)),
    positions: isHeld ? [await shownPosition(services, position).catch(bare)] : [],
  };
}

interface Touched {
  readonly orders: Map<string, Order>;
  readonly fills: Fill[];
}

/** Orders and trades by instrument, with the position once the node has told it. */
const changes = both('changes', (services, isOurs) => ({
  first: () => undefined,
  start(emit) {
    const touched = new Map<string, Touched>();
    // A margin is asked for: what comes later waits for what came before.
    let turn = Promise.resolve();
    const of = (symbol: string) => {
      const known: Touched = touched.get(symbol) ?? { orders: new Map(), fills: [] };
      touched.set(symbol, known);
      return known;
    };
    const stops = [
      services.account.onOrders.on((list) => {
        for (const order of list) {
          if (isOurs(order.symbol)) of(order.symbol).orders.set(order.id, order);
        }
      }),
      services.account.onFills.on((list) => {
        for (const fill of list) if (isOurs(fill.symbol)) of(fill.symbol).fills.push(fill);
      }),
      services.account.onPortfolio.on(() => {
        const told = [...touched];
        touched.clear();
        for (const [symbol, of_] of told) {
          turn = turn
            .then(async () => emit(await changesOf(services, symbol, of_)))
            .catch((error: unknown) => services.log({ kind: 'changes', reason: String(error) }));
        }
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  },
}));

const portfolio: Channel = {
  pattern: 'user.portfolio.{currency}',
  isPrivate: true,
  differs: 'all is settled in USDC, so that other currencies are 0',
  source({ account, market }, { currency = '' }) {
    const name = currency.toUpperCase();
    if (name === 'ANY') {
      return source(() => describePortfolio(market, SETTLEMENT, account.state));
    }
    if (underlyingsOf(market, name).length === 0) return null;
    return source(() => describePortfolio(market, name, account.state));

    function source(first: () => object): Source {
      let last = '';
      return {
        first,
        start: (emit) =>
          account.onPortfolio.on(() => {
            const data = first();
            const text = JSON.stringify(data);
            if (text !== last) emit(data);
            last = text;
          }),
      };
    }
  },
};

const mmp: Channel = {
  pattern: 'user.mmp_trigger.{index_name}',
  isPrivate: true,
  source: ({ account }, { index_name: name = '' }) => ({
    first: () => undefined,
    start: (emit) =>
      account.onFrozen.on(({ group, underlying, untilMs }) => {
        const index = `${underlying}_${SETTLEMENT}`.toLowerCase();
        if (name !== 'any' && name !== index && `${name}c` !== index) return;
        emit({ index_name: index, mmp_group: group, frozen_until: untilMs });
      }),
  }),
};

export const userChannels: readonly Channel[] = [...orders, ...trades, ...changes, portfolio, mmp];
