import type { Series, Underlying } from '../../../../../proto/gen/tenor.options.v1.ts';
import type { View } from '../../../../runtime/context.ts';
import { whyNoBand } from '../../../margin/index.ts';
import { clobErrors } from '../../errors.ts';
import { params } from '../../params.ts';
import { volCount } from '../../vols/ladder.ts';
import { volPrice, withinBound } from '../../vols/volPrice.ts';

interface Asked {
  readonly volBp: number;
  readonly boundUusd: bigint;
}

/**
 * What an order by volatility offers when it comes: what the volatility is worth, within its bound.
 * @throws Reject noMark, badTick
 */
export function volLimit(
  view: View,
  { volBp, boundUusd }: Asked,
  series: Series,
  underlying: Underlying,
  isBuy: boolean,
): bigint {
  const worth = volPrice(view, series, underlying, { isBuy, volBp });
  if (worth === undefined) {
    const why = whyNoBand(view, series);
    throw clobErrors.noMark(`prices are not live (${why}): nobody can say what it is worth`);
  }
  if (worth === 0n) {
    throw clobErrors.badTick(
      `a volatility of ${volBp / 100}% is worth less than the first price there is: bid more`,
    );
  }
  return withinBound({ isBuy, volBp, boundUusd }, worth);
}

/** Whether one more may wait on a side. @throws Reject bookFull */
export function assertVolRoom(view: View, { id, symbol }: Series, isBuy: boolean): void {
  const most = params.get(view).maxBookOrders;
  if (volCount(view, id, isBuy) < most) return;
  throw clobErrors.bookFull(
    `${symbol} has ${most} orders by volatility on this side, and takes no more: give a price`,
  );
}
