import { describe, expect, test } from '@jest/globals';
import { MsgWithdrawResponse } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Params } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { creditDeposit, isFlagged } from '../accounts/index.ts';
import { userAddress } from '../accounts/fixture.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, SOON, eventsOf } from '../clob/fixture.ts';
import { marginModule } from '../margin/index.ts';
import { blockRules } from './blockRules.ts';
import { LiquidationChain, USD, idOf } from './fixture.ts';
import { reduceFlagged } from './reduceFlagged.ts';

const CONTRACT = 10_000n;
const HIGHER = 'BTC-17NOV26-65000-C';

/** User 1 is short two calls of user 0's; the index has gone from 64,000 to 75,000. */
function breached(cashUsd = 30_000n, params: Partial<Params> = {}): LiquidationChain {
  const chain = LiquidationChain.create([200_000n, cashUsd, 300_000n], params);
  chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, CALL);
  chain.moveTo(75_000n);
  expect(chain.maintenance(1)).toBeLessThan(0n);
  return chain;
}

/** Runs blocks until user 1 is healthy or holds nothing; returns how often it traded. */
function liquidate(chain: LiquidationChain, blocks = 60): number {
  let steps = 0;
  for (let i = 0; i < blocks; i++) {
    const before = chain.maintenance(1);
    const held = chain.held(1);
    const ended = chain.block();
    const traded = eventsOf(ended, 'liquidation_step');
    expect(traded.length).toBeLessThanOrEqual(1);
    for (const event of traded) {
      expect(BigInt(event['maintenance_uusd']!)).toBeGreaterThanOrEqual(before);
      expect(chain.held(1)).toBeGreaterThan(held);
    }
    steps += traded.length;
    expect(chain.broken()).toEqual([]);
    if (chain.flag(1) === undefined || chain.held(1) === 0n) break;
  }
  return steps;
}

describe('a flagged subaccount', () => {
  test("is reduced by slices until it is healthy, and then its owner's again", () => {
    const chain = breached();
    chain.clob.place(2, 'sell', 11_100, { quantity: 5n * CONTRACT });
    const steps = liquidate(chain);
    expect(steps).toBeGreaterThan(1);
    expect(chain.flag(1)).toBeUndefined();
    expect(isFlagged(chain.ctx, idOf(1))).toBe(false);
    expect(chain.held(1)).toBeLessThan(0n);
    expect(chain.maintenance(1)).toBeGreaterThan(0n);
    // No more than it needs: half of the next slice would have left it in breach.
    expect(chain.held(1)).toBeLessThan(-CONTRACT / 2n);
  });

  test('trades once in so many blocks', () => {
    const chain = breached(30_000n, { cooldownBlocks: 3, slicePpm: 50_000 });
    chain.clob.place(2, 'sell', 11_100, { quantity: 5n * CONTRACT });
    const steps = Array.from(
      { length: 7 },
      () => eventsOf(chain.block(), 'liquidation_step').length,
    );
    expect(steps).toEqual([1, 0, 0, 1, 0, 0, 1]);
    expect(chain.flag(1)).toMatchObject({ steps: 3 });
  });

  test('waits when nobody offers, or only for more than its counterparties may be given', () => {
    const chain = breached();
    chain.block();
    // Inside the band, which ends at 16,500; an accomplice would take all that is left of the
    // account.
    chain.clob.place(2, 'sell', 14_000, { quantity: 5n * CONTRACT });
    for (let i = 0; i < 6; i++) chain.block();
    expect(chain.flag(1)).toMatchObject({ steps: 0 });
    expect(chain.held(1)).toBe(-2n * CONTRACT);
    expect(chain.broken()).toEqual([]);
  });

  test('is given away for less as time goes by', () => {
    const chain = breached(30_000n, { fastBlocks: 10, slowBlocks: 10 });
    chain.clob.place(2, 'sell', 12_400, { quantity: 5n * CONTRACT });
    const traded = Array.from(
      { length: 14 },
      () => eventsOf(chain.block(), 'liquidation_step').length > 0,
    );
    expect(traded.indexOf(true)).toBeGreaterThan(4);
  });

  test('is released by a deposit, without a trade', () => {
    const chain = breached();
    chain.block();
    creditDeposit(chain.ctx, idOf(1), 20_000n * USD);
    const ended = chain.block();
    expect(eventsOf(ended, 'liquidation_released')).toMatchObject([
      { subaccount_id: '2', steps: '0' },
    ]);
    expect(chain.held(1)).toBe(-2n * CONTRACT);
    expect(chain.broken()).toEqual([]);
  });
});

function withdrawal(chain: LiquidationChain, user: number): string {
  const handler = marginModule.msgs.find((m) => m.codec.typeUrl.endsWith('MsgWithdraw'))!;
  const msg = { sender: userAddress(user), subaccount: 0, amountUusd: USD };
  return refusalCode(() => MsgWithdrawResponse.decode(handler.execute(chain.ctx, msg)));
}

