import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { gridOfPortfolio, PortfolioRelief } from '../margin/core/index.ts';
import type { OptionLeg, PortfolioInput, StandardInput } from '../margin/core/index.ts';
import { bandOf, fullFee, markOf } from '../margin/index.ts';
import type { AccountMargin } from '../margin/index.ts';
import { isTrading, mustUnderlyingById } from '../options/index.ts';
import { UNITS_PER_CONTRACT } from '../options/core/index.ts';
import type { View } from '../../runtime/context.ts';
import { standardRequirement } from './core/index.ts';
import type { Cut, Holding, Leg } from './core/index.ts';
import type { Health } from './health.ts';

/**
 * What a subaccount holds, by expiry, with the terms on which each leg can be closed now. Expiries
 * hedge one another in a portfolio, so that it is a holding as a whole too.
 */
export function holdingsOf(view: View, { judged }: Health): Holding[] {
  return judged.mode === MarginMode.MARGIN_MODE_PORTFOLIO
    ? portfolioHoldings(view, judged.input, judged.legs)
    : standardHoldings(view, judged.input, judged.legs);
}

type Legs = AccountMargin['legs'];

const STANDARD = { isPortfolio: false, isWhole: false };

function standardHoldings(view: View, { underlyings }: StandardInput, legs: Legs): Holding[] {
  return underlyings.flatMap((underlying, u) =>
    underlying.expiries.map((expiry, e) => {
      const held = heldLegs(view, expiry.options, legs[u]![e]!.legs);
      const options = held.map(({ option }) => option);
      const alone = { ...underlying, expiries: [{ ...expiry, options }] };
      return { legs: held, requirementAfter: standardRequirement(alone), ...STANDARD };
    }),
  );
}

function portfolioHoldings(view: View, input: PortfolioInput, legs: Legs): Holding[] {
  const { grid, account, places } = gridOfPortfolio(input);
  const relief = new PortfolioRelief(grid, account.positions);
  const found = input.underlyings.flatMap(({ expiries }, u) =>
    expiries.map(({ options }, e) => {
      const at = options.flatMap((option) => (option.quantity === 0 ? [] : [places.get(option)!]));
      return { legs: heldLegs(view, options, legs[u]![e]!.legs), at };
    }),
  );
  const holding = (part: (typeof found)[number], isWhole: boolean): Holding => {
    const requirementAfter = (cut: Cut): bigint =>
      relief.requirementAfter(cut.map(([i, quantity]) => [part.at[i]!, Number(quantity)]));
    return { legs: part.legs, requirementAfter, isPortfolio: true, isWhole };
  };
  const all = { legs: found.flatMap((f) => f.legs), at: found.flatMap(({ at }) => at) };
  const parts = found.map((part) => holding(part, false));
  return found.length > 1 ? [...parts, holding(all, true)] : parts;
}

/** The legs with a position. `options` and `named` are the same legs in the same order. */
function heldLegs(
  view: View,
  options: readonly OptionLeg[],
  named: readonly { readonly series: Series }[],
): Leg[] {
  return options.flatMap((option, i) =>
    option.quantity === 0 ? [] : [legOf(view, named[i]!.series, option)],
  );
}

function legOf(view: View, series: Series, option: OptionLeg): Leg {
  const { id: seriesId, underlyingId } = series;
  const { lot } = mustUnderlyingById(view, underlyingId);
  const isSettledIn = markOf(view, series)?.quality.isSettledIn === true;
  const band = isSettledIn ? bandOf(view, series) : undefined;
  if (band === undefined || !isTrading(view, series)) {
    const closed = { markUusd: 0n, lowUusd: 0n, highUusd: 0n, feeUusd: 0n };
    return { ...{ seriesId, option, lot }, ...closed, isTradable: false };
  }
  // A sale nets more the higher its price, fee taken, so that the mark's fee is the one to count.
  const priceUusd = option.quantity < 0 ? band.highUusd : band.markUusd;
  const feeUusd = fullFee(view, series, priceUusd, UNITS_PER_CONTRACT);
  return { ...{ seriesId, option, lot, feeUusd }, ...band, isTradable: true };
}
