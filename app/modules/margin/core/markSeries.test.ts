import { describe, expect, test } from '@jest/globals';
import { ExpiryStatus, OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import { black76Price, priceAroundSettlement, settlementTerms } from '../../../lib/math/index.ts';
import { SURFACE_NODES } from '../../../lib/surfaceNodes.ts';
import { agedSurface, repairVols } from '../../oracle/core/surface.ts';
import { markExpiry, markSeries } from './markSeries.ts';
import type { ExpiryFacts } from './markSeries.ts';

const EXPIRY = Date.UTC(2026, 11, 25, 8) / 1_000;
const DAY = 86_400;
const YEAR = 365 * DAY;
const WINDOW = 1_800;
const call = { kind: OptionKind.OPTION_KIND_CALL, strikeUusd: 64_000_000_000n };
const put = { ...call, kind: OptionKind.OPTION_KIND_PUT };

/** A smile in expiries around this one: flat at 60%, or higher away from the money. */
function surfaceAt(nowMs: number, slope = 0, thenMs = (EXPIRY - 20 * DAY) * 1_000) {
  const seconds = [EXPIRY - 7 * DAY, EXPIRY, EXPIRY + 30 * DAY].filter((at) => at * 1_000 > thenMs);
  const rows = repairVols(
    seconds,
    seconds.map(() => SURFACE_NODES.map((z) => 0.6 + slope * Math.abs(z))),
    thenMs,
  );
  const slices = seconds.map((expirySeconds, i) => ({
    ...{ expirySeconds, forward: 65_000, variances: rows[i]! },
  }));
  return agedSurface(slices, thenMs, nowMs)!;
}

/** So many seconds before its time. */
function facts(secondsLeft: number, changed: Partial<ExpiryFacts> = {}): ExpiryFacts {
  const timeMs = (EXPIRY - secondsLeft) * 1_000;
  return {
    ...{ index: 64_000, timeMs, expirySeconds: EXPIRY, windowSeconds: WINDOW },
    expiry: {
      ...{ status: ExpiryStatus.EXPIRY_STATUS_TRADING, settlementUusd: 0n },
      ...{ coveredMs: 0n, weightedSum: '0' },
    },
    forwards: [{ expirySeconds: EXPIRY, forward: 68_000 }],
    surface: surfaceAt(timeMs),
    ...changed,
  };
}
const samples = (coveredMs: bigint, weightedSum: string, changed = {}) => ({
  ...{ status: ExpiryStatus.EXPIRY_STATUS_TRADING, settlementUusd: 0n },
  ...{ coveredMs, weightedSum, ...changed },
});

describe('the marks of an expiry', () => {
  test('rest on its forward, the time that is left of it and the surface', () => {
    const marked = markExpiry(facts(10 * DAY));
    expect(marked).toMatchObject({ forward: 68_000, secondsToExpiry: 10 * DAY });
    expect([marked.settlement, marked.smile!.years]).toEqual([undefined, (10 * DAY) / YEAR]);
    const { vol, mark } = markSeries(call, 64_000, marked);
    expect(vol).toBeCloseTo(0.6, 9);
    const years = (10 * DAY - (WINDOW * 2) / 3) / YEAR;
    expect(mark).toBeCloseTo(black76Price(true, 68_000, 64_000, 0.36 * years), 6);
    expect(mark - markSeries(put, 64_000, marked).mark).toBeCloseTo(4_000, 6);
  });

  test('in its window are of the average so far, and of what is left', () => {
    const expiry = samples(900_000n, (63_000n * 1_000_000n * 900_000n).toString());
    const marked = markExpiry(facts(600, { expiry }));
    const sums = { weightedSum: 63_000 * 900, weightSeconds: 900 };
    const terms = settlementTerms({ secondsToExpiry: 600, windowSeconds: WINDOW, ...sums });
    expect(marked.terms).toEqual(terms);
    expect(marked.terms).toMatchObject({ fixed: 37_800, share: 0.4 });
    const { mark, vol } = markSeries(put, 64_000, marked);
    expect(mark).toBeCloseTo(priceAroundSettlement(false, 68_000, 64_000, vol!, terms), 9);
  });

  test('are of the samples once its time is over, and of the index without any', () => {
    const expiry = samples(900_000n, (63_000n * 1_000_000n * 900_000n).toString());
    const late = markExpiry(facts(-5, { expiry, forwards: [] }));
    expect(late).toMatchObject({ secondsToExpiry: 0, settlement: undefined, smile: undefined });
    expect(late.terms).toMatchObject({ fixed: 63_000, share: 0 });
    expect(markSeries(put, 64_000, late)).toEqual({ mark: 1_000, vol: 0 });
    const none = markExpiry(facts(0, { forwards: [], index: 64_250 }));
    expect(none.settlement).toBe(64_250);
    expect(markSeries(call, 64_250, none)).toEqual({ mark: 250, vol: 0 });
    // A second before its end the index still moves it.
    expect(markExpiry(facts(1)).settlement).toBeUndefined();
  });

  test.each([ExpiryStatus.EXPIRY_STATUS_SETTLING, ExpiryStatus.EXPIRY_STATUS_SETTLED])(
    'are of the settlement price where there is one: status %s',
    (status) => {
      const changed = { status, settlementUusd: 63_500_000_000n };
      const priced = markExpiry(facts(0, { expiry: samples(1n, '1', changed) }));
      expect(priced.settlement).toBe(63_500);
      expect(markSeries(put, 64_000, priced)).toEqual({ mark: 500, vol: 0 });
    },
  );

  test('are intrinsic without a surface, and no volatility is above 100,000%', () => {
    const bare = markExpiry(facts(10 * DAY, { surface: undefined }));
    expect(bare.smile).toBeUndefined();
    expect(markSeries(call, 64_000, bare)).toEqual({ mark: 4_000, vol: undefined });
    const { timeMs } = facts(0.001);
    const marked = markExpiry(facts(0.001, { surface: surfaceAt(timeMs, 0.5, timeMs) }));
    const far = { ...call, strikeUusd: 640_000_000_000_000n };
    expect(markSeries(far, 64_000, marked)).toEqual({ mark: 0, vol: 1_000 });
    expect(markSeries(call, 64_000, marked).vol).toBeLessThan(1_000);
  });
});
