import { describe, expect, it } from '@jest/globals';
import { PostOnly, TimeInForce } from '../../../proto/gen/tenor.clob.v1.ts';
import { orderOf } from './orderOf.ts';
import type { Typed } from './orderOf.ts';

const rules = {
  ticks: [
    { fromUusd: '0', tickUusd: '100000' },
    { fromUusd: '500000000', tickUusd: '1000000' },
  ],
  ...{ lot: '100', minOrder: '100', maxOrder: '10000000' },
};
const plain: Typed = {
  ...{ side: 'buy', kind: 'limit', size: '0.5', price: '1250', iv: '', life: 'gtc' },
  ...{ postOnly: false, reduceOnly: false },
};
const made = (typed: Partial<Typed>) => orderOf('S', { ...plain, ...typed }, rules, 1_000);

describe('a ticket', () => {
  it('becomes an order that rests', () => {
    expect(made({}).order).toEqual({
      ...{ series: 'S', side: 'buy', quantity: 5_000n, priceUusd: 1_250_000_000n },
      ...{ reduceOnly: false, timeInForce: TimeInForce.TIME_IN_FORCE_GTC },
    });
  });
  it('at the market is bounded and never rests', () => {
    expect(made({ kind: 'market', price: '1250.55', postOnly: true }).order).toMatchObject({
      ...{ market: true, timeInForce: TimeInForce.TIME_IN_FORCE_IOC, priceUusd: 1_250_550_000n },
    });
    expect(made({ kind: 'market', postOnly: true }).order).not.toHaveProperty('postOnly');
  });
  it('by volatility has a volatility and a bound', () => {
    expect(made({ kind: 'iv', iv: '55.5' }).order).toMatchObject({
      ...{ volBp: 5_550, priceUusd: 1_250_000_000n },
    });
  });
  it('for a day ends by the chain’s clock', () => {
    expect(made({ life: 'day' }).order).toMatchObject({ goodTilSeconds: 87_400n });
  });
  it('post-only is refused when it would take', () => {
    expect(made({ postOnly: true }).order?.postOnly).toBe(PostOnly.POST_ONLY_REJECT);
    const { order } = made({ postOnly: true, life: 'fok' });
    expect(order).not.toHaveProperty('postOnly');
    expect(order?.timeInForce).toBe(TimeInForce.TIME_IN_FORCE_FOK);
  });
  it.each([
    [{ size: '' }, 'size', 'A size in contracts, such as 0.5'],
    [{ size: '0.001' }, 'size', 'At least 0.01'],
    [{ size: '1001' }, 'size', 'At most 1000'],
    [{ size: '0.015' }, 'size', 'In steps of 0.01'],
    [{ price: '' }, 'price', 'A price in USD a contract'],
    [{ price: '0' }, 'price', 'A price in USD a contract'],
    [{ price: '1250.5' }, 'price', 'Not on the tick: 1250 is'],
    [{ price: '1250.5', side: 'sell' }, 'price', 'Not on the tick: 1251 is'],
    [{ kind: 'iv', iv: '0' }, 'iv', 'A volatility in percent, such as 55.5'],
    [{ kind: 'iv', iv: '1000.01' }, 'iv', 'A volatility in percent, such as 55.5'],
  ] as const)('that says %j is wrong in its %s', (typed, field, text) => {
    expect(made(typed).problem).toEqual({ field, text });
  });
});
