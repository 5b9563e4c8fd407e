import { describe, expect, test } from '@jest/globals';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { getSubaccount } from '../accounts/index.ts';
import { CALL, PUT, SOON } from '../clob/fixture.ts';
import { accountMargin, bufferOf, marginOf } from '../margin/index.ts';
import { blockRules } from './blockRules.ts';
import type { BlockRules } from './blockRules.ts';
import { LiquidationChain, USD, idOf } from './fixture.ts';
import { healthOf, isSettledIn, judgedNow, maintenanceNow } from './health.ts';

const ETH = 2;
const [ETH_CALL, ETH_PUT] = ['ETH-17NOV26-3000-C', 'ETH-17NOV26-3000-P'];
const { FEED_STATUS_HALTED, FEED_STATUS_LIVE } = FeedStatus;

type Held = readonly [symbol: string, quantity: bigint];

/** User 1 has 30,000 USD and these positions, against user 0. */
function holding(held: readonly Held[], isPortfolio = false): LiquidationChain {
  const chain = LiquidationChain.create([900_000n, 30_000n, 900_000n]);
  if (isPortfolio) chain.setPortfolioMode(1);
  for (const [symbol, quantity] of held) {
    const [buyer, seller] = quantity > 0n ? [1, 0] : [0, 1];
    const size = quantity > 0n ? quantity : -quantity;
    chain.clob.accounts.trade(idOf(buyer), idOf(seller), size, symbol);
  }
  return chain;
}
const account = (chain: LiquidationChain) => getSubaccount(chain.ctx, idOf(1))!;
const health = (chain: LiquidationChain, changed: Partial<BlockRules> = {}) =>
  healthOf(chain.ctx, account(chain), { ...blockRules(chain.ctx), ...changed });
const expiriesOf = (chain: LiquidationChain) =>
  health(chain)!
    .judged.legs.flat()
    .map(({ underlyingId }) => underlyingId);

describe.each([false, true])('the health of an account (portfolio mode: %s)', (isPortfolio) => {
  test('is its margin without its orders, with the share of the buffer that is to be won', () => {
    const chain = holding([[CALL, -20_000n]], isPortfolio);
    chain.clob.place(1, 'sell', 900, { quantity: 100n });
    const margin = accountMargin(chain.ctx, account(chain), { isCancelled: true });
    const found = health(chain)!;
    const bufferUusd = bufferOf(margin);
    expect(bufferUusd).toBeGreaterThan(0n);
    expect(found).toMatchObject({
      ...{ isPartial: false, bidInUusd: 0n, notionalUusd: 0n, bufferUusd },
      maintenanceMarginUusd: marginOf(chain.ctx, idOf(1)).maintenanceUusd,
      markToMarketUusd: margin.margin.markToMarketUusd,
    });
    expect(found.judged.legs.flat().flatMap(({ legs }) => legs.map((leg) => leg.offers.quantity)))
      // The order has not come to the judgement.
      .toEqual([0]);
    const { bufferPpm } = blockRules(chain.ctx).core;
    const share = (bufferUusd * bufferPpm + 999_999n) / 1_000_000n;
    expect(found.bufferMarginUusd).toBe(found.maintenanceMarginUusd - share);
    expect(judgedNow(chain.ctx, account(chain), blockRules(chain.ctx))).toEqual(found.judged);
  });

  test('is unknown while it holds something that never had a price', () => {
    const chain = holding([[CALL, -20_000n]], isPortfolio);
    expect(health(chain, { unpriced: new Set([ETH]) })).toBeDefined();
    const both = holding(
      [
        [CALL, -20_000n],
        [ETH_CALL, 1_000n],
      ],
      isPortfolio,
    );
    const rules = { ...blockRules(both.ctx), unpriced: new Set([ETH]) };
    expect(health(both, { unpriced: new Set([ETH]) })).toBeUndefined();
    expect(judgedNow(both.ctx, account(both), rules)).toBeUndefined();
    expect(health(both)).toBeDefined();
  });
});

test.each([false, true])('maintenance alone is that of the health (portfolio mode: %s)', (mode) => {
  const now = (chain: LiquidationChain, changed: Partial<BlockRules> = {}) =>
    maintenanceNow(chain.ctx, account(chain), { ...blockRules(chain.ctx), ...changed });
  const chain = holding([[CALL, -20_000n]], mode);
  expect(now(chain)).toBe(health(chain)!.maintenanceMarginUusd);
  // An order beside, a price that is missing, and one that never was.
  chain.clob.place(1, 'buy', 100, { series: PUT });
  expect(now(chain)).toBe(health(chain)!.maintenanceMarginUusd);
  expect(now(chain, { unpriced: new Set([ETH]) })).toBe(health(chain)!.maintenanceMarginUusd);
  const both = holding(
    [
      [CALL, -20_000n],
      [ETH_CALL, -1_000n],
    ],
    mode,
  );
  both.loseEthVolatilities();
  expect(now(both)).toBe(health(both)!.maintenanceMarginUusd);
  expect(now(both, { unpriced: new Set([ETH]) })).toBeUndefined();
  const long = holding([[ETH_CALL, 1_000n]], true);
  long.setFeed(FEED_STATUS_LIVE, 9, FEED_STATUS_HALTED);
  expect(now(long)).toBeUndefined();
});

