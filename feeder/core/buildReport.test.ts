import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFeederReport } from '../../app/lib/feederReport.ts';
import { SURFACE_NODES } from '../../app/lib/surfaceNodes.ts';
import {
  FeederReport,
  SourceState,
  SourceSubject,
  Venue,
} from '../../proto/gen/tenor.oracle.v1.ts';
import { buildReport } from './buildReport.ts';
import type { ReportRules } from './buildReport.ts';
import type { Asked, ChainAnswer, PriceAnswer, Stablecoin, Underlying } from './observation.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400;
const rules: ReportRules = {
  ...{ minSources: 2, maxAgeMs: 10_000, maxDeviation: 0.02 },
  ...{ minVolSources: 1, maxVolAgeMs: 60_000, maxVolDeviation: 0.25 },
  ...{ minStablecoinSources: 2, maxStablecoinAgeMs: 60_000, multiplyIndex: 1 },
};
const TENORS = [1, 2, 3, 7, 14, 30, 90, 180, 365];
const ref = (name: string) => ({ name, venue: Venue.VENUE_KRAKEN, weight: 1 });
const answered = <T>(name: string, answer: T): Asked<T> => ({
  source: ref(name),
  answer,
  failures: 0,
  problem: '',
});

interface ChainChanges extends Partial<ChainAnswer> {
  readonly basis?: number;
  readonly tenors?: readonly number[];
  readonly seenMs?: number;
  readonly extrapolated?: number;
}

function chain(name: string, vol: number, changes: ChainChanges = {}): Asked<ChainAnswer> {
  const { basis = 1, tenors = TENORS, seenMs = NOW, extrapolated = 0, ...rest } = changes;
  const expiries = tenors.map((days) => ({
    ...{ expirySeconds: NOW / 1000 + days * DAY, basis, seenMs, extrapolated },
    vols: SURFACE_NODES.map(() => vol),
  }));
  return answered(name, { reference: 100, quote: 'USD', expiries, ...rest });
}

const price = (name: string, value: number, quote = 'USD', seenMs = NOW) =>
  answered<PriceAnswer>(name, { price: value, quote, seenMs });
const underlying = (
  id: number,
  prices: readonly Asked<PriceAnswer>[],
  chains: readonly Asked<ChainAnswer>[] = [],
): Underlying => ({ id, symbol: `U${id}`, prices, chains });
const hundred = [price('a', 100), price('b', 100)];
const of = (list: Underlying[], coins: Stablecoin[] = [], changes: Partial<ReportRules> = {}) =>
  buildReport(list, coins, { ...rules, ...changes }, NOW);
const expiriesOf = (...chains: Asked<ChainAnswer>[]) =>
  of([underlying(1, hundred, chains)]).underlyings[0]!.expiries;
const stateOf = (report: FeederReport, name: string, subject: SourceSubject) =>
  report.sources.find((s) => s.source === name && s.subject === subject)?.state;
const { SOURCE_SUBJECT_INDEX: INDEX, SOURCE_SUBJECT_OPTIONS: OPTIONS } = SourceSubject;

