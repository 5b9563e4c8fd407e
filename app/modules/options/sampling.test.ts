import { describe, expect, test } from '@jest/globals';
import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry } from '../../../proto/gen/tenor.options.v1.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { Ctx } from '../../runtime/context.ts';
import { closeExpiry, settlingExpiries } from './closing.ts';
import { defaultOptionsParams } from './defaults.ts';
import { OptionsChain } from './fixture.ts';
import { expiryOf, seriesBySymbol, seriesById, seriesOfExpiry } from './instruments.ts';
import { invariants } from './invariants.ts';
import { adjustOpenInterest } from './openInterest.ts';
import { samples } from './state.ts';

const USD = 1_000_000n;
const START = Date.parse('2026-11-16T12:00:00Z');
const EXPIRY = BigInt(START / 1000 + 120);
const { EXPIRY_STATUS_AWAITING_PRICE, EXPIRY_STATUS_SETTLING, EXPIRY_STATUS_TRADING } =
  ExpiryStatus;

/** Fast expiries: a window of 20 s, coverage of 10 s, samples of at most 5 s. */
function created(secondsBefore: number): OptionsChain {
  const chain = OptionsChain.create(START, defaultOptionsParams('fast-expiry'));
  for (let i = 0; i < 3; i++) chain.block(1000, { 1: 64_000n * USD, 2: 3000n * USD });
  chain.block(120_000 - 3000 - secondsBefore * 1000);
  return chain;
}

const expiry = (chain: OptionsChain): Expiry => expiryOf(chain.ctx, 1, EXPIRY)!;
const sampled = (chain: OptionsChain) =>
  [...samples.entries(chain.ctx)].map(([[, , time], s]) => [
    Number(time) - Number(EXPIRY) * 1000,
    Number(s.priceUusd / USD),
    Number(s.heldMs),
  ]);

function broken(chain: OptionsChain): string[] {
  return Object.values(invariants).flatMap((check) => check(chain.ctx) ?? []);
}

