import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_VOTE_EXTENSION_BYTES } from '../../app/lib/feederProtocol.ts';
import { SURFACE_NODES } from '../../app/lib/surfaceNodes.ts';
import { VoteExtension } from '../../proto/gen/tenor.oracle.v1.ts';
import { buildReport } from './buildReport.ts';
import type { ReportRules, Underlying, VolObservation } from './buildReport.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400;
const rules: ReportRules = {
  minSources: 2,
  maxPriceAgeMs: 10_000,
  maxDeviation: 0.02,
  maxVolAgeMs: 60_000,
  multiplyIndex: 1,
};
const TENORS = [1, 2, 3, 7, 14, 30, 90, 180, 365];

function vols(source: string, vol: number, basis = 1, tenors = TENORS): VolObservation {
  const slices = tenors.map((days) => ({
    expirySeconds: NOW / 1000 + days * DAY,
    basis,
    vols: SURFACE_NODES.map(() => vol),
  }));
  return { source, weight: 1, observedMs: NOW, slices };
}

function underlying(id: number, prices: number[], list: VolObservation[]): Underlying {
  const names = ['kraken', 'coinbase', 'deribit'];
  return {
    id,
    symbol: `U${id}`,
    prices: prices.map((price, i) => ({
      source: names[i]!,
      price,
      weight: 1,
      observedMs: NOW,
    })),
    vols: list,
  };
}

const report = (list: Underlying[], changes: Partial<ReportRules> = {}) =>
  buildReport(list, { ...rules, ...changes }, NOW);

describe('a report', () => {
  test('of two underlyings with six expiries each keeps within the bytes of a vote', () => {
    const rich = [1, 2].map((id) => underlying(id, [1e6, 1e6, 1e6], [vols('deribit', 1.6)]));
    const { bytes, extension } = report(rich);
    expect(extension.underlyings.map((u) => u.slices.length)).toEqual([6, 6]);
    expect(bytes.length).toBeLessThanOrEqual(MAX_VOTE_EXTENSION_BYTES);
    expect(VoteExtension.decode(bytes)).toEqual(extension);
  });

  test('keeps within the bytes of a vote whatever happens, the longest tenors going first', () => {
    const price = fc.double({ min: 0.000001, max: 1e9, noNaN: true });
    const vol = fc.double({ min: 0.01, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(price, vol), { maxLength: 60 }), (list) => {
        const all = list.map(([p, v], i) => underlying(i + 1, [p, p, p], [vols('deribit', v)]));
        const { bytes, extension } = report(all);
        expect(bytes.length).toBeLessThanOrEqual(MAX_VOTE_EXTENSION_BYTES);
        if (list.length > 0) expect(extension.underlyings.length).toBeGreaterThan(0);
        for (const { slices } of extension.underlyings) {
          if (slices.length > 0) expect(slices[0]!.expirySeconds).toBe(BigInt(NOW / 1000 + DAY));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('rounds prices to uusd and volatilities to basis points', () => {
    const one = underlying(1, [64000.1234567, 64000.1234567], [vols('deribit', 0.55555, 1.01)]);
    const [reported] = report([one]).extension.underlyings;
    expect(reported!.indexUusd).toBe(64_000_123_457n);
    expect(reported!.slices[0]!.forwardUusd).toBe(64_640_124_692n);
    expect(reported!.slices[0]!.volsBp).toEqual(SURFACE_NODES.map(() => 5556));
  });

  test('leaves out an underlying without an index', () => {
    const { extension, indexes } = report([
      underlying(2, [3_200, 3_201], []),
      underlying(1, [64_000], [vols('deribit', 0.5)]),
    ]);
    expect(extension.underlyings.map((u) => u.underlyingId)).toEqual([2]);
    expect(indexes['U1']!.price).toBeNull();
  });

  test('lists underlyings by id', () => {
    const both = [underlying(2, [1, 1], []), underlying(1, [1, 1], [])];
    expect(report(both).extension.underlyings.map((u) => u.underlyingId)).toEqual([1, 2]);
  });

  test('carries no volatilities of a source whose own index is off', () => {
    const off = underlying(1, [64_000, 64_010, 96_000], [vols('deribit', 0.5)]);
    expect(report([off]).extension.underlyings[0]!.slices).toEqual([]);
  });

  test('carries no volatilities that are too old', () => {
    const old = { ...vols('deribit', 0.5), observedMs: NOW - 60_001 };
    expect(report([underlying(1, [1, 1], [old])]).extension.underlyings[0]!.slices).toEqual([]);
  });

  test('takes the median of several sources of volatility, expiry by expiry', () => {
    const list = [vols('a', 0.5), vols('b', 0.6, 1.02), vols('c', 0.9, 1.01, [1, 2])];
    const { slices } = report([underlying(1, [100, 100], list)]).extension.underlyings[0]!;
    expect(slices[0]!.volsBp[0]).toBe(6000);
    expect(slices[0]!.forwardUusd).toBe(101_000_000n);
    expect(slices.at(-1)!.volsBp[0]).toBe(5500);
  });

  test('lies as it is told to in test mode', () => {
    const one = underlying(1, [100, 100], [vols('deribit', 0.5)]);
    const [reported] = report([one], { multiplyIndex: 1.5 }).extension.underlyings;
    expect(reported!.indexUusd).toBe(150_000_000n);
    expect(reported!.slices[0]!.forwardUusd).toBe(150_000_000n);
  });
});