describe('a report', () => {
  test('has every expiry, and is valid for the application', () => {
    const all = [1, 2, 3].map((id) => underlying(id, hundred, [chain('deribit', 1.6)]));
    const report = of(all);
    expect(report.underlyings.map((u) => u.expiries.length)).toEqual([9, 9, 9]);
    expect(readFeederReport(FeederReport.encode(report))).toEqual(report);
  });

  test('is valid for the application whatever the sources say', () => {
    const value = fc.double({ min: 0.000001, max: 1e9, noNaN: true });
    const vol = fc.double({ min: 0.01, max: 5, noNaN: true });
    const age = fc.integer({ min: -5_000, max: 100_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, vol, age), { maxLength: 20 }), (list) => {
        const all = list.map(([p, v, ageMs], i) => {
          const seenMs = NOW - ageMs;
          const prices = [price('a', p, 'USD', seenMs), price('b', p, 'USDT')];
          return underlying(i + 1, prices, [chain('c', v, { reference: p, seenMs })]);
        });
        const coin = { id: 1, symbol: 'USDT', prices: [price('a', 1), price('b', 0.99)] };
        expect(readFeederReport(FeederReport.encode(of(all, [coin])))).not.toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  test('rounds prices to uusd and volatilities to basis points', () => {
    const prices = [price('a', 64000.1234567), price('b', 64000.1234567)];
    const deribit = chain('deribit', 0.55555, { basis: 1.01, reference: 64_000 });
    const [reported] = of([underlying(1, prices, [deribit])]).underlyings;
    expect(reported!.index?.priceUusd).toBe(64_000_123_457n);
    expect(reported!.expiries[0]!.forward?.priceUusd).toBe(64_640_124_691n);
    expect(reported!.expiries[0]!.smile?.volsBp).toEqual(SURFACE_NODES.map(() => 5556));
  });

  test('says of an underlying without an index that it has none, and goes on', () => {
    const report = of([
      underlying(2, [price('a', 3_200), price('b', 3_201)]),
      underlying(1, [price('a', 100)], [chain('deribit', 0.5)]),
    ]);
    expect(report.underlyings).toMatchObject([
      { underlyingId: 1, index: undefined, expiries: [] },
      { underlyingId: 2, index: { sources: 2 } },
    ]);
    expect(stateOf(report, 'deribit', OPTIONS)).toBe(SourceState.SOURCE_STATE_UNPRICED);
  });

  test('carries no forwards or volatilities of a source whose own index is off', () => {
    const report = of([underlying(1, hundred, [chain('deribit', 0.5, { reference: 150 })])]);
    expect(report.underlyings[0]!.expiries).toEqual([]);
    expect(stateOf(report, 'deribit', OPTIONS)).toBe(SourceState.SOURCE_STATE_DEVIATES);
  });

  test('carries no volatilities that are too old, and the age of those it carries', () => {
    expect(expiriesOf(chain('deribit', 0.5, { seenMs: NOW - 60_001 }))).toEqual([]);
    const [first] = expiriesOf(chain('deribit', 0.5, { seenMs: NOW - 60_000 }));
    expect(first).toMatchObject({ forward: { ageMs: 60_000 }, smile: { ageMs: 60_000 } });
  });

  test('takes the median of several sources, expiry by expiry', () => {
    const list = [
      chain('a', 0.5),
      chain('b', 0.6, { basis: 1.02 }),
      chain('c', 0.7, { basis: 1.01, tenors: [1, 2] }),
    ];
    const expiries = expiriesOf(...list);
    expect(expiries[0]).toMatchObject({
      smile: { volsBp: SURFACE_NODES.map(() => 6_000), sources: 3 },
      forward: { priceUusd: 101_000_000n, sources: 3 },
    });
    expect(expiries.at(-1)).toMatchObject({ smile: { volsBp: SURFACE_NODES.map(() => 5_500) } });
  });

  test('has no surface where two sources disagree, and that of the majority of three', () => {
    expect(expiriesOf(chain('a', 0.55), chain('b', 1.5))).toEqual([]);
    const three = [chain('a', 0.55), chain('b', 1.5), chain('c', 0.57)];
    expect(expiriesOf(...three)[0]).toMatchObject({ smile: { sources: 2 } });
    const report = of([underlying(1, hundred, three)]);
    expect(stateOf(report, 'b', OPTIONS)).toBe(SourceState.SOURCE_STATE_DEVIATES);
    expect(stateOf(report, 'c', OPTIONS)).toBe(SourceState.SOURCE_STATE_USED);
  });

  test('marks a node that no source reaches, and takes each from those who reach it', () => {
    const [first] = expiriesOf(
      chain('a', 0.5, { extrapolated: 0b000000011 }),
      chain('b', 0.6, { extrapolated: 0b100000001 }),
    );
    expect(first!.smile).toMatchObject({
      extrapolated: 0b000000001,
      volsBp: [5500, 6000, 5500, 5500, 5500, 5500, 5500, 5500, 5000],
    });
  });

  test('lies as it is told to in test mode', () => {
    const one = underlying(1, hundred, [chain('deribit', 0.5)]);
    const [reported] = of([one], [], { multiplyIndex: 1.5 }).underlyings;
    expect(reported!.index?.priceUusd).toBe(150_000_000n);
    expect(reported!.expiries[0]!.forward?.priceUusd).toBe(150_000_000n);
  });
});

describe('a price in a stablecoin', () => {
  const inCoin = underlying(1, [price('a', 100, 'USDT'), price('b', 90)]);
  const coin = (...prices: Asked<PriceAnswer>[]) => ({ id: 7, symbol: 'USDT', prices });

  test('counts in USD, by what the sources say of the coin', () => {
    const report = of([inCoin], [coin(price('a', 0.9), price('b', 0.9))]);
    expect(report.underlyings[0]!.index).toMatchObject({ priceUusd: 90_000_000n, sources: 2 });
    expect(report.stablecoins).toMatchObject([{ stablecoinId: 7, price: { priceUusd: 900_000n } }]);
  });

  test('does not count while the coin has no price', () => {
    const report = of([inCoin], [coin(price('a', 0.9), price('b', 1))]);
    expect(report.underlyings[0]!.index).toBeUndefined();
    expect(report.stablecoins).toMatchObject([{ stablecoinId: 7, price: undefined }]);
    expect(stateOf(report, 'a', INDEX)).toBe(SourceState.SOURCE_STATE_UNPRICED);
  });
});

test('sources that fail, never answered, are late or deviate are told apart', () => {
  const silent = { source: ref('silent'), answer: null, failures: 0, problem: '' };
  const failing = { ...silent, source: ref('failing'), failures: 3, problem: 'status 503' };
  const late = { ...price('late', 100, 'USD', NOW - 20_000), failures: 2, problem: 'no answer' };
  const prices = [silent, failing, late, price('off', 150), price('old', 100, 'USD', NOW - 10_001)];
  const { sources } = of([underlying(1, [...hundred, ...prices])]);
  expect(sources.map(({ source, state }) => [source, state])).toEqual([
    ['a', SourceState.SOURCE_STATE_USED],
    ['b', SourceState.SOURCE_STATE_USED],
    ['silent', SourceState.SOURCE_STATE_NONE],
    ['failing', SourceState.SOURCE_STATE_FAILING],
    ['late', SourceState.SOURCE_STATE_FAILING],
    ['off', SourceState.SOURCE_STATE_DEVIATES],
    ['old', SourceState.SOURCE_STATE_STALE],
  ]);
  expect(sources[5]).toMatchObject({ deviationPpm: 500_000 });
  expect(sources[1]!.venue).toBe(Venue.VENUE_KRAKEN);
});
