import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { normCdf } from '../../lib/math/index.ts';
import { YEAR_SECONDS } from '../../lib/surfaceNodes.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { OptionsChain } from './fixture.ts';
import { genesis } from './genesis.ts';
import { isTrading, liveExpiries, seriesBySymbol, seriesOfExpiry } from './instruments.ts';
import { invariants } from './invariants.ts';
import { params, paramsSpec } from './params.ts';
import type { DeltaLookup } from './liveSmile.ts';
import * as state from './state.ts';
import { defaultOptionsParams } from './defaults.ts';

const USD = 1_000_000n;
const START = Date.parse('2026-11-16T12:00:00Z');
const BTC = 64_100n * USD;

function created(preset: 'default' | 'fast-expiry' = 'default', startMs = START): OptionsChain {
  return OptionsChain.create(startMs, defaultOptionsParams(preset));
}

function settle(chain: OptionsChain, blocks: number, prices = { 1: BTC, 2: 3_000n * USD }): void {
  for (let i = 0; i < blocks; i++) chain.block(1000, prices);
}

const count = (chain: OptionsChain): number => [...state.series.entries(chain.ctx)].length;

function broken(chain: OptionsChain): string[] {
  return Object.values(invariants).flatMap((check) => check(chain.ctx) ?? []);
}

describe('listing', () => {
  test('lists calls and puts around the index on every expiry of the calendar', () => {
    const chain = created();
    settle(chain, 10);
    expect(count(chain)).toBe(2 * 13 * 7 * 2);
    expect(liveExpiries(chain.ctx)).toHaveLength(26);
    const nearest = liveExpiries(chain.ctx)[0]!;
    const symbols = seriesOfExpiry(chain.ctx, 1, nearest.expirySeconds).map((s) => s.symbol);
    expect(symbols.filter((s) => s.endsWith('-C')).sort()).toEqual(
      [63250, 63500, 63750, 64000, 64250, 64500, 64750].map((k) => `BTC-17NOV26-${k}-C`),
    );
    expect(seriesBySymbol(chain.ctx, 'BTC-24SEP27-65000-P')?.openInterest).toBe(0n);
    expect(seriesBySymbol(chain.ctx, 'ETH-17NOV26-3030-P')).toBeDefined();
    expect(broken(chain)).toEqual([]);
  });

  test('lists no more than its budget in a block', () => {
    const chain = created();
    settle(chain, 1);
    expect(count(chain)).toBe(40);
    settle(chain, 1);
    expect(count(chain)).toBe(80);
  });

  test('waits for a live index, and lists nothing for a disabled underlying', () => {
    const chain = created();
    chain.block(1000);
    expect(count(chain)).toBe(0);
    chain.setIndex(1, BTC);
    chain.setStatus(1, FeedStatus.FEED_STATUS_STALE);
    chain.block(1000);
    expect(count(chain)).toBe(0);
    const off = created();
    const p = params.get(off.ctx);
    const underlyings = p.underlyings.map((u) => ({ ...u, enabled: false }));
    paramsSpec.update(off.ctx, params.codec.encode({ ...p, underlyings }));
    settle(off, 3);
    expect(count(off)).toBe(0);
  });

  test('adds strikes as the index moves and keeps the old ones', () => {
    const chain = created();
    settle(chain, 10);
    const before = count(chain);
    settle(chain, 3, { 1: BTC + 100n * USD, 2: 3_000n * USD });
    // One strike more on each of the two expiries within two days, a call and a put.
    expect(count(chain)).toBe(before + 4);
    expect(seriesBySymbol(chain.ctx, 'BTC-17NOV26-63250-C')).toBeDefined();
    expect(seriesBySymbol(chain.ctx, 'BTC-17NOV26-65000-C')).toBeDefined();
  });

  test('lists finer strikes when an expiry comes within a shorter tenor', () => {
    const chain = created();
    settle(chain, 10);
    expect(seriesBySymbol(chain.ctx, 'BTC-19NOV26-64250-C')).toBeUndefined();
    chain.block(Date.parse('2026-11-17T08:00:00Z') - chain.header.timeMs, { 1: BTC });
    settle(chain, 3);
    expect(seriesBySymbol(chain.ctx, 'BTC-19NOV26-64250-C')).toBeDefined();
  });

  test('ends trading at the expiry, to the millisecond', () => {
    const chain = created();
    settle(chain, 10);
    const series = seriesBySymbol(chain.ctx, 'BTC-17NOV26-64000-C')!;
    const expiryMs = Number(series.expirySeconds) * 1000;
    chain.block(expiryMs - 1 - chain.header.timeMs);
    expect(isTrading(chain.ctx, series)).toBe(true);
    chain.block(1);
    expect(isTrading(chain.ctx, series)).toBe(false);
  });

  test('lists minutes ahead under the preset of fast expiries, none living under a minute', () => {
    const chain = created('fast-expiry');
    settle(chain, 5);
    expect(liveExpiries(chain.ctx).map((e) => Number(e.expirySeconds) - START / 1000)).toEqual([
      120, 120, 240, 240, 360, 360, 72_000, 72_000,
    ]);
    expect(count(chain)).toBe(2 * 4 * 5 * 2);
    settle(chain, 60);
    expect(liveExpiries(chain.ctx).map((e) => Number(e.expirySeconds) - START / 1000)).toContain(
      480,
    );
    expect(seriesBySymbol(chain.ctx, 'BTC-16NOV26T1208-64000-C')).toBeDefined();
  });

  test('refuses parameters that drop or rename an underlying', () => {
    const p = params.get(created().ctx);
    const update = (changed: object) => {
      paramsSpec.update(created().ctx, params.codec.encode({ ...p, ...changed }));
    };
    expect(() => update({ underlyings: p.underlyings.slice(1) })).toThrow('BTC keeps its id 1');
    const renamed = p.underlyings.map((u) => ({ ...u, symbol: `${u.symbol}X` }));
    expect(() => update({ underlyings: renamed })).toThrow('BTC keeps its id 1');
  });
});

