import { OptionKind } from '../../proto/gen/tenor.options.v1.ts';
import type { Series } from '../../proto/gen/tenor.options.v1.ts';
import { positionsOf } from '../accounts/index.ts';
import { defined } from '../lib/assert.ts';
import type { OptionLeg } from '../margin/core/index.ts';
import { bandOf, fillFee } from '../margin/index.ts';
import { isTrading, mustUnderlyingById, seriesById } from '../options/index.ts';
import { UNITS_PER_CONTRACT } from '../options/core/index.ts';
import type { View } from '../runtime/context.ts';
import type { BlockRules } from './blockRules.ts';
import type { Holding, Leg } from './core/index.ts';
import type { Health } from './health.ts';

const USD = 1e6;

/** What a subaccount holds, by expiry, with the terms on which each leg can be closed now. */
export function holdingsOf(
  view: View,
  id: bigint,
  { input, keys }: Health,
  rules: BlockRules,
): Holding[] {
  const series = new Map<string, Series>();
  for (const { seriesId } of positionsOf(view, id)) {
    const held = defined(seriesById(view, seriesId), 'the series of a position');
    const isCall = held.kind === OptionKind.OPTION_KIND_CALL;
    const strike = Number(held.strikeUusd) / USD;
    series.set(nameOf(held.underlyingId, held.expirySeconds, isCall, strike), held);
  }
  return input.underlyings.flatMap((underlying, u) =>
    underlying.expiries.map((expiry, e) => {
      const { underlyingId, expirySeconds } = keys[u]![e]!;
      const options = expiry.options.filter(({ quantity }) => quantity !== 0);
      const legs = options.map((option) => {
        const name = nameOf(underlyingId, expirySeconds, option.isCall, option.strike);
        return legOf(view, defined(series.get(name), 'the series of a leg'), option, rules);
      });
      return { underlying: { ...underlying, expiries: [{ ...expiry, options }] }, legs };
    }),
  );
}

const nameOf = (underlyingId: number, expiry: bigint, isCall: boolean, strike: number): string =>
  `${underlyingId}/${expiry}/${isCall}/${strike}`;

function legOf(view: View, series: Series, option: OptionLeg, { settledIn }: BlockRules): Leg {
  const { id: seriesId, underlyingId } = series;
  const { lot } = mustUnderlyingById(view, underlyingId);
  const band = settledIn.has(underlyingId) ? bandOf(view, series) : undefined;
  if (band === undefined || !isTrading(view, series)) {
    const closed = { markUusd: 0n, lowUusd: 0n, highUusd: 0n, feeUusd: 0n };
    return { ...{ seriesId, option, lot }, ...closed, isTradable: false };
  }
  // A sale nets more the higher its price, fee taken, so that the mark's fee is the one to count.
  const priceUusd = option.quantity < 0 ? band.highUusd : band.markUusd;
  const feeUusd = fillFee(view, series, priceUusd, UNITS_PER_CONTRACT, false);
  return { ...{ seriesId, option, lot, feeUusd }, ...band, isTradable: true };
}
