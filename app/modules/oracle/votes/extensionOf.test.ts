import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VoteExtension } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { ExpiryView, FeederReport } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { MAX_VOTE_EXTENSION_BYTES } from '../../../lib/feederProtocol.ts';
import { SURFACE_NODES } from '../../../lib/surfaceNodes.ts';
import { extensionOf } from './extensionOf.ts';
import { isAcceptable } from './report.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400;
const seen = (usd: number, ageMs = 0) => ({
  priceUusd: BigInt(Math.round(usd * 1e6)),
  ...{ ageMs, sources: 2, dispersionPpm: 0 },
});

function expiry(days: number, price: number, volBp: number, ageMs = 0): ExpiryView {
  const volsBp = SURFACE_NODES.map(() => volBp);
  return {
    expirySeconds: BigInt(NOW / 1000 + days * DAY),
    forward: seen(price, ageMs),
    smile: { volsBp, ageMs, sources: 1, extrapolated: 0 },
  };
}

const TENORS = [1, 2, 3, 7, 14, 30, 90, 180, 365];
const rich = (underlyingId: number, price: number, volBp: number) => ({
  underlyingId,
  index: seen(price),
  expiries: TENORS.map((days) => expiry(days, price, volBp)),
});
const report = (underlyings: FeederReport['underlyings']): FeederReport => ({
  ...{ version: 1, underlyings, stablecoins: [], sources: [] },
});

describe('the extension of a report', () => {
  test('has two underlyings with six expiries each within the bytes of a vote', () => {
    const extension = extensionOf(report([rich(1, 1e6, 16_000), rich(2, 1e6, 16_000)]), NOW, NOW);
    expect(extension.underlyings.map((u) => u.slices.length)).toEqual([6, 6]);
    expect(isAcceptable(VoteExtension.encode(extension), MAX_VOTE_EXTENSION_BYTES)).toBe(true);
  });

  test('keeps within the bytes of a vote whatever happens, the longest tenors going first', () => {
    const price = fc.double({ min: 0.000001, max: 1e9, noNaN: true });
    const vol = fc.integer({ min: 100, max: 50_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(price, vol), { maxLength: 32 }), (list) => {
        const all = list.map(([p, v], i) => rich(i + 1, p, v));
        const extension = extensionOf(report(all), NOW, NOW);
        const bytes = VoteExtension.encode(extension);
        expect(isAcceptable(bytes, MAX_VOTE_EXTENSION_BYTES)).toBe(true);
        if (list.length > 0) expect(extension.underlyings.length).toBeGreaterThan(0);
        for (const { slices } of extension.underlyings) {
          if (slices.length > 0) expect(slices[0]!.expirySeconds).toBe(BigInt(NOW / 1000 + DAY));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('leaves out what is too old by the time it is said', () => {
    const views = [
      { underlyingId: 1, index: seen(100, 10_000), expiries: [expiry(1, 100, 5_000, 55_000)] },
      { underlyingId: 2, index: seen(100), expiries: [expiry(1, 100, 5_000, 60_000)] },
      { underlyingId: 3, index: undefined, expiries: [expiry(1, 100, 5_000)] },
      { underlyingId: 4, index: seen(100), expiries: [{ ...expiry(1, 1, 1), smile: undefined }] },
    ];
    const counts = (atMs: number) =>
      extensionOf(report(views), NOW, atMs).underlyings.map((u) => [
        u.underlyingId,
        u.slices.length,
      ]);
    expect(counts(NOW)).toEqual([
      [1, 1],
      [2, 1],
      [4, 0],
    ]);
    expect(counts(NOW + 5_000)).toEqual([
      [1, 1],
      [2, 0],
      [4, 0],
    ]);
    expect(counts(NOW + 5_001)).toEqual([
      [2, 0],
      [4, 0],
    ]);
  });
});
