import { describeTrade } from '../market/describe.ts';
import { underlyingsOf } from '../market/select.ts';
import type { TapeTrade } from '../market/tape.ts';
import type { Method, Methods } from '../rpc/method.ts';
import type { Params } from '../rpc/params.ts';
import { badParam } from '../rpc/rpcError.ts';

const DIFFERS = 'trades of the last day that the gateway knows; trade_seq is the trade id';
const MOST = 1_000;
const DEFAULT = 10;

interface Listed {
  readonly id: string;
  readonly timeMs: string;
}

/** What of trades is asked for. */
export interface Window {
  readonly count: number;
  readonly isAscending: boolean;
  readonly fits: (trade: Listed) => boolean;
}

export function windowOf(params: Params, isByTime: boolean): Window {
  const count = params.integer('count', { min: 1, max: MOST, or: DEFAULT });
  const sorting = params.oneOf('sorting', ['asc', 'desc', 'default'], 'default');
  const from = isByTime ? params.time('start_timestamp') : params.time('start_timestamp', 0);
  const to = params.time('end_timestamp', 8.64e15);
  if (to < from) throw badParam('end_timestamp', 'is before start_timestamp');
  const [first, last] = [bound(params, 'start_seq', 0), bound(params, 'end_seq', Infinity)];
  const [firstId, lastId] = [bound(params, 'start_id', 0), bound(params, 'end_id', Infinity)];
  // By default the newest ones; where a beginning is given the first ones after it.
  const isAscending =
    sorting === 'asc' ||
    (sorting === 'default' && (isByTime || params.has('start_seq') || params.has('start_id')));
  return {
    ...{ count, isAscending },
    fits({ id, timeMs }) {
      const [number, ms] = [Number(id), Number(timeMs)];
      const isInside = number >= first && number <= last && number >= firstId && number <= lastId;
      return isInside && ms >= from && ms <= to;
    },
  };
}

/** A window over trades in order, the newest first unless asked otherwise. */
export function page<T extends Listed>(
  trades: readonly T[],
  { count, isAscending, fits }: Window,
): { readonly page: T[]; readonly hasMore: boolean } {
  const fitting = trades.filter(fits);
  const ordered = isAscending ? fitting : fitting.toReversed();
  return { page: ordered.slice(0, count), hasMore: ordered.length > count };
}

function bound(params: Params, name: string, or: number): number {
  return params.has(name) ? params.integer(name, { min: 0, max: Number.MAX_SAFE_INTEGER }) : or;
}

function answer(trades: readonly TapeTrade[], params: Params, isByTime: boolean) {
  const { page: shown, hasMore } = page(trades, windowOf(params, isByTime));
  return { trades: shown.map(describeTrade), has_more: hasMore };
}

const byInstrument = (isByTime: boolean): Method => ({
  differs: DIFFERS,
  run({ market }, params) {
    const { symbol, underlying } = market.mustFind(params.text('instrument_name'));
    return answer(market.tape(underlying).of(symbol), params, isByTime);
  },
});

const byCurrency = (isByTime: boolean): Method => ({
  differs: DIFFERS,
  run({ market }, params) {
    const kind = params.oneOf('kind', ['option', 'any', 'future', 'spot', 'combo'], 'any');
    const of = underlyingsOf(market, params.text('currency', 16));
    const isAny = kind === 'option' || kind === 'any';
    const trades = isAny ? of.flatMap((name) => market.tape(name).trades) : [];
    const ordered = trades.toSorted((a, b) => Number(a.id) - Number(b.id));
    return answer(ordered, params, isByTime);
  },
});

export const tradeMethods: Methods = {
  'public/get_last_trades_by_instrument': byInstrument(false),
  'public/get_last_trades_by_instrument_and_time': byInstrument(true),
  'public/get_last_trades_by_currency': byCurrency(false),
  'public/get_last_trades_by_currency_and_time': byCurrency(true),
};
