import { describe, expect, test } from '@jest/globals';
import type * as pb from '../../../../proto/gen/tenor.accounts.v1.ts';
import { addressBytes } from '../../auth/index.ts';
import { UUSD, balanceOf } from '../../bank/index.ts';
import { FEE_DAYS } from '../core/feeTiers.ts';
import { AccountsChain, BTC, USD, userAddress } from '../fixture.ts';
import { accountsModule } from '../index.ts';
import { feeDays, ownerFees, referrals } from '../state.ts';
import { wrongFees } from './genesis.ts';
import { ALICE, BOB, CAROL, DAY_MS, FeesStage } from './fixture.ts';
import { setReferrer } from './msgs/setReferrer.ts';
import { feesOf, paidLately } from './ownerFees.ts';
import { accrueTradingFee, payReferrers } from './tradingFee.ts';

const stage = new FeesStage();
const { pay, later, refer, ask } = stage;

describe('what is kept of fees', () => {
  test('is nothing of a fee of nothing', () => {
    expect(pay(0n)).toEqual({
      ...{ fundUusd: 0n, referrerUusd: 0n, treasuryUusd: 0n, validatorsUusd: 0n },
    });
    expect([...ownerFees.entries(stage.chain.ctx)]).toEqual([]);
    expect([...referrals.entries(stage.chain.ctx)]).toEqual([]);
  });

  test('adds up over the fees of a day, also what is owed to a referrer', () => {
    refer(ALICE, BOB);
    pay(100n * USD);
    pay(50n * USD);
    expect(feesOf(stage.chain.ctx, ALICE)).toMatchObject({ todayUusd: 150n * USD, referrer: BOB });
    expect(ask(BOB)).toMatchObject({ owedUusd: 15n * USD, tier: 0, paidUusd: 0n });
    // Too little for a share of it leaves none.
    const carol = stage.chain.open(2, 10n * USD);
    refer(CAROL, ALICE);
    expect(accrueTradingFee(stage.chain.ctx, carol, 1, 9n).referrerUusd).toBe(0n);
    expect([...referrals.entries(stage.chain.ctx)]).toHaveLength(1);
    expect(accrueTradingFee(stage.chain.ctx, carol, 1, 10n).referrerUusd).toBe(1n);
    expect(ask(ALICE).owedUusd).toBe(1n);
    expect(stage.chain.broken()).toEqual([]);
  });

  test('drops with each new day at most two that no tier asks for any more, oldest first', () => {
    const days = () => [...feeDays.entries(stage.chain.ctx)].map(([[, day]]) => day - first);
    const first = Math.floor(stage.chain.options.header.timeMs / DAY_MS);
    for (let day = 0; day < 5; day++) {
      pay(USD);
      later(1);
    }
    pay(USD);
    expect(days()).toEqual([0, 1, 2, 3, 4]);
    later(26);
    pay(USD);
    // It is day 31: day 0 is over, day 1 counts for the last time.
    expect(days()).toEqual([1, 2, 3, 4, 5]);
    expect(feesOf(stage.chain.ctx, ALICE).pastUusd).toBe(5n * USD);
    later(3);
    pay(USD);
    expect(days()).toEqual([3, 4, 5, 31]);
    expect(stage.chain.broken()).toEqual([]);
    later(1);
    pay(USD);
    expect(days()).toEqual([5, 31, 34]);
    expect(stage.chain.broken()).toEqual([]);
  });

  test('of today is what a fee of the same day adds to, not the days before', () => {
    pay(7n * USD);
    later(1);
    // Nothing was paid on this day, and the last one counts for 30 days.
    expect(paidLately(stage.chain.ctx, ALICE)).toEqual({ pastUusd: 7n * USD, todayUusd: 0n });
    later(FEE_DAYS - 1);
    expect(paidLately(stage.chain.ctx, ALICE).pastUusd).toBe(7n * USD);
    later(1);
    expect(paidLately(stage.chain.ctx, ALICE).pastUusd).toBe(0n);
  });

  test('of referrers is paid to a hundred in a block, and says so', () => {
    const many = Array.from({ length: 101 }, (_, n) => userAddress(n + 10));
    for (const to of many) referrals.set(stage.chain.ctx, addressBytes(to), 3n);
    payReferrers(stage.chain.ctx);
    expect([...referrals.entries(stage.chain.ctx)]).toHaveLength(1);
    const ctx = stage.chain.run(1, BTC);
    const [last] = ctx.events.filter(({ type }) => type === 'referrer_paid');
    expect(last!.attributes).toMatchObject([
      { key: 'referrer', value: expect.stringMatching(/^tenor1/) as unknown },
      { key: 'amount_uusd', value: '3' },
    ]);
    expect([...referrals.entries(stage.chain.ctx)]).toEqual([]);
    for (const to of many) {
      expect(balanceOf(stage.chain.ctx, to, UUSD)).toBe(3n);
      expect(feesOf(stage.chain.ctx, to).receivedUusd).toBe(3n);
    }
  });

  test('begins for a referrer with what it pays itself, and no day before that', () => {
    refer(ALICE, BOB);
    const bob = stage.chain.open(1, 10n * USD);
    pay(100n * USD);
    stage.chain.run(1, BTC);
    expect(feesOf(stage.chain.ctx, BOB)).toMatchObject({ day: 0, receivedUusd: 10n * USD });
    accrueTradingFee(stage.chain.ctx, bob, 1, USD);
    expect([...feeDays.entries(stage.chain.ctx)]).toEqual([]);
    expect(feesOf(stage.chain.ctx, BOB)).toMatchObject({ todayUusd: USD, pastUusd: 0n });
  });

  test('goes into an export by owner, and comes back as it was', () => {
    const { genesis } = accountsModule;
    refer(ALICE, BOB);
    pay(100n * USD);
    later(1);
    pay(50n * USD);
    const day = Math.floor(stage.chain.options.header.timeMs / DAY_MS);
    const { fees } = genesis.export(stage.chain.ctx) as { fees: { owner: string }[] };
    expect(fees).toEqual([
      {
        owner: ALICE,
        fees: {
          ...{ day, todayUusd: '50000000', pastUusd: '100000000' },
          ...{ referrer: BOB, receivedUusd: '0' },
        },
        days: [{ day: day - 1, paidUusd: '100000000' }],
        owedUusd: '0',
      },
      { owner: BOB, days: [], owedUusd: '15000000' },
    ]);
    const copy = AccountsChain.listed(3);
    genesis.init(copy.ctx, genesis.export(stage.chain.ctx));
    expect([...referrals.entries(copy.ctx)]).toEqual([...referrals.entries(stage.chain.ctx)]);
    expect([...feeDays.entries(copy.ctx)]).toEqual([...feeDays.entries(stage.chain.ctx)]);
    expect(feesOf(copy.ctx, ALICE)).toEqual(feesOf(stage.chain.ctx, ALICE));
    expect([...referrals.entries(copy.ctx)]).toHaveLength(1);
  });

  test('names the one referrer and the owner in an event', () => {
    const { ctx } = stage.chain;
    setReferrer.execute(ctx, { sender: ALICE, referrer: BOB });
    expect(ctx.events.find(({ type }) => type === 'referrer_set')!.attributes).toMatchObject([
      { key: 'owner', value: ALICE },
      { key: 'referrer', value: BOB },
    ]);
  });

  test('is found broken when days and sums do not agree', () => {
    pay(USD);
    later(1);
    pay(USD);
    const key = addressBytes(ALICE);
    const fees = feesOf(stage.chain.ctx, ALICE);
    const brokenBy = (change: () => void): string => {
      const mark = stage.chain.ctx.state.mark();
      change();
      const found = stage.chain.broken().join();
      stage.chain.ctx.state.rollback(mark);
      return found;
    };
    const { ctx } = stage.chain;
    expect(brokenBy(() => ownerFees.set(ctx, key, { ...fees, pastUusd: 1n }))).toBe(
      `${ALICE}: 1, its days 1000000`,
    );
    expect(brokenBy(() => feeDays.set(ctx, [key, fees.day], 1n))).toContain('is not before');
    expect(brokenBy(() => feeDays.set(ctx, [addressBytes(BOB), 1], 1n))).toBe(
      '2 days with fees, 1 of owners',
    );
    // What is too old for the sum is not counted in it, from the 31st day before on.
    const old = fees.day - FEE_DAYS;
    expect(brokenBy(() => feeDays.set(ctx, [key, old - 1], 5n))).toBe('');
    expect(brokenBy(() => feeDays.set(ctx, [key, old], 5n))).toContain('its days 1000005');
  });

  test('does not come in with a genesis that does not hold together', () => {
    const fees = { ...feesOf(stage.chain.ctx, ALICE), day: 5 };
    const days = [3, 4].map((day) => ({ day, paidUusd: 1n }));
    const good = { owner: ALICE, fees, days, owedUusd: 0n };
    expect(
      wrongFees([good, { ...good, owner: BOB, fees: { ...fees, referrer: ALICE } }]),
    ).toBeNull();
    expect(wrongFees([{ owner: ALICE, days: [], owedUusd: 1n }])).toBeNull();
    const wrong = (...given: pb.GenesisFees[]) => wrongFees(given);
    expect(wrong({ ...good, owner: 'x' })).toBe('fees: x is not an address');
    expect(wrong(good, good)).toBe(`fees: ${ALICE} is listed twice`);
    expect(wrong({ ...good, fees: { ...fees, referrer: 'x' } })).toBe(`fees of ${ALICE}: referrer`);
    const late = `fees of ${ALICE}: day 5 is not before the last`;
    expect(wrong({ ...good, days: [...days, { day: 5, paidUusd: 1n }] })).toBe(late);
    expect(wrong({ owner: ALICE, days: [{ day: 5, paidUusd: 1n }], owedUusd: 0n })).toBe(late);
    expect(wrong({ ...good, days: [...days, ...days] })).toBe(
      `fees of ${ALICE}: a day is listed twice`,
    );
  });
});
