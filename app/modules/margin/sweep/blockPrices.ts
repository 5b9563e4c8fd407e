import { settlementFeeOf, expiryOf } from '../../options/index.ts';
import { indexUusdOf } from '../../oracle/index.ts';
import { defined } from '../../../lib/assert.ts';
import type { View } from '../../../runtime/context.ts';
import { shortRequirement } from '../core/index.ts';
import type { StandardParams } from '../core/index.ts';
import { quotesIn } from '../marks.ts';
import type { Quote } from '../marks.ts';
import { params, standardParamsOf } from '../params.ts';
import type { SeriesSlots, Slot } from './seriesSlots.ts';

const PPM = 1e6;

/** What the bound on a maximum loss takes of an expiry. */
export interface ExpiryPrices {
  readonly forward: number;
  readonly settlementFeePerUnit: number;
  readonly rules: StandardParams;
}

/** What the block knows of the series that are held, by slot. */
export interface BlockPrices {
  /** Undefined for a series whose underlying never had a price. */
  readonly quotes: readonly (Quote | undefined)[];
  /** 1 where a price and a volatility are known that are fresh. */
  readonly isKnown: Uint8Array;
  /** The maintenance requirement of one short contract beside nothing else, USD; 0 if unknown. */
  readonly maintenance: Float64Array;
  readonly expiries: readonly (ExpiryPrices | undefined)[];
}

export function blockPrices(view: View, slots: SeriesSlots): BlockPrices {
  const size = slots.slots.length;
  const quotes = new Array<Quote | undefined>(size);
  const isKnown = new Uint8Array(size);
  const maintenance = new Float64Array(size);
  const expiries = new Array<ExpiryPrices | undefined>(size);
  const quoteOf = quotesIn(view);
  let last: Slot | undefined;
  let prices: ExpiryPrices | undefined;
  for (const at of slots.inOrder()) {
    const slot = slots.slots[at]!;
    const { underlyingId, expirySeconds } = slot;
    const isNew =
      last === undefined ||
      last.underlyingId !== underlyingId ||
      last.expirySeconds !== expirySeconds;
    if (isNew && indexUusdOf(view, underlyingId) === undefined) continue;
    const quote = defined(quoteOf(slot.seriesId), 'the series of a position');
    if (isNew) prices = expiryPrices(view, quote);
    last = slot;
    quotes[at] = quote;
    expiries[at] = prices;
    const { mark, vol, index, quality } = quote.mark;
    if (vol === undefined || !quality.isFresh) continue;
    isKnown[at] = 1;
    const strike = slot.strikeUusd / 1e6;
    const { rules } = prices!;
    maintenance[at] = shortRequirement(slot.isCall === 1, strike, mark, index, rules).maintenance;
  }
  return { quotes, isKnown, maintenance, expiries };
}

function expiryPrices(view: View, { series, mark }: Quote): ExpiryPrices {
  const { underlyingId, expirySeconds } = series;
  const expiry = defined(expiryOf(view, underlyingId, expirySeconds), 'the expiry of a series');
  const { feePpm } = settlementFeeOf(view, expiry);
  return {
    forward: mark.forward,
    settlementFeePerUnit: (mark.index * feePpm) / PPM,
    rules: standardParamsOf(params.get(view), underlyingId),
  };
}