/** |delta| of an option with 60% volatility and a forward at the index. */
function flatDelta(chain: OptionsChain): DeltaLookup {
  return (_view, id, expirySeconds) => {
    const years = (Number(expirySeconds) * 1000 - chain.header.timeMs) / (YEAR_SECONDS * 1000);
    const spread = 0.6 * Math.sqrt(years);
    const forward = Number(chain.prices.get(id)!.indexUusd);
    return (strike, isCall) => {
      const d1 = Math.log(forward / Number(strike)) / spread + spread / 2;
      return normCdf(isCall ? d1 : -d1);
    };
  };
}

const strikesOf = (chain: OptionsChain, expiry: string) => [
  ...new Set(
    [...state.series.entries(chain.ctx)]
      .filter(([, { symbol }]) => symbol.startsWith(`BTC-${expiry}-`))
      .map(([, { strikeUusd }]) => Number(strikeUusd / USD)),
  ),
];
const ascending = (values: number[]) => values.toSorted((a, b) => a - b);

describe('strikes by delta', () => {
  function withSurface(): OptionsChain {
    const chain = created();
    chain.deltasAt = flatDelta(chain);
    settle(chain, 40);
    return chain;
  }

  test('reach from the money out to a delta of 0.1, coarser where there would be too many', () => {
    const chain = withSurface();
    // 20 hours ahead a standard deviation is some 1,840 USD: 1.28 of it to each side.
    expect(ascending(strikesOf(chain, '17NOV26'))).toEqual([
      ...[62_000, 62_250, 62_500, 62_750, 63_000],
      ...[63_250, 63_500, 63_750, 64_000, 64_250, 64_500, 64_750],
      ...[65_000, 65_500, 66_000, 66_500],
    ]);
    const far = ascending(strikesOf(chain, '24SEP27'));
    expect(far[0]).toBeLessThan(64_100 * 0.65);
    expect(far.at(-1)).toBeGreaterThan(64_100 * 1.8);
    expect(far.length).toBeLessThanOrEqual(7 + 2 * 6);
    expect(broken(chain)).toEqual([]);
  });

  test('follow the index, once a minute', () => {
    const chain = withSurface();
    const before = strikesOf(chain, '17NOV26');
    const moved = { 1: 68_000n * USD, 2: 3_000n * USD };
    settle(chain, 3, moved);
    chain.block(60_000, moved);
    settle(chain, 10, moved);
    const after = strikesOf(chain, '17NOV26');
    expect(after).toEqual(expect.arrayContaining(before));
    expect(Math.max(...after)).toBeGreaterThan(69_500);
  });

  test('wait for a surface, and are none where the parameters want none', () => {
    const chain = created();
    settle(chain, 10);
    expect(count(chain)).toBe(2 * 13 * 7 * 2);
    chain.deltasAt = flatDelta(chain);
    const p = params.get(chain.ctx);
    const underlyings = p.underlyings.map((u) => ({ ...u, deltaStrikesEachSide: 0 }));
    paramsSpec.update(chain.ctx, params.codec.encode({ ...p, underlyings }));
    settle(chain, 3);
    expect(count(chain)).toBe(2 * 13 * 7 * 2);
    paramsSpec.update(chain.ctx, params.codec.encode(p));
    settle(chain, 3);
    expect(count(chain)).toBeGreaterThan(2 * 13 * 7 * 2);
  });

  test('a rule beyond what can be is refused', () => {
    const chain = created();
    const p = params.get(chain.ctx);
    const update = (changed: object) => {
      const underlyings = p.underlyings.map((u) => ({ ...u, ...changed }));
      paramsSpec.update(chain.ctx, params.codec.encode({ ...p, underlyings }));
    };
    expect(() => update({ deltaStrikesEachSide: 51 })).toThrow('delta_strikes_each_side');
    expect(() => update({ leastDeltaPpm: 0 })).toThrow('least_delta_ppm');
    expect(() => update({ leastDeltaPpm: 500_001 })).toThrow('least_delta_ppm');
  });
});

test('what is remembered to skip listing never changes what is listed', () => {
  const move = fc.record({
    ms: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 100_000_000 })),
    usd: fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer({ min: -5000, max: 5000 })),
  });
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 25 }), fc.boolean(), (moves, fast) => {
      const remembers = created(fast ? 'fast-expiry' : 'default');
      const forgets = created(fast ? 'fast-expiry' : 'default');
      for (const chain of [remembers, forgets]) chain.deltasAt = flatDelta(chain);
      let index = BTC;
      for (const { ms, usd } of moves) {
        index += BigInt(usd) * USD;
        if (index < USD) index = USD;
        remembers.block(ms, { 1: index });
        for (const [id] of state.quiet.entries(forgets.ctx)) state.quiet.delete(forgets.ctx, id);
        forgets.block(ms, { 1: index });
      }
      expect(genesis.export(remembers.ctx)).toEqual(genesis.export(forgets.ctx));
      expect(broken(remembers)).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