describe('a subaccount that owes more than it has', () => {
  test('is closed against the other side at a worse price where there is no fund', () => {
    const chain = breached(15_000n, { slicePpm: 500_000 });
    const before = chain.cash(0);
    const lacked = 2n * BigInt(chain.mark(CALL)) * USD - chain.cash(1);
    liquidate(chain, 5);
    expect(chain.held(0)).toBe(0n);
    expect(chain.held(1)).toBe(0n);
    expect(chain.flag(1)).toBeUndefined();
    expect(chain.cash(1) >= 0n && chain.cash(1) < USD).toBe(true);
    // Who was on the other side gets the mark less what was lacked, and no less.
    const got = chain.cash(0) - before;
    const fair = 2n * BigInt(chain.mark(CALL)) * USD;
    expect(fair - got > lacked - 5n * USD && fair - got < lacked + 5n * USD).toBe(true);
    expect(chain.broken()).toEqual([]);
  });

  test('pauses the withdrawals of who holds the underlying, and of nobody else', () => {
    const chain = breached(15_000n);
    chain.fund(2, 8_000n);
    chain.block();
    // Its worst is more than the fund has; the other side of it has to wait, a stranger has not.
    expect(withdrawal(chain, 0)).toBe('margin/2');
    expect(withdrawal(chain, 2)).toBe('done');
    chain.fund(2, 100_000n);
    expect(withdrawal(chain, 0)).toBe('done');
    expect(chain.broken()).toEqual([]);
  });

  test('of a dollar stops nobody, with no fund at all, and is paid once there is one', () => {
    const chain = LiquidationChain.create([200_000n, 1_000n, 300_000n]);
    chain.clob.accounts.trade(idOf(0), idOf(2), CONTRACT, CALL);
    chain.lose(1, 1_001n);
    chain.block();
    expect(chain.flag(1)).toBeDefined();
    for (const user of [0, 2]) expect(withdrawal(chain, user)).toBe('done');
    chain.fund(2, 10n);
    chain.block();
    expect(chain.flag(1)).toBeUndefined();
    expect(chain.cash(1)).toBe(0n);
    expect(chain.broken()).toEqual([]);
  });

  test('buys at no more than the mark at first, whatever the band allows', () => {
    const chain = breached(15_000n);
    chain.fund(0, 100_000n);
    chain.clob.place(2, 'sell', 11_200, { quantity: 5n * CONTRACT });
    for (let i = 0; i < 6; i++) chain.block();
    expect(chain.held(1)).toBe(-2n * CONTRACT);
    chain.clob.place(2, 'sell', 10_995, { quantity: CONTRACT / 10n });
    for (let i = 0; i < 2; i++) chain.block();
    expect(chain.held(1)).toBe(-2n * CONTRACT + CONTRACT / 10n);
  });

  test('sells its longs when they are all that it has', () => {
    const chain = LiquidationChain.create([200_000n, 10_000n, 300_000n]);
    chain.clob.accounts.trade(idOf(1), idOf(0), 2n * CONTRACT, CALL);
    chain.lose(1, 8_500n);
    expect(chain.cash(1)).toBe(-500n * USD);
    chain.clob.place(2, 'buy', 715, { quantity: 2n * CONTRACT });
    for (let i = 0; i < 12 && (i === 0 || chain.flag(1) !== undefined); i++) chain.block();
    expect(chain.flag(1)).toBeUndefined();
    expect(chain.cash(1)).toBeGreaterThanOrEqual(0n);
    expect(chain.cash(1)).toBeLessThan(100n * USD);
    expect(chain.held(1)).toBeGreaterThan(CONTRACT);
    expect(chain.broken()).toEqual([]);
  });
});

/** User 1 has two call spreads that can lose 1,000 each, and only 1,900 to pay for it. */
function spread(): LiquidationChain {
  const slices = { slicePpm: 500_000 };
  const chain = LiquidationChain.create([200_000n, 10_000n, 300_000n], slices);
  chain.moveTo(65_000n);
  chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, CALL);
  chain.clob.accounts.trade(idOf(1), idOf(0), 2n * CONTRACT, HIGHER);
  chain.moveTo(67_000n);
  chain.lose(1, 8_100n);
  return chain;
}

describe('a spread', () => {
  test('is closed leg with leg', () => {
    const chain = spread();
    const [short, long] = [chain.mark(CALL), chain.mark(HIGHER)];
    chain.clob.place(2, 'sell', short, { quantity: 2n * CONTRACT });
    chain.clob.place(2, 'buy', long, { series: HIGHER, quantity: 2n * CONTRACT });
    for (let i = 0; i < 9; i++) {
      chain.block();
      expect(chain.held(1, HIGHER)).toBe(-chain.held(1));
      expect(chain.broken()).toEqual([]);
    }
    expect(chain.held(1)).toBeGreaterThan(-2n * CONTRACT);
    expect(chain.flag(1)).toBeUndefined();
  });

  test('stays as it is when only one leg trades', () => {
    const chain = spread();
    chain.block();
    chain.clob.place(2, 'sell', chain.mark(CALL) - 20, { quantity: 2n * CONTRACT });
    chain.block();
    const before = chain.clob.dump();
    const { ctx } = chain;
    reduceFlagged(ctx, blockRules(ctx));
    expect(ctx.events).toEqual([]);
    expect(chain.clob.dump()).toEqual(before);
    expect(chain.flag(1)).toMatchObject({ steps: 0, lastStepHeight: BigInt(ctx.header.height) });
  });
});

test('an expiry that a pass over the book closes leaves the version that bidders named', () => {
  const chain = LiquidationChain.create([200_000n, 24_000n, 300_000n]);
  chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, CALL);
  chain.clob.accounts.trade(idOf(0), idOf(1), CONTRACT / 10n, SOON);
  chain.moveTo(75_000n);
  chain.block();
  const { version, expiries } = chain.flag(1)!.auction!;
  expect(expiries).toBe(2);
  chain.clob.place(2, 'sell', chain.mark(SOON), { series: SOON, quantity: CONTRACT });
  for (let i = 0; i < 40 && chain.held(1, SOON) !== 0n; i++) chain.block();
  expect(chain.held(1, SOON)).toBe(0n);
  expect(chain.flag(1)!.auction).toMatchObject({ version, expiries: 1 });
  expect(chain.broken()).toEqual([]);
});
