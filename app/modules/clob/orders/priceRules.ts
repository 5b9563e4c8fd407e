import { PostOnly } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Underlying } from '../../../../proto/gen/tenor.options.v1.ts';
import type { Band } from '../../margin/index.ts';
import { CENT_UUSD } from '../../options/core/index.ts';
import { tickFor } from '../../options/index.ts';
import type { Book } from '../core/index.ts';
import { clobErrors } from '../errors.ts';
import { toUusd } from '../units.ts';

/** @throws Reject badTick */
export function assertTick(underlying: Underlying, priceUusd: bigint): void {
  const tickUusd = tickFor(underlying, priceUusd);
  if (priceUusd % tickUusd === 0n) return;
  const below = priceUusd - (priceUusd % tickUusd);
  throw clobErrors.badTick(
    `prices move by ${tickUusd}uusd here: use ${below}uusd or ${below + tickUusd}uusd`,
  );
}

/**
 * A buy may not bid above the band, nor a sell offer below it; passive prices are free.
 * @throws Reject priceBand
 */
export function assertBand({ lowUusd, highUusd }: Band, isBuy: boolean, priceUusd: bigint): void {
  if (isBuy ? priceUusd <= highUusd : priceUusd >= lowUusd) return;
  throw clobErrors.priceBand(
    `${priceUusd}uusd is outside the price band: ` +
      `bid at most ${highUusd}uusd, offer at least ${lowUusd}uusd`,
  );
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
      `it would trade at once with the best ${side} of ${bestUusd}uusd: change the price`,
    );
  }
  return slidUusd;
}

// Tick steps begin at multiples of the ticks on both sides, so rounding stays inside a step.

function tickBelow(underlying: Underlying, priceUusd: bigint): bigint {
  const next = priceUusd - CENT_UUSD;
  return next - (next % tickFor(underlying, next));
}

function tickAbove(underlying: Underlying, priceUusd: bigint): bigint {
  const next = priceUusd + CENT_UUSD;
  const tickUusd = tickFor(underlying, next);
  const over = next % tickUusd;
  return over === 0n ? next : next - over + tickUusd;
}
