import { ExpiryStatus } from '../../../../proto/gen/tenor.options.v1.ts';
import type { Expiry } from '../../../../proto/gen/tenor.options.v1.ts';
import { lnRatio, settlementTerms, sliceVariance, surfaceAt } from '../../../lib/math/index.ts';
import type { SettlementTerms, Surface, SurfaceSlice } from '../../../lib/math/index.ts';
import { instrumentOf } from '../../options/core/index.ts';
import type { InstrumentMark, InstrumentTerms } from '../../options/core/index.ts';
import { forwardAt, yearsTo } from '../../oracle/core/surface.ts';
import type { Slice } from '../../oracle/core/surface.ts';

const USD = 1e6;
/**
 * Wings are linear in total variance, so that a strike far beyond them minutes before expiry can
 * have any volatility; above this one its price no longer changes, and the risk core's bound ends.
 */
const VOL_MAX = 1_000;

/** What the marks of an expiry are made from: records of the chain, and the time of the block. */
export interface ExpiryFacts {
  /** USD. */
  readonly index: number;
  readonly timeMs: number;
  readonly expirySeconds: number;
  readonly expiry: Pick<Expiry, 'status' | 'settlementUusd' | 'coveredMs' | 'weightedSum'>;
  readonly windowSeconds: number;
  readonly forwards: readonly Pick<Slice, 'expirySeconds' | 'forward'>[];
  /** As it is at the time of the block; undefined where no volatility is to be believed. */
  readonly surface: Surface | undefined;
}

/** What all series of an expiry share, in USD. */
export interface MarkedExpiry {
  readonly forward: number;
  /** Present once the expiry is priced. */
  readonly settlement: number | undefined;
  readonly terms: SettlementTerms;
  readonly secondsToExpiry: number;
  /** Undefined when no surface is there. */
  readonly smile: Smile | undefined;
}

/** The surface at one expiry. */
interface Smile {
  readonly years: number;
  readonly slice: SurfaceSlice;
}

/** What the marks of an expiry rest on at the time of a block. */
export function markExpiry(facts: ExpiryFacts): MarkedExpiry {
  const { index, timeMs, expirySeconds, expiry, windowSeconds, forwards, surface } = facts;
  const secondsToExpiry = Math.max(expirySeconds - timeMs / 1000, 0);
  const years = yearsTo(expirySeconds, timeMs);
  const coveredSeconds = Number(expiry.coveredMs) / 1000;
  const isPriced =
    expiry.status === ExpiryStatus.EXPIRY_STATUS_SETTLING ||
    expiry.status === ExpiryStatus.EXPIRY_STATUS_SETTLED;
  // Expired without a sample yet: the index stands in for the average that has not begun.
  const noAverage = secondsToExpiry === 0 && coveredSeconds === 0;
  return {
    forward: forwardAt(forwards, index, timeMs, expirySeconds),
    settlement: isPriced ? Number(expiry.settlementUusd) / USD : noAverage ? index : undefined,
    secondsToExpiry,
    smile:
      surface === undefined || years === 0
        ? undefined
        : { years, slice: surfaceAt(surface, years) },
    terms: settlementTerms({
      secondsToExpiry,
      windowSeconds,
      weightedSum: Number(BigInt(expiry.weightedSum)) / USD / 1000,
      weightSeconds: noAverage ? 1 : coveredSeconds,
    }),
  };
}

/** The mark of a series in USD, and the volatility that it was made with. */
export function markSeries(
  series: InstrumentTerms,
  index: number,
  expiry: MarkedExpiry,
): InstrumentMark {
  const { forward, secondsToExpiry, smile } = expiry;
  return instrumentOf(series).mark(series, {
    ...expiry,
    index,
    volAt: (strike) => (secondsToExpiry === 0 ? 0 : smile && volAt(smile, forward, strike)),
  });
}

function volAt({ years, slice }: Smile, forward: number, strike: number): number {
  const variance = sliceVariance(slice, lnRatio(strike, forward));
  return Math.min(Math.sqrt(variance / years), VOL_MAX);
}
