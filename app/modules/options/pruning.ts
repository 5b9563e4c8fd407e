import { OptionKind } from '../../../proto/gen/tenor.options.v1.ts';
import type { Series, Underlying } from '../../../proto/gen/tenor.options.v1.ts';
import { assert, defined } from '../../lib/assert.ts';
import { indexOf } from '../oracle/index.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { atTheMoney, stepAt } from './core/index.ts';
import { seriesOfExpiry } from './instruments.ts';
import { listable } from './listing.ts';
import { liveIndex } from './liveIndex.ts';
import { deltasAt } from './liveSmile.ts';
import type { DeltaOf } from './liveSmile.ts';
import { params } from './params.ts';
import { deleteSeries } from './records.ts';

const PPM = 1_000_000;

/**
 * Series that never traded and that no rule would list now, by a wide margin: further from the
 * money than the strikes around it, and so far out of it by the surface that strikes by delta end
 * long before. Nothing of an expiry whose surface is not fresh, or that is too near for new series.
 */
export function outgrownSeries(view: View): Series[] {
  return params.get(view).underlyings.flatMap((underlying) => {
    const isPruned = underlying.enabled && underlying.pruneDeltaPpm > 0;
    const index = isPruned ? liveIndex(view, underlying.id, indexOf) : undefined;
    if (index === undefined) return [];
    return listable(view, underlying.id).flatMap(({ expirySeconds }) => {
      const deltaOf = deltasAt(view, underlying.id, expirySeconds);
      if (deltaOf === undefined) return [];
      const isFar = farFrom(view, underlying, index.indexUusd, expirySeconds, deltaOf);
      return seriesOfExpiry(view, underlying.id, expirySeconds).filter(
        ({ traded, openInterest, strikeUusd, kind }) =>
          !traded && openInterest === 0n && isOption(kind) && isFar(strikeUusd),
      );
    });
  });
}

const isOption = (kind: OptionKind): boolean =>
  kind === OptionKind.OPTION_KIND_CALL || kind === OptionKind.OPTION_KIND_PUT;

function farFrom(
  view: View,
  { strikeSteps, strikesEachSide, pruneDeltaPpm }: Underlying,
  indexUusd: bigint,
  expirySeconds: bigint,
  deltaOf: DeltaOf,
): (strikeUusd: bigint) => boolean {
  const step = stepAt(strikeSteps, Number(expirySeconds), view.header.timeMs);
  const { stepUusd } = defined(step, 'the strike step of any tenor');
  const middle = atTheMoney(indexUusd, stepUusd);
  const edge = BigInt(strikesEachSide) * stepUusd;
  return (strikeUusd) => {
    const away = strikeUusd > middle ? strikeUusd - middle : middle - strikeUusd;
    return away > edge && deltaOf(strikeUusd, strikeUusd > middle) < pruneDeltaPpm / PPM;
  };
}

/** Takes a series off the list in which nobody has anything. */
export function removeSeries(ctx: Ctx, removed: Series): void {
  const { id, symbol, traded, openInterest } = removed;
  assert(!traded && openInterest === 0n, `${symbol} has traded`);
  deleteSeries(ctx, removed);
  ctx.emit('series_removed', { series: symbol, series_id: id.toString() });
}
