import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../proto/gen/tenor.options.v1.ts';
import { Reject } from '../../runtime/errors.ts';
import { Ctx } from '../../runtime/context.ts';
import { schemasOf } from '../../store/collection.ts';
import { State } from '../../store/state.ts';
import { defaultOptionsParams } from './defaults.ts';
import { OptionsChain } from './fixture.ts';
import { genesis, wrongGenesis } from './genesis.ts';
import { invariants } from './invariants.ts';
import { adjustOpenInterest } from './openInterest.ts';
import { params, wrongParams } from './params.ts';
import { queries } from './queries.ts';
import { rebuild } from './records.ts';
import * as state from './state.ts';

const USD = 1_000_000n;
const START = Date.parse('2026-11-16T12:00:00Z');
const FIRST = BigInt(START / 1000 + 120);

/** Two minutes of a network with fast expiries: one expiry waits to be paid, with its samples. */
function lived(): OptionsChain {
  const chain = OptionsChain.create(START, defaultOptionsParams('fast-expiry'));
  for (let i = 0; i < 121; i++) {
    chain.block(1000, { 1: 64_000n * USD + BigInt(i) * 10n * USD, 2: 3000n * USD });
    if (i === 5) adjustOpenInterest(chain.ctx, 1n, 700n);
  }
  return chain;
}

/** The derived collections but for `quiet`, which only saves work. */
function derivedOf(ctx: Ctx): unknown {
  return [state.seriesIds, state.seriesByExpiry, state.liveKeys, state.interest].map((c) => [
    ...(c as typeof state.seriesIds).entries(ctx),
  ]);
}

test('genesis comes back from export as it went in', () => {
  const chain = lived();
  const exported = genesis.export(chain.ctx);
  genesis.validate(exported);
  const copy = new OptionsChain(chain.header.timeMs);
  genesis.init(copy.ctx, exported);
  expect(genesis.export(copy.ctx)).toEqual(exported);
  expect(derivedOf(copy.ctx)).toEqual(derivedOf(chain.ctx));
});

test('what is derived is rebuilt from proved entries alone', () => {
  const chain = lived();
  const prefixes = new Map(
    [...schemasOf(state), params.schema].map((schema) => [schema.prefix, schema]),
  );
  const disk = new State();
  const own = chain.state.takeChanges().filter(({ store }) => store === 'options');
  for (const { store, changes } of own) {
    for (const [key, bytes] of changes) {
      const schema = prefixes.get(key.charCodeAt(0))!;
      if (bytes !== null) disk.set(store, key, schema.value.decode(bytes), bytes);
    }
  }
  const ctx = new Ctx(disk, chain.header);
  rebuild(ctx);
  expect(derivedOf(ctx)).toEqual(derivedOf(chain.ctx));
  expect(genesis.export(ctx)).toEqual(genesis.export(chain.ctx));
});

test('a genesis that does not hold together is refused with the reason', () => {
  const chain = lived();
  const good = genesis.export(chain.ctx) as { series: object[]; expiries: object[] };
  const bad = (changed: object) => () => {
    genesis.validate({ ...good, ...changed });
  };
  const [first] = good.series;
  expect(bad({ expiries: [] })).toThrow('its expiry is missing');
  expect(bad({ series: [first, first] })).toThrow('listed twice');
  expect(bad({ next_series_id: '3' })).toThrow('unknown field');
  expect(bad({ nextSeriesId: '3' })).toThrow('below next_series_id');
  expect(bad({ series: [{ ...first, symbol: 'BTC-16NOV26-1-C' }] })).toThrow('says otherwise');
  expect(bad({ series: [{ ...first, underlyingId: 9 }] })).toThrow('underlying 9 is unknown');
  const [trading] = good.expiries;
  const over = { ...trading, status: 'EXPIRY_STATUS_SETTLED', settlementUusd: '64000000000' };
  const settled = (expiry: object) => bad({ series: [], samples: [], expiries: [expiry] });
  expect(settled(over)).toThrow('no height of its settlement');
  expect(settled({ ...over, settlementUusd: undefined })).toThrow('no settlement price');
  expect(settled({ ...over, status: 'EXPIRY_STATUS_NONE' })).toThrow('status is not known');
  expect(settled({ ...over, settledHeight: '9' })).not.toThrow();
  const day = { underlyingId: 9, day: 1, prices: { prices: [] } };
  expect(bad({ settledDays: [day] })).toThrow('settled_days');
  expect(wrongGenesis(pb.GenesisState.decode(new Uint8Array(0)))).toBe('params: missing');
});

