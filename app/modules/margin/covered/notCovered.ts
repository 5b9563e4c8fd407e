import { priceText, shortfallText } from '../../../lib/amountText.ts';
import { formatExpiry } from '../../options/core/index.ts';
import { mustUnderlyingById } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import type { Reject } from '../../../runtime/errors.ts';
import { marginErrors } from '../errors.ts';
import { requiredUusd } from './coverOf.ts';
import type { Cover, ExpiryCover } from './coverOf.ts';

/** @param doing what would have to be done to be covered, such as `deposit more` */
export function notCovered(view: View, cover: Cover, doing: string): Reject {
  const open = cover.expiries.find(({ ordered }) => ordered.lossUusd === undefined);
  if (open !== undefined) {
    return marginErrors.notCovered(
      `${nameOf(view, open)} would have more calls sold than bought, and could lose without ` +
        'limit: a covered account sells a call only against one that it holds at that expiry; ' +
        'buy one first, or use another subaccount in standard mode',
    );
  }
  const short = shortfallText(-cover.initialMarginUusd);
  return marginErrors.notCovered(
    `cash would be ${short} short of what settlement can cost${whereOf(view, cover)}: ${doing}`,
  );
}

/** Of a group only a part can fill, which is no bound on what its worst quotes would cost. */
export function quotesNotCovered(): Reject {
  return marginErrors.notCovered(
    'a covered account places orders, and no quotes in groups: cancel the quotes, or quote from ' +
      'a subaccount in another mode',
  );
}

/** The expiry that costs most, and where. */
function whereOf(view: View, { expiries }: Cover): string {
  let worst: ExpiryCover | undefined;
  for (const expiry of expiries) {
    const isMore = requiredUusd(expiry.ordered) > (worst ? requiredUusd(worst.ordered) : 0n);
    if (isMore) worst = expiry;
  }
  if (worst === undefined) return '';
  const { ordered } = worst;
  const [cost, price] = [requiredUusd(ordered), ordered.worstPriceUusd].map(priceText);
  return ` (${nameOf(view, worst)} up to ${cost} USD, at a price of ${price})`;
}

const nameOf = (view: View, { underlyingId, expirySeconds }: ExpiryCover): string =>
  `${mustUnderlyingById(view, underlyingId).symbol}-${formatExpiry(expirySeconds)}`;
