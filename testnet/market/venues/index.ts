import type { SourceName } from '../faults.ts';
import { binance } from './binance.ts';
import { binanceOptions } from './binanceOptions.ts';
import { bitstamp } from './bitstamp.ts';
import { bybit } from './bybit.ts';
import { coinbase } from './coinbase.ts';
import { deribit } from './deribit.ts';
import { kraken } from './kraken.ts';
import { okx } from './okx.ts';
import type { Venue } from './venue.ts';

export const venues: Readonly<Record<SourceName, Venue>> = {
  ...{ kraken, coinbase, binance, okx },
  ...{ bybit, bitstamp, deribit, binance_options: binanceOptions },
};