describe('parameters', () => {
  const good = defaultOptionsParams('default');
  const [btc] = good.underlyings;
  const wrong = (changed: Partial<pb.Params>) => wrongParams({ ...good, ...changed });
  const wrongBtc = (changed: Partial<pb.Underlying>) =>
    wrong({ underlyings: [{ ...btc!, ...changed }] });

  test('of both presets are in order', () => {
    expect(wrongParams(good)).toBeNull();
    expect(wrongParams(defaultOptionsParams('fast-expiry'))).toBeNull();
  });

  test('are refused when they would break a rule', () => {
    expect(wrong({ underlyings: [btc!, btc!] })).toContain('unique');
    expect(wrong({ listing: [good.listing[0]!, good.listing[0]!] })).toContain('one listing rule');
    expect(wrong({ listing: [{ ...good.listing[0]!, intervalSeconds: 60n }] })).toContain('only');
    expect(wrong({ listing: [{ ...good.listing[0]!, count: 0 }] })).toContain('count');
    const interval = pb.ListingCalendar.LISTING_CALENDAR_INTERVAL;
    const seconds = [{ name: 'x', calendar: interval, count: 1, intervalSeconds: 90n }];
    expect(wrong({ listing: seconds })).toContain('whole minutes');
    expect(wrong({ minCoverageSeconds: 1801n })).toContain('min_coverage');
    expect(wrong({ maxSampleSeconds: 1201n })).toContain('max_sample');
    expect(wrong({ maxExpirySeconds: 500n * 86_400n })).toContain('400 days');
    expect(wrong({ maxListingsPerBlock: 0 })).toContain('budgets');
    expect(wrongBtc({ symbol: 'btc' })).toContain('symbol');
    expect(wrongBtc({ lot: 7n })).toContain('lot');
    expect(wrongBtc({ ticks: [{ fromUusd: 0n, tickUusd: 15_000n }] })).toContain('multiple');
    expect(wrongBtc({ strikeSteps: btc!.strikeSteps.slice(0, 2) })).toContain('any tenor');
    expect(wrongBtc({ maxPosition: btc!.maxOpenInterest })).toContain('max_position');
  });
});

