import { StreamError } from './protocol.ts';
import type { Source } from './source.ts';
import { accountSource } from './sources/account.ts';
import { blocksSource } from './sources/blocks.ts';
import { bookOrdersSource, bookSource } from './sources/book.ts';
import { liquidationsSource } from './sources/liquidations.ts';
import { oracleSource, surfaceSource } from './sources/prices.ts';
import { tickerSource } from './sources/ticker.ts';
import { tradesSource } from './sources/trades.ts';

const UNDERLYING = /^[A-Z0-9]{1,16}$/;
const SYMBOL = /^[A-Z0-9]{1,16}-[A-Z0-9]{5,16}(-[0-9.]{1,20}-[CP])?$/;
const ADDRESS = /^tenor1[0-9a-z]{38,58}$/;

const market = (name: string): { symbol?: string; underlying?: string } | undefined => {
  if (UNDERLYING.test(name)) return { underlying: name };
  return SYMBOL.test(name) ? { symbol: name } : undefined;
};
const when = <T>(isRight: boolean, make: () => T): T | undefined => (isRight ? make() : undefined);

/** What comes after a channel's kind, and what it is a channel of. */
const KINDS: Readonly<Record<string, (name: string) => Source | undefined>> = {
  book: (name) => {
    const [symbol = '', orders, ...rest] = name.split(':');
    if (!SYMBOL.test(symbol) || rest.length > 0) return undefined;
    if (orders === undefined) return bookSource(symbol);
    return when(orders === 'orders', () => bookOrdersSource(symbol));
  },
  trades: (name) => {
    const of = market(name);
    return of && tradesSource(of);
  },
  ticker: (name) => {
    const of = market(name);
    return of && tickerSource(of);
  },
  account: (name) => when(ADDRESS.test(name), () => accountSource(name)),
  oracle: (name) => when(UNDERLYING.test(name), () => oracleSource(name)),
  surface: (name) => when(UNDERLYING.test(name), () => surfaceSource(name)),
  liquidations: (name) => when(name === '', () => liquidationsSource),
  blocks: (name) => when(name === '', () => blocksSource),
};

/** Of what kinds there are channels. */
export const CHANNEL_KINDS: readonly string[] = Object.keys(KINDS);

/** The source of a channel by its name. @throws StreamError that says which names there are */
export function sourceOf(channel: string): Source {
  const [kind = '', ...rest] = channel.split(':');
  const source = Object.hasOwn(KINDS, kind) ? KINDS[kind]!(rest.join(':')) : undefined;
  if (source !== undefined) return source;
  throw new StreamError(
    'unknown_channel',
    'channels are book:SERIES, book:SERIES:orders, trades: and ticker: with UNDERLYING or ' +
      'SERIES, account:ADDRESS, oracle: and surface: with UNDERLYING, liquidations, blocks',
  );
}
