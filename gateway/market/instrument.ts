import { parseSymbol } from '../../app/modules/options/core/index.ts';
import { OptionKind } from '../../proto/gen/tenor.options.v1.ts';

/** What everything is quoted, margined and settled in, as Deribit calls its kind. */
export const SETTLEMENT = 'USDC';

/** A series as Deribit's clients know it. */
export interface Instrument {
  /** The chain's: `BTC-27DEC26-100000-C`. */
  readonly symbol: string;
  /** The linear one's: `BTC_USDC-27DEC26-100000-C`. */
  readonly name: string;
  readonly underlying: string;
  readonly expiryMs: number;
  /** In USD. */
  readonly strike: number;
  readonly isCall: boolean;
}

const DECIMAL_STRIKE = /-(\d+)d(\d{1,2})-([CP])$/;

/** A decimal strike has `d` for its point there. */
export const nameOf = (symbol: string): string =>
  symbol.replace(/^([A-Z0-9]+)-/, `$1_${SETTLEMENT}-`).replace(/(\d)\.(\d+-[CP])$/, '$1d$2');

/** Both spellings are taken: with the currency, and the chain's own. */
export const symbolOf = (name: string): string =>
  name
    .toUpperCase()
    .replace(new RegExp(`^([A-Z0-9]+)_${SETTLEMENT}-`), '$1-')
    .replace(/-(\d+)D(\d{1,2}-[CP])$/, '-$1d$2')
    .replace(DECIMAL_STRIKE, '-$1.$2-$3');

/** Null for what is no option's symbol. */
export function instrumentOf(symbol: string): Instrument | null {
  const parsed = parseSymbol(symbol);
  if (parsed === null) return null;
  const { underlying, expirySeconds, strikeUusd, kind } = parsed;
  return {
    ...{ symbol, name: nameOf(symbol), underlying },
    expiryMs: Number(expirySeconds) * 1_000,
    strike: Number(strikeUusd) / 1e6,
    isCall: kind === OptionKind.OPTION_KIND_CALL,
  };
}
