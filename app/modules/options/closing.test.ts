import { describe, expect, test } from '@jest/globals';
import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import { closeExpiry, closingBudget, recordPaidOut, settlingExpiries } from './closing.ts';
import { defaultOptionsParams } from './defaults.ts';
import { OptionsChain } from './fixture.ts';
import { expiryOf, seriesById, seriesOfExpiry } from './instruments.ts';
import { adjustOpenInterest } from './openInterest.ts';
import { params } from './params.ts';
import { samples, settledPrices } from './state.ts';

const USD = 1_000_000n;
const START = Date.parse('2026-11-16T12:00:00Z');
const EXPIRY = BigInt(START / 1000 + 120);

const expiry = (chain: OptionsChain) => expiryOf(chain.ctx, 1, EXPIRY)!;
const sampleCount = (chain: OptionsChain) => [...samples.entries(chain.ctx)].length;

/** Two minutes of fast expiries; the one of BTC has twenty samples and its price. */
function priced(trade: (chain: OptionsChain) => void = () => undefined): OptionsChain {
  const chain = OptionsChain.create(START, defaultOptionsParams('fast-expiry'));
  for (let i = 0; i < 3; i++) chain.block(1000, { 1: 64_000n * USD, 2: 3000n * USD });
  trade(chain);
  chain.block(97_000);
  expect(settlingExpiries(chain.ctx)).toEqual([]);
  for (let i = 0; i < 21; i++) chain.block(1000, { 1: 60_000n * USD });
  return chain;
}

describe('closing an expiry', () => {
  test('says what it settled at and what it paid', () => {
    const chain = priced();
    const [first] = settlingExpiries(chain.ctx);
    recordPaidOut(chain.ctx, first!, 7n);
    recordPaidOut(chain.ctx, first!, 5n);
    const { ctx } = chain;
    expect(closeExpiry(ctx, expiry(chain), 100)).toBeGreaterThan(0);
    expect(ctx.events.filter(({ type }) => type === 'expiry_settled')).toMatchObject([
      {
        attributes: [
          { key: 'underlying', value: 'BTC' },
          { key: 'expiry', value: '16NOV26T1202' },
          { key: 'settlement_uusd', value: '60000000000' },
          { key: 'paid_out_uusd', value: '12' },
        ],
      },
    ]);
    expect(settlingExpiries(chain.ctx).map(({ underlyingId }) => underlyingId)).toEqual([]);
  });

  test('with just as many series as the budget has settles it', () => {
    const chain = priced();
    const { length } = seriesOfExpiry(chain.ctx, 1, EXPIRY);
    expect(closingBudget(chain.ctx)).toBe(params.get(chain.ctx).maxListingsPerBlock);
    expect(closeExpiry(chain.ctx, expiry(chain), length)).toBe(0);
    expect(expiry(chain).status).toBe(ExpiryStatus.EXPIRY_STATUS_SETTLED);
  });

  test('takes series off the list, and says so of those that never traded', () => {
    const chain = priced((before) => {
      const [first] = seriesOfExpiry(before.ctx, 1, EXPIRY);
      adjustOpenInterest(before.ctx, first!.id, 100n);
      adjustOpenInterest(before.ctx, first!.id, -100n);
    });
    const listed = seriesOfExpiry(chain.ctx, 1, EXPIRY);
    const { ctx } = chain;
    closeExpiry(ctx, expiry(chain), 100);
    const removed = ctx.events.filter(({ type }) => type === 'series_removed');
    const symbols = removed.map(({ attributes: [series] }) => series!.value);
    expect(symbols).toEqual(listed.slice(1).map(({ symbol }) => symbol));
    expect(listed.map(({ id }) => seriesById(chain.ctx, id))).toEqual(listed.map(() => undefined));
  });

  test('leaves its price alone of it, once its samples are gone', () => {
    const chain = priced();
    closeExpiry(chain.ctx, expiry(chain), 100);
    chain.block(60_000);
    expect([...settledPrices.entries(chain.ctx)]).toEqual([]);
    const retention = Number(params.get(chain.ctx).sampleRetentionSeconds) * 1000;
    params.set(chain.ctx, { ...params.get(chain.ctx), maxListingsPerBlock: 20 });
    // The budget of the block goes to the samples; the price is kept in the next one.
    chain.block(retention);
    expect([sampleCount(chain), [...settledPrices.entries(chain.ctx)].length]).toEqual([0, 0]);
    chain.block(1000);
    expect([...settledPrices.entries(chain.ctx)]).toHaveLength(1);
    expect(expiry(chain).settlementUusd).toBe(60_000n * USD);
  });

  test('stays as a record without samples while governance wants it kept for longer', () => {
    const chain = priced();
    closeExpiry(chain.ctx, expiry(chain), 100);
    const p = params.get(chain.ctx);
    params.set(chain.ctx, { ...p, maxListingsPerBlock: 20 });
    chain.block(Number(p.sampleRetentionSeconds) * 1000 + 60_000);
    expect(sampleCount(chain)).toBe(0);
    const sampleRetentionSeconds = 2n * p.sampleRetentionSeconds;
    params.set(chain.ctx, { ...p, sampleRetentionSeconds });
    chain.block(1000);
    expect([...settledPrices.entries(chain.ctx)]).toEqual([]);
    chain.block(Number(p.sampleRetentionSeconds) * 1000);
    expect([...settledPrices.entries(chain.ctx)]).toHaveLength(1);
  });

  test('leaves samples until the time that is governed is over, and it is settled', () => {
    const chain = priced();
    const retention = Number(params.get(chain.ctx).sampleRetentionSeconds) * 1000;
    chain.block(retention + 60_000);
    expect(sampleCount(chain)).toBe(20);
    closeExpiry(chain.ctx, settlingExpiries(chain.ctx)[0]!, 100);
    params.set(chain.ctx, { ...params.get(chain.ctx), maxListingsPerBlock: 15 });
    chain.block(1000);
    // So many a block.
    expect(sampleCount(chain)).toBe(5);
    chain.block(1000);
    expect(sampleCount(chain)).toBe(0);
    const exact = priced();
    closeExpiry(exact.ctx, settlingExpiries(exact.ctx)[0]!, 100);
    exact.block(retention - 1000);
    expect(exact.header.timeMs).toBe(Number(EXPIRY) * 1000 + retention);
    expect(sampleCount(exact)).toBe(20);
    exact.block(1000);
    expect(sampleCount(exact)).toBe(0);
  });
});
