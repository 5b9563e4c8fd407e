import { PostOnly } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { Underlying } from '../../../../../proto/gen/tenor.options.v1.ts';
import { choiceText, usdText } from '../../../../lib/amountText.ts';
import { defined } from '../../../../lib/assert.ts';
import type { Band } from '../../../margin/index.ts';
import { CENT_UUSD } from '../../../options/core/index.ts';
import { tickFor } from '../../../options/index.ts';
import type { Book } from '../../core/index.ts';
import { clobErrors } from '../../errors.ts';
import { toUusd } from '../../units.ts';

/** @throws Reject badTick */
export function assertTick(underlying: Underlying, priceUusd: bigint): void {
  const tickUusd = tickFor(underlying, priceUusd);
  if (priceUusd % tickUusd === 0n) return;
  const below = priceUusd - (priceUusd % tickUusd);
  const nearest = [below, below + tickUusd].filter((price) => price > 0n);
  throw clobErrors.badTick(
    `prices move by ${usdText(tickUusd)} here: use ${choiceText(nearest.map(usdText))}`,
  );
}

/**
 * A buy may not bid above the band, nor a sell offer below it; passive prices are free.
 * @throws Reject priceBand
 */
export function assertBand(
  underlying: Underlying,
  { lowUusd, highUusd }: Band,
  isBuy: boolean,
  priceUusd: bigint,
): void {
  if (isBuy ? priceUusd <= highUusd : priceUusd >= lowUusd) return;
  // The nearest prices that the tick allows; below the first tick nothing can be bid.
  const highest = tickAtOrBelow(underlying, highUusd);
  const lowest = tickAtOrAbove(underlying, lowUusd);
  const bid = highest === 0n ? 'bid nothing now' : `bid at most ${usdText(highest)}`;
  throw clobErrors.priceBand(
    `${usdText(priceUusd)} is outside the price band: ${bid}, offer at least ${usdText(lowest)}`,
  );
}

/**
 * The limit of a market order: its bound, cut to the band and to the tick table.
 * @throws Reject priceBand when nothing may be bid
 */
export function boundPrice(
  underlying: Underlying,
  band: Band | undefined,
  isBuy: boolean,
  boundUusd: bigint,
): bigint {
  const { lowUusd, highUusd } = defined(band, 'the band of a market order');
  if (!isBuy) return tickAtOrAbove(underlying, boundUusd > lowUusd ? boundUusd : lowUusd);
  const priceUusd = tickAtOrBelow(underlying, boundUusd < highUusd ? boundUusd : highUusd);
  if (priceUusd === 0n) throw clobErrors.badTick('the bound is below the first price there is');
  return priceUusd;
}

/**
 * The price at which a post-only order may rest: its own, or with sliding the nearest on the tick
 * table that does not trade.
 * @throws Reject postOnly when there is none
 */
export function restingPrice(
  book: Book | undefined,
  underlying: Underlying,
  isBuy: boolean,
  priceUusd: bigint,
  postOnly: PostOnly,
): bigint {
  if (postOnly === PostOnly.POST_ONLY_NONE) return priceUusd;
  const best = isBuy ? book?.bestAsk() : book?.bestBid();
  if (best === undefined || best === null) return priceUusd;
  const bestUusd = toUusd(best);
  if (isBuy ? priceUusd < bestUusd : priceUusd > bestUusd) return priceUusd;
  const slidUusd = isBuy ? tickBelow(underlying, bestUusd) : tickAbove(underlying, bestUusd);
  if (postOnly === PostOnly.POST_ONLY_REJECT || slidUusd === 0n) {
    const side = isBuy ? 'offer' : 'bid';
    throw clobErrors.postOnly(
      `it would trade at once with the best ${side} of ${usdText(bestUusd)}: change the price`,
    );
  }
  return slidUusd;
}

// Tick steps begin at multiples of the ticks on both sides, so rounding stays inside a step.

export const tickBelow = (underlying: Underlying, priceUusd: bigint): bigint =>
  tickAtOrBelow(underlying, priceUusd - CENT_UUSD);

export const tickAbove = (underlying: Underlying, priceUusd: bigint): bigint =>
  tickAtOrAbove(underlying, priceUusd + CENT_UUSD);

export const tickAtOrBelow = (underlying: Underlying, priceUusd: bigint): bigint =>
  priceUusd - (priceUusd % tickFor(underlying, priceUusd));

/** More than 0, as every price is. */
export function tickAtOrAbove(underlying: Underlying, priceUusd: bigint): bigint {
  const tickUusd = tickFor(underlying, priceUusd);
  const over = priceUusd % tickUusd;
  return over === 0n && priceUusd > 0n ? priceUusd : priceUusd - over + tickUusd;
}