describe('queries', () => {
  const chain = lived();
  const view = chain.ctx;

  function ask<Q, R>(
    name: string,
    request: { encode(q: Q): Uint8Array },
    response: { decode(bytes: Uint8Array): R },
    asked: Q,
  ): R {
    const handler = queries[`/tenor.options.v1.Query/${name}`]!;
    return response.decode(handler(view, request.encode(asked)));
  }
  const series = (asked: Partial<pb.QuerySeriesRequest>) =>
    ask('Series', pb.QuerySeriesRequest, pb.QuerySeriesResponse, {
      ...{ underlying: '', expirySeconds: 0n, afterId: 0n, limit: 0 },
      ...asked,
    });

  test('pages through the series of an underlying, of an expiry, or all', () => {
    const all = [...state.series.entries(view)].map(([, s]) => s);
    for (const [underlying, expirySeconds] of [
      ['', 0n],
      ['BTC', 0n],
      ['BTC', FIRST],
      ['', FIRST],
    ] as const) {
      const expected = all.filter(
        (s) =>
          (underlying === '' || s.underlyingId === 1) &&
          (expirySeconds === 0n || s.expirySeconds === expirySeconds),
      );
      const pages: pb.Series[] = [];
      let after: bigint | undefined;
      do {
        const page = series({ underlying, expirySeconds, afterId: after ?? 0n, limit: 7 });
        pages.push(...page.series);
        after = page.nextAfterId;
      } while (after !== undefined);
      expect(pages).toEqual(expected);
      expect(pages.length).toBeGreaterThan(0);
    }
  });

  test('find a series by symbol with its expiry, and refuse an unknown one with a code', () => {
    const bySymbol = (symbol: string) =>
      ask(
        ...(['SeriesBySymbol', pb.QuerySeriesBySymbolRequest] as const),
        ...([pb.QuerySeriesBySymbolResponse, { symbol }] as const),
      );
    const { symbol } = state.series.must(view, 1n);
    expect(bySymbol(symbol).series?.openInterest).toBe(700n);
    expect(bySymbol(symbol).expiry?.expirySeconds).toBe(FIRST);
    expect(() => bySymbol('BTC-1JAN30-1-C')).toThrow(Reject);
    expect(() => bySymbol('BTC-1JAN30-1-C')).toThrow('is listed');
  });

  test('show what a settlement was averaged from', () => {
    const asked = { underlying: 'BTC', expirySeconds: FIRST, afterTimeMs: 0n, limit: 15 };
    const codecs = [pb.QuerySettlementRequest, pb.QuerySettlementResponse] as const;
    const first = ask('Settlement', ...codecs, asked);
    expect(first.samples).toHaveLength(15);
    expect(first.requiredMs).toBe(10_000n);
    expect(first.note).toContain('payouts');
    const rest = ask('Settlement', ...codecs, { ...asked, afterTimeMs: first.nextAfterTimeMs! });
    expect(rest.nextAfterTimeMs).toBeUndefined();
    const taken = [...first.samples, ...rest.samples];
    const sum = taken.reduce((total, s) => total + s.priceUusd * s.heldMs, 0n);
    expect(sum.toString()).toBe(first.expiry!.weightedSum);
    expect(() => ask('Settlement', ...codecs, { ...asked, expirySeconds: 1n })).toThrow('expiry');
  });

  test('list live expiries, or all of an underlying newest first', () => {
    const codecs = [pb.QueryExpiriesRequest, pb.QueryExpiriesResponse] as const;
    const asked = { underlying: '', all: false, beforeSeconds: 0n, limit: 0 };
    expect(ask('Expiries', ...codecs, asked).expiries.length).toBeGreaterThan(6);
    const page = { ...asked, underlying: 'BTC', all: true, limit: 2 };
    const newest = ask('Expiries', ...codecs, page);
    const next = ask('Expiries', ...codecs, { ...page, beforeSeconds: newest.nextBeforeSeconds! });
    const times = [...newest.expiries, ...next.expiries].map((e) => e.expirySeconds);
    expect(times).toEqual([...times].sort((a, b) => (a > b ? -1 : 1)));
    expect(new Set(times).size).toBe(4);
    expect([...newest.expiries, ...next.expiries].every((e) => e.underlyingId === 1)).toBe(true);
  });
});

test('each invariant notices what it guards', () => {
  const check = (name: RegExp, breakIt: (ctx: Ctx) => void) => {
    const chain = lived();
    const [, invariant] = Object.entries(invariants).find(([text]) => name.test(text))!;
    expect(invariant(chain.ctx)).toBeNull();
    breakIt(chain.ctx);
    expect(invariant(chain.ctx)).not.toBeNull();
  };
  check(/found by symbol/, (ctx) => state.seriesIds.delete(ctx, state.series.must(ctx, 1n).symbol));
  check(/sum over/, (ctx) => state.interest.set(ctx, 1, 5n));
  check(/live ones/, (ctx) => state.liveKeys.delete(ctx, [FIRST, 1]));
  check(/averages/, (ctx) => {
    const expiry = state.expiries.must(ctx, [1, FIRST]);
    state.expiries.set(ctx, [1, FIRST], { ...expiry, settlementUusd: 1n });
  });
});
