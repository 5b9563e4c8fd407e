import { describe, expect, test } from '@jest/globals';
import { FeedStatus } from '../../../../../proto/gen/tenor.oracle.v1.ts';
import { getSubaccount, positionOf } from '../../../accounts/index.ts';
import { maintenanceOf, openOrdersOf } from '../../../margin/index.ts';
import { seriesBySymbol } from '../../../options/index.ts';
import { CALL, ClobChain, eventsOf } from '../../fixture.ts';
import { cancelAllOrders, placeLiquidationOrder } from '../../index.ts';

const USD = 1_000_000n;
const RICH = 200_000n * USD;

/** User 0 is short a call it can no longer carry; user 1 offers another one. */
function distressed(): ClobChain {
  const chain = ClobChain.create([10_400n * USD, RICH, RICH]);
  chain.place(0, 'sell', 700);
  chain.place(1, 'buy', 700);
  chain.indexUusd = 69_000n * USD;
  chain.block();
  return chain;
}

const close = (chain: ClobChain, quantity = 50_000n, priceUusd = 9_000n * USD) => {
  const { id: seriesId } = seriesBySymbol(chain.ctx, CALL)!;
  const { ctx } = chain;
  const order = { subaccountId: 1n, seriesId, isBuy: true, quantity, priceUusd };
  return { ...placeLiquidationOrder(ctx, order), ctx };
};
const shortOf = (chain: ClobChain) =>
  positionOf(chain.ctx, 1n, seriesBySymbol(chain.ctx, CALL)!.id)?.quantity ?? 0n;

describe('a liquidation order', () => {
  test('reduces the position without asking the margin of its account, and no further', () => {
    const chain = distressed();
    expect(maintenanceOf(chain.ctx, 1n)).toBeLessThan(0n);
    chain.place(2, 'sell', 5100, { quantity: 20_000n });
    const { filled, ctx } = close(chain);
    expect(filled).toBe(10_000n);
    expect(eventsOf(ctx, 'trade')).toMatchObject([{ liquidation: 'true', taker_side: 'buy' }]);
    expect(shortOf(chain)).toBe(0n);
    expect(getSubaccount(chain.ctx, 1n)!.positions).toBe(0);
    expect(chain.broken()).toEqual([]);
  });

  test('stays within its price and the band', () => {
    const chain = distressed();
    chain.place(2, 'sell', 5200, { quantity: 20_000n });
    expect(close(chain, 10_000n, 5_100n * USD).filled).toBe(0n);
    const { filled } = close(chain, 4_000n, 1_000_000n * USD);
    expect(filled).toBe(4_000n);
    expect(shortOf(chain)).toBe(-6_000n);
    chain.cancel(2, 3n);
    chain.place(2, 'sell', 20_000);
    expect(close(chain, 10_000n, 1_000_000n * USD).filled).toBe(0n);
  });

  test('is not stopped by orders that its owner has in other subaccounts', () => {
    const chain = distressed();
    chain.accounts.open(0, 100_000n * USD, 1);
    chain.place(0, 'sell', 5100, { subaccount: 1 });
    chain.place(2, 'sell', 5110);
    const { filled, ctx } = close(chain);
    expect(filled).toBe(10_000n);
    expect(eventsOf(ctx, 'order_cancelled')).toMatchObject([{ reason: 'self_trade' }]);
    expect(chain.broken()).toEqual([]);
  });

  test('does nothing where there is nobody to trade with, or no live price', () => {
    const chain = distressed();
    const before = chain.dump();
    expect(close(chain).filled).toBe(0n);
    expect(chain.dump()).toEqual(before);
    chain.place(2, 'sell', 5100);
    chain.feed = FeedStatus.FEED_STATUS_HALTED;
    chain.setPrices();
    expect(close(chain).filled).toBe(0n);
  });
});

test('all orders of a subaccount are cancelled for a reason', () => {
  const chain = ClobChain.create([RICH, RICH]);
  for (let i = 0; i < 3; i++) chain.place(0, 'sell', 700 + i, { quantity: 100n });
  chain.place(1, 'sell', 700);
  const { ctx } = chain;
  expect(cancelAllOrders(ctx, 1n, 'liquidation')).toBe(3);
  expect(eventsOf(ctx, 'order_cancelled').map((e) => e['reason'])).toEqual(
    Array(3).fill('liquidation'),
  );
  expect(openOrdersOf(chain.ctx, 1n)).toEqual([]);
  expect(openOrdersOf(chain.ctx, 2n)).toHaveLength(1);
  expect(chain.broken()).toEqual([]);
});