describe('settlement', () => {
  test('averages the index over the window, by the time each sample held', () => {
    const chain = created(22);
    chain.block(4000, { 1: 60_000n * USD });
    chain.block(3000, { 1: 61_000n * USD });
    chain.block(7000, { 1: 62_000n * USD });
    chain.block(5000, { 1: 63_000n * USD });
    expect(expiry(chain).status).toBe(EXPIRY_STATUS_TRADING);
    chain.block(4000, { 1: 90_000n * USD });
    expect(sampled(chain)).toEqual([
      ...[
        [-18_000, 60_000, 2000],
        [-15_000, 61_000, 3000],
        [-8000, 62_000, 5000],
      ],
      ...[
        [-3000, 63_000, 5000],
        [1000, 90_000, 3000],
      ],
    ]);
    const average =
      (2n * 60_000n + 3n * 61_000n + 5n * 62_000n + 5n * 63_000n + 3n * 90_000n) * USD;
    expect(expiry(chain).status).toBe(EXPIRY_STATUS_SETTLING);
    expect(expiry(chain).settlementUusd).toBe((average / 18n / 10_000n + 1n) * 10_000n);
    expect(broken(chain)).toEqual([]);
  });

  test('does not count a price twice when a block brought no quorum', () => {
    const chain = created(20);
    chain.block(2000, { 1: 60_000n * USD });
    chain.block(2000);
    chain.block(1000, { 1: 61_000n * USD });
    expect(sampled(chain)).toEqual([
      ...[
        [-18_000, 60_000, 2000],
        [-15_000, 61_000, 3000],
      ],
    ]);
  });

  test('does not count prices of a feed that is not live', () => {
    const chain = created(20);
    chain.setIndex(1, 60_000n * USD);
    chain.setStatus(1, FeedStatus.FEED_STATUS_STALE);
    chain.block(2000);
    expect(sampled(chain)).toEqual([]);
  });

  test('waits without enough coverage, says so, and goes on sampling after the expiry', () => {
    const chain = created(20);
    for (let i = 0; i < 4; i++) chain.block(1000, { 1: 60_000n * USD });
    const ctx = chain.block(17_000);
    expect(expiry(chain).status).toBe(EXPIRY_STATUS_AWAITING_PRICE);
    expect(ctx.events.map((e) => e.type)).toContain('expiry_awaiting_price');
    expect(ctx.events[0]!.attributes).toContainEqual(
      expect.objectContaining({ key: 'covered_ms', value: '4000' }),
    );
    chain.block(3_600_000, { 1: 70_000n * USD });
    expect(expiry(chain).coveredMs).toBe(9000n);
    expect(expiry(chain).status).toBe(EXPIRY_STATUS_AWAITING_PRICE);
    chain.block(1000, { 1: 70_000n * USD });
    expect(expiry(chain).status).toBe(EXPIRY_STATUS_SETTLING);
    expect(expiry(chain).settlementUusd).toBe(66_000n * USD);
    expect(broken(chain)).toEqual([]);
  });

  test('counts the whole sample of the crossing block when the window alone is not enough', () => {
    const chain = created(20);
    for (let i = 0; i < 9; i++) chain.block(500, { 1: 60_000n * USD });
    chain.block(15_000);
    // 4.5 s are covered; this block's last 5 s begin 4 s before the expiry.
    chain.block(1500, { 1: 61_000n * USD });
    expect(expiry(chain).coveredMs).toBe(9500n);
    expect(expiry(chain).status).toBe(EXPIRY_STATUS_AWAITING_PRICE);
  });

  test('prices an expiry when a block crosses it without a new sample', () => {
    const chain = created(20);
    for (let i = 0; i < 12; i++) chain.block(1000, { 1: 60_000n * USD });
    chain.block(100_000);
    expect(expiry(chain).settlementUusd).toBe(60_000n * USD);
    expect(expiry(chain).status).toBe(EXPIRY_STATUS_SETTLING);
  });

  test('closes the series of a paid expiry within a budget, then keeps price and record', () => {
    const chain = created(20);
    for (let i = 0; i < 21; i++) chain.block(1000, { 1: 60_000n * USD });
    const [first] = settlingExpiries(chain.ctx);
    expect(first?.underlyingId).toBe(1);
    const listed = seriesOfExpiry(chain.ctx, 1, EXPIRY);
    expect(closeExpiry(chain.ctx, first!, 3)).toBe(0);
    expect(expiry(chain).status).toBe(EXPIRY_STATUS_SETTLING);
    expect(closeExpiry(chain.ctx, first!, 100)).toBe(100 - (listed.length - 3));
    expect(seriesById(chain.ctx, listed.at(-1)!.id)).toBeUndefined();
    expect(seriesBySymbol(chain.ctx, listed[0]!.symbol)).toBeUndefined();
    expect(expiry(chain)).toMatchObject({
      status: ExpiryStatus.EXPIRY_STATUS_SETTLED,
      settlementUusd: 60_000n * USD,
      settledHeight: BigInt(chain.header.height),
    });
    expect(broken(chain)).toEqual([]);
  });

  test('refuses to close an expiry that still has open interest', () => {
    const chain = created(20);
    const traded = seriesOfExpiry(chain.ctx, 1, EXPIRY)[0]!;
    adjustOpenInterest(chain.ctx, traded.id, 100n);
    for (let i = 0; i < 21; i++) chain.block(1000, { 1: 60_000n * USD });
    expect(() => closeExpiry(chain.ctx, expiry(chain), 100)).toThrow('open interest');
  });

  test('drops samples some time after the expiry is settled, not before', () => {
    const chain = created(20);
    for (let i = 0; i < 21; i++) chain.block(1000, { 1: 60_000n * USD });
    chain.block(3_600_000);
    expect(sampled(chain)).toHaveLength(20);
    closeExpiry(chain.ctx, settlingExpiries(chain.ctx)[0]!, 100);
    chain.block(1000);
    expect(sampled(chain)).toHaveLength(0);
  });
});

