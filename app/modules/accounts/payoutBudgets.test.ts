import { beforeEach, describe, expect, test } from '@jest/globals';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import { expiryOf, mustSeriesBySymbol, seriesOfExpiry } from '../options/index.ts';
import type { Params } from '../../../proto/gen/tenor.options.v1.ts';
import { AccountsChain, BTC, START_MS, USD } from './fixture.ts';
import * as accounts from './index.ts';
import { settlements } from './state.ts';

const FIRST = BigInt(START_MS / 1000 + 120);
const { EXPIRY_STATUS_SETTLED, EXPIRY_STATUS_SETTLING } = ExpiryStatus;
const [BTC_ID, ETH_ID] = [1, 2];
const SYMBOLS = ['BTC-16NOV26T1202-64000-C', 'ETH-16NOV26T1202-3000-C'] as const;
/** Of one underlying and expiry. */
const SERIES = 10;

let chain: AccountsChain;
const create = (params: Partial<Params>) => {
  chain = AccountsChain.create(4, params);
  chain.run(3, BTC);
  for (let user = 0; user < 4; user++) chain.open(user, 1_000n * USD);
};
const trade = (symbol: string, buyerId: bigint, sellerId: bigint, quantity = 10_000n) => {
  const { id: seriesId } = mustSeriesBySymbol(chain.ctx, symbol);
  accounts.applyTrade(chain.ctx, { seriesId, buyerId, sellerId, quantity, premiumUusd: 0n });
};
/** The block in which the first expiry has its price, each price a hundred dollars higher. */
const expire = () => chain.run(117, BTC + 100n * USD, 3_100n * USD);
const statusOf = (id: number) => expiryOf(chain.ctx, id, FIRST)!.status;
const paidIn = ({ events }: { readonly events: readonly { readonly type: string }[] }) =>
  events.filter(({ type }) => type === 'settlement').length;

describe('in one block', () => {
  test('no more accounts are paid than there is a budget for, whatever their underlying', () => {
    create({ maxSettlementsPerBlock: 3 });
    trade(SYMBOLS[0], 1n, 2n);
    trade(SYMBOLS[1], 3n, 4n);
    expect(paidIn(expire())).toBe(3);
    expect([BTC_ID, ETH_ID].map(statusOf)).toEqual([EXPIRY_STATUS_SETTLED, EXPIRY_STATUS_SETTLING]);
    // What the paid buyer received is not paid for yet.
    expect(settlements.get(chain.ctx, [ETH_ID, FIRST])).toMatchObject({
      ...{ accounts: 1n, clearingUusd: -100n * USD, feesUusd: 465_000n },
    });
    expect(expiryOf(chain.ctx, ETH_ID, FIRST)!.paidOutUusd).toBe(100n * USD);
    expect(paidIn(chain.run(1, BTC))).toBe(1);
    expect(statusOf(ETH_ID)).toBe(EXPIRY_STATUS_SETTLED);
    expect(expiryOf(chain.ctx, ETH_ID, FIRST)!.paidOutUusd).toBe(100n * USD);
    expect([...settlements.entries(chain.ctx)]).toEqual([]);
    expect(chain.broken()).toEqual([]);
  });

  test('with the last account of the budget the next expiry waits, even if nobody holds it', () => {
    create({ maxSettlementsPerBlock: 2 });
    trade(SYMBOLS[0], 1n, 2n);
    expect(paidIn(expire())).toBe(2);
    expect([BTC_ID, ETH_ID].map(statusOf)).toEqual([EXPIRY_STATUS_SETTLED, EXPIRY_STATUS_SETTLING]);
    chain.run(1, BTC);
    expect(statusOf(ETH_ID)).toBe(EXPIRY_STATUS_SETTLED);
  });

  test('with one account more in the budget it does not', () => {
    create({ maxSettlementsPerBlock: 3 });
    trade(SYMBOLS[0], 1n, 2n);
    expect(paidIn(expire())).toBe(2);
    expect(statusOf(ETH_ID)).toBe(EXPIRY_STATUS_SETTLED);
    expect(seriesOfExpiry(chain.ctx, ETH_ID, FIRST)).toEqual([]);
  });

  test('no more series are closed than there is a budget for, and then nobody else is paid', () => {
    create({ maxListingsPerBlock: SERIES, maxSettlementsPerBlock: 100 });
    chain.run(20, BTC);
    trade(SYMBOLS[0], 1n, 2n);
    trade(SYMBOLS[1], 3n, 4n);
    expect(seriesOfExpiry(chain.ctx, BTC_ID, FIRST)).toHaveLength(SERIES);
    const ctx = chain.run(97, BTC + 100n * USD, 3_100n * USD);
    expect(paidIn(ctx)).toBe(2);
    expect([BTC_ID, ETH_ID].map(statusOf)).toEqual([EXPIRY_STATUS_SETTLED, EXPIRY_STATUS_SETTLING]);
    expect(paidIn(chain.run(1, BTC))).toBe(2);
    // It has more series by now: the others are closed in the block after.
    expect(seriesOfExpiry(chain.ctx, ETH_ID, FIRST)).not.toEqual([]);
    expect(paidIn(chain.run(1, BTC))).toBe(0);
    expect(statusOf(ETH_ID)).toBe(EXPIRY_STATUS_SETTLED);
    expect(chain.broken()).toEqual([]);
  });
});

test('a covered account pays no fee of a loss, and another one does', () => {
  create({});
  accounts.setMode(chain.ctx, 2n, MarginMode.MARGIN_MODE_COVERED);
  trade(SYMBOLS[1], 1n, 2n);
  trade(SYMBOLS[1], 1n, 3n);
  expire();
  expect([2n, 3n].map((id) => chain.cash(id))).toEqual([900n * USD, 900n * USD - 465_000n]);
});

describe('the underlying that a loss is of', () => {
  beforeEach(() => {
    create({});
  });
  const lossOf = (id: bigint) => accounts.getSubaccount(chain.ctx, id)!.lossUnderlyingId;

  test('is remembered of who ends below zero, and of nobody else', () => {
    // 20 contracts lose 2,000 USD, of 1,000; ten lose all there is, and owe the fee.
    trade(SYMBOLS[0], 1n, 2n, 200_000n);
    trade(SYMBOLS[1], 1n, 3n, 100_000n);
    expire();
    expect([1n, 2n, 3n].map(lossOf)).toEqual([undefined, BTC_ID, ETH_ID]);
    const [btcFee, ethFee] = [20n * 9_615_000n, 10n * 465_000n];
    expect(chain.cash(2n)).toBe(-1_000n * USD - btcFee);
    expect(chain.cash(3n)).toBe(-ethFee);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([2n, 3n]);
  });

  test('stays known when another expiry ends above zero', () => {
    trade(SYMBOLS[1], 1n, 2n, 200_000n);
    expire();
    expect(lossOf(2n)).toBe(ETH_ID);
    accounts.creditDeposit(chain.ctx, 2n, 5_000n * USD);
    trade('BTC-16NOV26T1204-64000-C', 2n, 1n);
    chain.run(121, BTC + 100n * USD);
    expect(accounts.getSubaccount(chain.ctx, 2n)).toMatchObject({
      ...{ positions: 0, lossUnderlyingId: ETH_ID },
    });
  });
});
