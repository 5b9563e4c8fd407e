import { expect, test } from '@jest/globals';
import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { setMode } from '../../accounts/index.ts';
import { CALL, PUT } from '../../clob/fixture.ts';
import { quoting, setGroup } from '../../clob/quotes/fixture.ts';
import { LiquidationChain, idOf } from '../../liquidation/fixture.ts';
import { replayExplained } from '../core/index.ts';
import { marginOf } from '../index.ts';
import { explanationOf } from './explanation.ts';

const CONTRACT = 10_000n;
const ETH = 'ETH-17NOV26-3000-C';

function holding(): LiquidationChain {
  const chain = LiquidationChain.create([200_000n, 90_000n, 500_000n]);
  chain.clob.accounts.trade(idOf(0), idOf(1), CONTRACT, CALL);
  chain.clob.accounts.trade(idOf(0), idOf(1), 3n * CONTRACT, PUT);
  chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, ETH);
  chain.clob.place(1, 'sell', 2_000, { quantity: CONTRACT });
  return chain;
}

function expectReplayed(chain: LiquidationChain): void {
  const explanation = explanationOf(chain.ctx, idOf(1))!;
  const { initialUusd, maintenanceUusd } = marginOf(chain.ctx, idOf(1));
  expect(replayExplained(explanation)).toMatchObject({
    initialMarginUusd: initialUusd,
    maintenanceMarginUusd: maintenanceUusd,
  });
}

test('a standard margin is computed again from its explanation, orders included', () => {
  const chain = holding();
  const { underlyings } = explanationOf(chain.ctx, idOf(1))!;
  expect(underlyings.map(({ expiries }) => expiries[0]!.legs.length)).toEqual([2, 1]);
  expect(underlyings[0]!.standard?.maintenancePpm).toBeGreaterThan(0);
  expectReplayed(chain);
});

test('what groups of quotes reserve is computed again, in either mode', () => {
  const chain = holding();
  const plain = replayExplained(explanationOf(chain.ctx, idOf(1))!);
  setGroup(chain.clob, 1, 'both');
  setGroup(chain.clob, 1, 'sells', { quantityLimit: 3_000n, maxQuote: 3_000n });
  setGroup(chain.clob, 1, 'eth', { underlying: 'ETH' });
  setGroup(chain.clob, 1, 'idle');
  quoting(chain.clob, 1, 'both', [
    [CALL, [600, 1], [1_500, 0.5]],
    [PUT, [500, 1], undefined],
  ]);
  quoting(chain.clob, 1, 'sells', [[PUT, undefined, [1_600, 0.3]]]);
  quoting(chain.clob, 1, 'eth', [[ETH, [40, 1], [90, 1]]]);
  expect(explanationOf(chain.ctx, idOf(1))!.quotes.map(({ quantity }) => quantity)).toEqual([
    25_000n,
    3_000n,
    20_000n,
  ]);
  expectReplayed(chain);
  const { quotesReservedUusd } = replayExplained(explanationOf(chain.ctx, idOf(1))!);
  expect(quotesReservedUusd).toBe(marginOf(chain.ctx, idOf(1)).quotesReservedUusd);
  expect(quotesReservedUusd > 0n && plain.quotesReservedUusd === 0n).toBe(true);
  chain.setPortfolioMode(1);
  expectReplayed(chain);
  chain.loseEthVolatilities();
  expectReplayed(chain);
});

test('also where no volatility is known any more', () => {
  const chain = holding();
  chain.loseEthVolatilities();
  const [, eth] = explanationOf(chain.ctx, idOf(1))!.underlyings;
  expect(eth!.expiries[0]!.degradedStdDev).toBeGreaterThan(0);
  expectReplayed(chain);
  chain.setFeed(FeedStatus.FEED_STATUS_STALE, 0);
  expectReplayed(chain);
});

test('a portfolio margin has its scenarios, and a covered one rests on no price', () => {
  const chain = holding();
  chain.setPortfolioMode(1);
  expectReplayed(chain);
  expect(explanationOf(chain.ctx, idOf(1))!.underlyings[0]!.rules).toBeDefined();
  setMode(chain.ctx, idOf(2), MarginMode.MARGIN_MODE_COVERED);
  expect(explanationOf(chain.ctx, idOf(2))).toBeUndefined();
});