describe('at the edges of a window', () => {
  const attributesOf = (ctx: Ctx, type: string) =>
    ctx.events
      .filter((event) => event.type === type)
      .map((e) => Object.fromEntries(e.attributes.map(({ key, value }) => [key, value])));

  test('a price at its very beginning stands for no time, and is no sample', () => {
    const chain = created(22);
    chain.block(2000, { 1: 60_000n * USD });
    expect(sampled(chain)).toEqual([]);
    chain.block(1, { 1: 60_000n * USD });
    expect(sampled(chain)).toEqual([[-19_999, 60_000, 1]]);
  });

  test('the block at the very time of the expiry ends it, and fixes its price once', () => {
    const chain = created(20);
    for (let i = 0; i < 19; i++) chain.block(1000, { 1: 60_000n * USD });
    expect(expiry(chain).status).toBe(EXPIRY_STATUS_TRADING);
    const ctx = chain.block(1000, { 1: 60_000n * USD });
    expect(chain.header.timeMs).toBe(Number(EXPIRY) * 1000);
    expect(attributesOf(ctx, 'expiry_priced')).toEqual([
      {
        ...{ underlying: 'BTC', expiry: '16NOV26T1202' },
        ...{ settlement_uusd: '60000000000', covered_ms: '20000' },
      },
    ]);
    const priced = expiry(chain);
    expect(priced.status).toBe(EXPIRY_STATUS_SETTLING);
    const next = chain.block(1000, { 1: 70_000n * USD });
    expect(attributesOf(next, 'expiry_priced')).toEqual([]);
    expect(expiry(chain)).toEqual(priced);
  });

  test('what fills the coverage up by itself is counted up to the expiry only', () => {
    const chain = created(20);
    for (let i = 0; i < 8; i++) chain.block(1000, { 1: 60_000n * USD });
    chain.block(9_000);
    // Two seconds of five lie before the expiry, and with them ten are covered.
    chain.block(6_000, { 1: 70_000n * USD });
    expect(sampled(chain).at(-1)).toEqual([3_000, 70_000, 2_000]);
    expect(expiry(chain)).toMatchObject({ coveredMs: 10_000n, status: EXPIRY_STATUS_SETTLING });
    expect(expiry(chain).settlementUusd).toBe(62_000n * USD);
  });

  test('an expiry that waits for its price says so once', () => {
    const chain = created(20);
    chain.block(1000, { 1: 60_000n * USD });
    const says = chain.block(19_000);
    expect(attributesOf(says, 'expiry_awaiting_price')).toContainEqual({
      ...{ underlying: 'BTC', expiry: '16NOV26T1202' },
      ...{ covered_ms: '1000', required_ms: '10000' },
    });
    expect(attributesOf(chain.block(1000), 'expiry_awaiting_price')).toEqual([]);
    expect(expiry(chain).status).toBe(EXPIRY_STATUS_AWAITING_PRICE);
  });

  test('a sample keeps what stood behind it', () => {
    const chain = created(20);
    chain.block(1000, { 1: 60_000n * USD });
    expect([...samples.entries(chain.ctx)].map(([, sample]) => sample)).toEqual([
      {
        ...{ priceUusd: 60_000n * USD, heldMs: 1000n, ageMs: 250n },
        ...{ reportedPower: 300n, quorumPower: 267n, confidencePpm: 990_000 },
        ...{ timeMs: BigInt(chain.header.timeMs), height: BigInt(chain.header.height) },
      },
    ]);
  });
});

describe('open interest', () => {
  const top = 10_000n * 10_000n;

  test('grows to the cap of a series and no further, but may always shrink', () => {
    const chain = created(100);
    const [a] = seriesOfExpiry(chain.ctx, 1, EXPIRY);
    adjustOpenInterest(chain.ctx, a!.id, top);
    expect(() => adjustOpenInterest(chain.ctx, a!.id, 1n)).toThrow('capped');
    adjustOpenInterest(chain.ctx, a!.id, -1n);
    expect(seriesById(chain.ctx, a!.id)).toMatchObject({ openInterest: top - 1n, traded: true });
  });

  test('grows to the cap of the underlying over all its series', () => {
    const chain = created(100);
    const listed = seriesOfExpiry(chain.ctx, 1, EXPIRY);
    for (const { id } of listed.slice(0, 5)) adjustOpenInterest(chain.ctx, id, top);
    expect(() => adjustOpenInterest(chain.ctx, listed[5]!.id, 1n)).toThrow('BTC is capped');
    expect(broken(chain)).toEqual([]);
  });
});