describe('where prices are missing, standard margin', () => {
  test('lends nothing on the longs of an expiry that is left out', () => {
    const chain = holding([
      [CALL, -10_000n],
      [ETH_CALL, -1_000n],
      [ETH_PUT, 10_000n],
    ]);
    chain.loseEthVolatilities();
    expect([health(chain)!.isPartial, expiriesOf(chain)]).toEqual([true, [1]]);
    expect(health(chain)!.judged.cashUusd).toBe(chain.cash(1));
  });

  test('leaves out the expiries with shorts that have none, and no others', () => {
    const chain = holding([
      [CALL, -10_000n],
      [SOON, -1_000n],
      [ETH_CALL, -1_000n],
    ]);
    expect([health(chain)!.isPartial, expiriesOf(chain)]).toEqual([false, [1, 1, 2]]);
    chain.loseEthVolatilities();
    expect([health(chain)!.isPartial, expiriesOf(chain)]).toEqual([true, [1, 1]]);
    expect(health(chain)!.judged.cashUusd).toBe(chain.cash(1));
  });

  test('does not rest on the price of longs alone', () => {
    const chain = holding([
      [CALL, -10_000n],
      [ETH_CALL, 1_000n],
    ]);
    chain.loseEthVolatilities();
    expect([health(chain)!.isPartial, expiriesOf(chain)]).toEqual([false, [1, 2]]);
  });

  test('judges by no price of a feed that is not live', () => {
    const chain = holding([
      [CALL, -10_000n],
      [ETH_CALL, -1_000n],
    ]);
    chain.setFeed(FEED_STATUS_LIVE, 9, FEED_STATUS_HALTED);
    expect([health(chain)!.isPartial, expiriesOf(chain)]).toEqual([true, [1]]);
  });
});

describe('where prices are missing, portfolio margin', () => {
  /** What the account is taken to own more than its cash. */
  const mostWorth = (held: readonly Held[], lose: (chain: LiquidationChain) => void) => {
    const chain = holding([[CALL, -10_000n], ...held], true);
    lose(chain);
    const found = health(chain);
    if (found === undefined) return undefined;
    expect(found.isPartial).toBe(true);
    expect(expiriesOf(chain)).toEqual([1]);
    return found.judged.cashUusd - chain.cash(1);
  };
  const withoutVols = (chain: LiquidationChain) => {
    chain.loseEthVolatilities();
  };
  const withoutIndex = (chain: LiquidationChain) => {
    chain.setFeed(FEED_STATUS_LIVE, 9, FEED_STATUS_HALTED);
  };

  test('takes longs for the most that they can be worth: a forward, or a strike', () => {
    expect(mostWorth([[ETH_CALL, 1_000n]], withoutVols)).toBe(300n * USD);
    expect(mostWorth([[ETH_PUT, 3n]], withoutVols)).toBe(900_000n);
    expect(
      mostWorth(
        [
          [ETH_CALL, 1_001n],
          [ETH_PUT, 10_000n],
        ],
        withoutVols,
      ),
    ).toBe(300n * USD + 300_000n + 3_000n * USD);
  });

  test('takes what has a price for what that says', () => {
    const held = [
      [PUT, 1_000n],
      [ETH_CALL, 1_000n],
    ] as const;
    expect(mostWorth(held, withoutVols)).toBe(300n * USD);
  });

  test('takes shorts for nothing', () => {
    expect(
      mostWorth(
        [
          [ETH_CALL, 1_000n],
          [ETH_PUT, -10_000n],
        ],
        withoutVols,
      ),
    ).toBe(300n * USD);
    expect(mostWorth([[ETH_CALL, -1_000n]], withoutVols)).toBe(0n);
  });

  test('knows no most of a call without a live forward, and one of a put', () => {
    expect(mostWorth([[ETH_CALL, 1_000n]], withoutIndex)).toBeUndefined();
    expect(
      mostWorth(
        [
          [ETH_CALL, -1_000n],
          [ETH_PUT, 10_000n],
        ],
        withoutIndex,
      ),
    ).toBe(3_000n * USD);
  });

  test('leaves out all of an underlying, since its expiries hedge one another', () => {
    const chain = holding(
      [
        [CALL, -10_000n],
        [ETH_CALL, -1_000n],
      ],
      true,
    );
    chain.loseEthVolatilities();
    expect(expiriesOf(chain)).toEqual([1]);
    const live = holding(
      [
        [CALL, -10_000n],
        [ETH_CALL, -1_000n],
      ],
      true,
    );
    expect([health(live)!.isPartial, expiriesOf(live)]).toEqual([false, [1, 2]]);
  });
});

describe('liquidations rest on prices', () => {
  const settled = (chain: LiquidationChain) => isSettledIn(health(chain)!);

  test('that have been there for some blocks, of all that the margin rests on', () => {
    const chain = holding([
      [CALL, -10_000n],
      [PUT, 1_000n],
    ]);
    expect(settled(chain)).toBe(true);
    chain.setFeed(FEED_STATUS_LIVE, 4);
    expect(settled(chain)).toBe(false);
    chain.setFeed(FEED_STATUS_LIVE, 5);
    expect(settled(chain)).toBe(true);
  });

  test('of shorts in standard mode, of longs also in portfolio mode', () => {
    for (const [isPortfolio, rests] of [
      [false, true],
      [true, false],
    ] as const) {
      const chain = holding([[CALL, 10_000n]], isPortfolio);
      chain.setFeed(FEED_STATUS_LIVE, 4);
      expect(settled(chain)).toBe(rests);
    }
  });
});
