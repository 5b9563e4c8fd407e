import type { SourceKind } from '../config.ts';
import { coinbase } from './coinbase.ts';
import { deribit } from './deribit.ts';
import { kraken } from './kraken.ts';
import type { Source } from './source.ts';

export const sourcesByKind: Readonly<Record<SourceKind, Source>> = { kraken, coinbase, deribit };
