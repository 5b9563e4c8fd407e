import { price } from './amounts.ts';
import type { Series } from '../store/markets.ts';
import { expiryText } from './expiryText.ts';

/** As people call it: `64,000 call · 27 Dec 26`. */
export const seriesText = ({ strikeUusd, kind, expiry }: Series): string =>
  `${price(strikeUusd)} ${kind} · ${expiryText(expiry)}`;

/** The same of a symbol alone: `BTC-27DEC26-64000-C`. */
export function partsOf(symbol: string) {
  const [underlying = '', expiry = '', strike = '', kind = ''] = symbol.split('-');
  const level = strike.replace('d', '.').replace(/\B(?=(\d{3})+$)/g, ',');
  const what = kind === 'C' ? 'call' : kind === 'P' ? 'put' : kind;
  return { underlying, expiry, text: `${underlying} ${level} ${what} · ${expiryText(expiry)}` };
}
