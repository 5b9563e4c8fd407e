import { describe, expect, test } from '@jest/globals';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { isFlagged } from '../accounts/index.ts';
import { CALL, PUT, eventsOf } from '../clob/fixture.ts';
import { openOrdersOf } from '../margin/index.ts';
import { LiquidationChain, USD, idOf } from './fixture.ts';

/** User 1 is short two calls of user 0's, with 30,000 USD, at an index of 64,000. */
function shortCalls(): LiquidationChain {
  const chain = LiquidationChain.create([200_000n, 30_000n, 200_000n]);
  chain.clob.place(1, 'sell', 700, { quantity: 20_000n });
  chain.clob.place(0, 'buy', 700, { quantity: 20_000n });
  return chain;
}

describe('a subaccount under maintenance margin', () => {
  test('is flagged in the block of the breach, and loses its orders', () => {
    const chain = shortCalls();
    chain.clob.place(1, 'buy', 100, { series: PUT });
    chain.clob.place(1, 'buy', 200);
    chain.clob.place(0, 'buy', 200);
    chain.moveTo(75_000n);
    expect(chain.flag(1)).toBeUndefined();
    const breach = chain.maintenance(1);
    expect(breach).toBeLessThan(0n);
    const { events, header } = chain.ctx;
    expect(events).toEqual([]);
    const ended = chain.block();
    expect(chain.flag(1)).toMatchObject({
      ...{ subaccountId: 2n, number: 0, sinceHeight: BigInt(header.height) },
      ...{ maintenanceUusd: breach, steps: 0 },
    });
    expect(isFlagged(chain.ctx, idOf(1))).toBe(true);
    expect(openOrdersOf(chain.ctx, idOf(1))).toEqual([]);
    expect(openOrdersOf(chain.ctx, idOf(0))).toHaveLength(1);
    expect(eventsOf(ended, 'liquidation_flagged')).toMatchObject([
      { subaccount_id: '2', subaccount: '0', maintenance_uusd: breach.toString() },
    ]);
    expect(eventsOf(ended, 'order_cancelled').map((e) => e['reason'])).toEqual([
      'liquidation',
      'liquidation',
    ]);
    expect(chain.broken()).toEqual([]);
  });

  test('is left alone as long as it is healthy', () => {
    const chain = shortCalls();
    chain.moveTo(69_000n);
    const ended = chain.block();
    expect(chain.maintenance(1)).toBeGreaterThan(0n);
    expect(eventsOf(ended, 'liquidation_flagged')).toEqual([]);
  });

  test('is not judged by a price that is not live', () => {
    for (const feed of [FeedStatus.FEED_STATUS_STALE, FeedStatus.FEED_STATUS_HALTED]) {
      const chain = shortCalls();
      chain.moveTo(75_000n);
      chain.setFeed(feed, 0);
      chain.block();
      expect(chain.flag(1)).toBeUndefined();
      chain.block();
      expect(chain.flag(1)).toBeDefined();
    }
  });

  test('is flagged at the first price after an outage, and traded for at the fifth', () => {
    const chain = shortCalls();
    chain.moveTo(75_000n);
    chain.clob.place(2, 'sell', 11_050, { quantity: 20_000n });
    for (let fresh = 1; fresh <= 5; fresh++) {
      chain.setFeed(FeedStatus.FEED_STATUS_LIVE, fresh);
      chain.block();
      expect(chain.flag(1)).toMatchObject({ steps: fresh < 5 ? 0 : 1 });
      expect(chain.held(1)).toBe(fresh < 5 ? -20_000n : -16_000n);
    }
  });

  test('cannot hide behind a long whose underlying has no price', () => {
    const chain = shortCalls();
    const eth = 'ETH-17NOV26-3000-C';
    chain.clob.place(2, 'sell', 50, { series: eth, quantity: 1_000n });
    chain.clob.place(1, 'buy', 50, { series: eth, quantity: 1_000n });
    chain.moveTo(75_000n);
    chain.setFeed(FeedStatus.FEED_STATUS_LIVE, 9, FeedStatus.FEED_STATUS_HALTED);
    chain.block();
    expect(chain.flag(1)).toBeDefined();
  });
});

