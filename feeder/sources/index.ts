import type { SourceKind } from '../config.ts';
import { binance } from './binance.ts';
import { binanceOptions } from './binanceOptions.ts';
import { bitstamp } from './bitstamp.ts';
import { bybit } from './bybit.ts';
import { coinbase } from './coinbase.ts';
import { deribit } from './deribit.ts';
import { kraken } from './kraken.ts';
import { okx } from './okx.ts';
import type { Source } from './source.ts';

export const sourcesByKind: Readonly<Record<SourceKind, Source>> = {
  ...{ kraken, coinbase, binance, okx },
  ...{ bybit, bitstamp, deribit, binance_options: binanceOptions },
};
