import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  FeederReport,
  SourceState,
  SourceSubject,
  Venue,
} from '../../proto/gen/tenor.oracle.v1.ts';
import type { SourceHealth } from '../../proto/gen/tenor.oracle.v1.ts';
import { readFeederReport } from './feederReport.ts';
import { SURFACE_NODES } from './surfaceNodes.ts';

const price = { priceUusd: 64_000_000_000n, ageMs: 700, sources: 3, dispersionPpm: 12 };
const smile = {
  volsBp: SURFACE_NODES.map(() => 5_500),
  ...{ ageMs: 2_000, sources: 2, extrapolated: 0b100000001 },
};
const expiry = { expirySeconds: 1_800_000_000n, forward: price, smile };
const source: SourceHealth = {
  ...{ source: 'kraken', venue: Venue.VENUE_KRAKEN, id: 1, ageMs: 700 },
  ...{ subject: SourceSubject.SOURCE_SUBJECT_INDEX, state: SourceState.SOURCE_STATE_USED },
  ...{ deviationPpm: -20, failures: 0, problem: '' },
};
const good: FeederReport = {
  version: 1,
  underlyings: [{ underlyingId: 1, index: price, expiries: [expiry] }],
  stablecoins: [{ stablecoinId: 1, price }],
  sources: [source],
};
const underlying = good.underlyings[0]!;
const withExpiry = (changes: object): FeederReport => ({
  ...good,
  underlyings: [{ ...underlying, expiries: [{ ...expiry, ...changes }] }],
});
const withSource = (changes: object): FeederReport => ({
  ...good,
  sources: [{ ...source, ...changes }],
});

describe('a report of a feeder', () => {
  test('is read as it was written, with and without its parts', () => {
    const bare = { underlyingId: 2, index: undefined, expiries: [{ expirySeconds: 1n }] };
    for (const report of [good, { ...good, underlyings: [underlying, bare] }]) {
      expect(readFeederReport(FeederReport.encode(report))).toEqual(report);
    }
  });

  test.each<[string, FeederReport]>([
    ['another version', { ...good, version: 2 }],
    ['an underlying twice', { ...good, underlyings: [underlying, underlying] }],
    ['an underlying 0', { ...good, underlyings: [{ ...underlying, underlyingId: 0 }] }],
    [
      'a price of 0',
      { ...good, stablecoins: [{ stablecoinId: 1, price: { ...price, priceUusd: 0n } }] },
    ],
    ['a price of 2^63', withExpiry({ forward: { ...price, priceUusd: 1n << 63n } })],
    ['a price without a source', withExpiry({ forward: { ...price, sources: 0 } })],
    ['an expiry before 1970', withExpiry({ expirySeconds: -1n })],
    ['a node too few', withExpiry({ smile: { ...smile, volsBp: smile.volsBp.slice(1) } })],
    [
      'a volatility of 501%',
      withExpiry({ smile: { ...smile, volsBp: smile.volsBp.map(() => 50_001) } }),
    ],
    ['a tenth node extrapolated', withExpiry({ smile: { ...smile, extrapolated: 512 } })],
    ['a source without a name', withSource({ source: '' })],
    ['a source of an unknown venue', withSource({ venue: 99 })],
    ['a long story', withSource({ problem: 'x'.repeat(201) })],
  ])('with %s is refused', (_, report) => {
    expect(readFeederReport(FeederReport.encode(report))).toBeNull();
  });

  test('of random or mutated bytes is read or refused, and never throws', () => {
    const honest = [...FeederReport.encode(good)];
    const mutated = fc
      .array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { maxLength: 4 })
      .map((changes) => {
        const bytes = Uint8Array.from(honest);
        for (const [at, to] of changes) bytes[at] = to;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
        const report = readFeederReport(bytes);
        if (report !== null)
          expect(FeederReport.decode(FeederReport.encode(report))).toEqual(report);
      }),
      { numRuns: Number(process.env['TENOR_FUZZ_RUNS'] ?? 300) },
    );
  });
});