const ETH = 'ETH-17NOV26-3000-C';

/** User 1 in breach, with a tenth of an ETH call bought, sold or bid for, without a volatility. */
function hiding(how: 'long' | 'short' | 'bid', isPortfolio: boolean): LiquidationChain {
  const chain = shortCalls();
  if (isPortfolio) chain.setPortfolioMode(1);
  const small = { series: ETH, quantity: 1_000n };
  if (how !== 'bid') chain.clob.place(2, how === 'long' ? 'sell' : 'buy', 50, small);
  chain.clob.place(1, how === 'short' ? 'sell' : 'buy', 50, small);
  chain.moveTo(75_000n);
  chain.loseEthVolatilities();
  return chain;
}

describe.each([false, true])(
  'where a volatility is missing (portfolio mode: %s)',
  (isPortfolio) => {
    test.each(['long', 'short', 'bid'] as const)('nobody hides behind a %s', (how) => {
      const chain = hiding(how, isPortfolio);
      chain.block();
      expect(chain.flag(1)).toBeDefined();
      expect(chain.broken()).toEqual([]);
    });

    test('what can be judged is reduced, and nobody is released on half a judgement', () => {
      const chain = hiding('short', isPortfolio);
      chain.clob.place(2, 'sell', 11_050, { quantity: 20_000n });
      for (let block = 0; block < 40; block++) {
        chain.block();
        chain.loseEthVolatilities();
      }
      expect(chain.held(1)).toBeGreaterThan(-20_000n);
      expect(chain.held(1, ETH)).toBe(-1_000n);
      expect(chain.flag(1)).toBeDefined();
      const { steps } = chain.flag(1)!;
      chain.block();
      expect(chain.flag(1)?.steps ?? steps).toBe(steps);
      chain.block();
      expect(chain.flag(1)).toBeUndefined();
      expect(chain.broken()).toEqual([]);
    });
  },
);

test('a portfolio is in breach if its unpriced longs at their most are too little', () => {
  const chain = LiquidationChain.create([500_000n, 30_000n, 200_000n]);
  chain.setPortfolioMode(1);
  chain.clob.accounts.trade(idOf(0), idOf(1), 20_000n, CALL);
  // Worth 3,000 USD each at the most.
  chain.clob.accounts.trade(idOf(1), idOf(2), 100_000n, ETH);
  chain.moveTo(75_000n);
  chain.loseEthVolatilities();
  chain.block();
  expect(chain.flag(1)).toBeUndefined();
  chain.moveTo(100_000n);
  chain.loseEthVolatilities();
  chain.block();
  expect(chain.flag(1)).toBeDefined();
});

test('who is in breach by live prices does not hide behind a short whose price is not', () => {
  const chain = hiding('short', false);
  chain.setFeed(FeedStatus.FEED_STATUS_LIVE, 9, FeedStatus.FEED_STATUS_HALTED);
  chain.block();
  expect(chain.flag(1)).toBeDefined();
});

test('a block looks at no more than its budget, and the next one goes on from there', () => {
  const users = 6;
  const chain = LiquidationChain.create(Array<bigint>(users + 1).fill(20_000n), {
    // Two subaccounts with a position each; the last may overdraw.
    maxSweptPerBlock: 3,
  });
  chain.clob.accounts.open(0, 500_000n * USD);
  for (let user = 1; user <= users; user++) {
    chain.clob.accounts.trade(idOf(0), idOf(user), 10_000n, CALL);
  }
  chain.moveTo(80_000n);
  const flagged: number[] = [];
  for (let block = 0; block < 3; block++) {
    flagged.push(eventsOf(chain.block(), 'liquidation_flagged').length);
  }
  expect(flagged).toEqual([2, 2, 2]);
  expect(chain.broken()).toEqual([]);
});
