import { describeTicker, describeTrade, indexNameOf } from '../market/describe.ts';
import { underlyingOfIndex, underlyingsOf } from '../market/select.ts';
import { percentOf } from '../market/volIndex.ts';
import { badParam } from '../rpc/rpcError.ts';
import type { Services } from '../services.ts';
import type { Channel, Source } from './source.ts';

const INTERVALS = ['100ms', 'raw', 'agg2'];
export const KINDS = ['option', 'any', 'future', 'spot', 'combo', 'future_combo', 'option_combo'];

export function assertInterval(interval: string | undefined): void {
  if (interval === undefined || INTERVALS.includes(interval)) return;
  throw badParam('channels', `intervals are ${INTERVALS.join(', ')}`);
}

/** Of one instrument after each block in which it looks another way. */
function changing(
  { market }: Services,
  name: string,
  describe: (services: Services['market'], name: string) => object,
): Source {
  const { underlying } = market.mustFind(name);
  const first = () => describe(market, name);
  return {
    first,
    start(emit) {
      let last = '';
      return market.onTickers.on((about) => {
        if (about !== underlying) return;
        const data = describeOrNull(() => first());
        if (data === null) return;
        const text = JSON.stringify({ ...data, timestamp: 0 });
        if (text !== last) emit(data);
        last = text;
      });
    },
  };
}

/** Of an instrument that is gone nothing is told any more. */
function describeOrNull(describe: () => object): object | null {
  try {
    return describe();
  } catch {
    return null;
  }
}

const ticker: Channel = {
  pattern: 'ticker.{instrument_name}.{interval}',
  differs: 'told after each block that changed it, whatever the interval',
  source(services, { instrument_name: name, interval }) {
    assertInterval(interval);
    return changing(services, name!, (market, of) => describeTicker(market, market.mustFind(of)));
  },
};

const quote: Channel = {
  pattern: 'quote.{instrument_name}',
  source: (services, { instrument_name: name }) =>
    changing(services, name!, (market, of) => {
      const told = describeTicker(market, market.mustFind(of));
      return {
        ...{ instrument_name: told.instrument_name, timestamp: told.timestamp },
        ...{ best_bid_price: told.best_bid_price, best_bid_amount: told.best_bid_amount },
        ...{ best_ask_price: told.best_ask_price, best_ask_amount: told.best_ask_amount },
      };
    }),
};

function tradesSource({ market }: Services, isOurs: (symbol: string) => boolean): Source {
  return {
    first: () => undefined,
    start: (emit) =>
      market.onTrades.on((trades) => {
        const ours = trades.filter(({ symbol }) => isOurs(symbol));
        if (ours.length > 0) emit(ours.map(describeTrade));
      }),
  };
}

const trades: Channel = {
  pattern: 'trades.{instrument_name}.{interval}',
  differs: 'told with the block that traded, whatever the interval',
  source(services, { instrument_name: name, interval }) {
    assertInterval(interval);
    const { symbol } = services.market.mustFind(name!);
    return tradesSource(services, (other) => other === symbol);
  },
};

const tradesOfKind: Channel = {
  pattern: 'trades.{kind}.{currency}.{interval}',
  differs: 'there are options only',
  source(services, { kind, currency, interval }) {
    assertInterval(interval);
    if (!KINDS.includes(kind!)) throw badParam('channels', `no kind ${kind!}`);
    const of = underlyingsOf(services.market, currency!);
    if (of.length === 0 || (kind !== 'option' && kind !== 'any')) return null;
    return tradesSource(services, (symbol) => of.includes(symbol.split('-')[0]!));
  },
};

const priceIndex: Channel = {
  pattern: 'deribit_price_index.{index_name}',
  source({ market }, { index_name: name }) {
    const underlying = underlyingOfIndex(market, name!);
    const first = () => {
      const price = market.index(underlying);
      if (price === null) return undefined;
      return { index_name: name!, price, timestamp: market.timeMs };
    };
    return {
      first,
      start: (emit) =>
        market.onIndex.on((about) => {
          const told = about === underlying ? first() : undefined;
          if (told !== undefined) emit(told);
        }),
    };
  },
};

const volatilityIndex: Channel = {
  pattern: 'deribit_volatility_index.{index_name}',
  differs: 'told after each block that changed it',
  source({ market }, { index_name: name }) {
    const underlying = underlyingOfIndex(market, name!);
    const first = () => {
      const ppm = market.volIndexPpm(underlying);
      if (ppm === null) return undefined;
      return { volatility: percentOf(ppm), timestamp: market.timeMs, index_name: name! };
    };
    return {
      first,
      start(emit) {
        let last = market.volIndexPpm(underlying);
        return market.onIndex.on((about) => {
          if (about !== underlying || market.volIndexPpm(underlying) === last) return;
          last = market.volIndexPpm(underlying);
          const told = first();
          if (told !== undefined) emit(told);
        });
      },
    };
  },
};

const markPrices: Channel = {
  pattern: 'markprice.options.{index_name}',
  source({ market }, { index_name: name }) {
    const underlying = underlyingOfIndex(market, name!);
    const first = () =>
      market.listed(underlying).flatMap((listed) => {
        const { mark_price: price, mark_iv: vol, timestamp } = describeTicker(market, listed);
        if (price === null || vol === undefined) return [];
        const iv = vol / 100;
        return [{ instrument_name: listed.name, mark_price: price, iv, timestamp }];
      });
    const start = (emit: (data: unknown) => void) =>
      market.onTickers.on((about) => {
        if (about === underlying) emit(first());
      });
    return { first, start };
  },
};

const instrumentState: Channel = {
  pattern: 'instrument.state.{kind}.{currency}',
  differs: 'states are created, started and deactivated',
  source({ market }, { kind, currency }) {
    if (!KINDS.includes(kind!)) throw badParam('channels', `no kind ${kind!}`);
    const of = underlyingsOf(market, currency!);
    if (of.length === 0 || (kind !== 'option' && kind !== 'any')) return null;
    return {
      first: () => undefined,
      start: (emit) =>
        market.onListing.on(({ instrument, state }) => {
          if (!of.includes(instrument.underlying)) return;
          emit({ instrument_name: instrument.name, state, timestamp: market.timeMs });
        }),
    };
  },
};

export const indexNames = ({ market }: Services): string[] => market.underlyings.map(indexNameOf);

export const marketChannels: readonly Channel[] = [
  ...[ticker, quote, trades, tradesOfKind, priceIndex, volatilityIndex, markPrices],
  instrumentState,
];
