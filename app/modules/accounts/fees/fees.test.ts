import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FeeTier } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { moduleAddress } from '../../../lib/address.ts';
import { GAS, GasMeter } from '../../../lib/gas.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { addressBytes, ensureAccount } from '../../auth/index.ts';
import { UUSD, balanceOf } from '../../bank/index.ts';
import { ACCOUNTS_ADDRESS, FEE_COLLECTOR, TREASURY } from '../cash.ts';
import { FEE_DAYS, splitFee, tierAt, wrongTiers } from '../core/feeTiers.ts';
import { AccountsChain, BTC, USD, userAddress } from '../fixture.ts';
import { accountsModule } from '../index.ts';
import { defaultAccountsParams, params, wrongParams } from '../params.ts';
import { fundOf } from '../fund/fund.ts';
import { feeDays, ownerFees } from '../state.ts';
import { ALICE, BOB, CAROL, DAY_MS, FeesStage } from './fixture.ts';
import { feesOf, paidLately, tierOf } from './ownerFees.ts';
import { accrueTradingFee } from './tradingFee.ts';

const stage = new FeesStage();
const { pay, later, refer, ask } = stage;

describe('tiers', () => {
  test('hold from the day after the fees that reach them, and for 30 days', () => {
    pay(1_000n * USD);
    expect(tierOf(stage.chain.ctx, ALICE)).toBe(0);
    expect(paidLately(stage.chain.ctx, ALICE)).toMatchObject({
      pastUusd: 0n,
      todayUusd: 1_000n * USD,
    });
    later(1);
    expect(tierOf(stage.chain.ctx, ALICE)).toBe(1);
    pay(5n * USD);
    expect(paidLately(stage.chain.ctx, ALICE)).toMatchObject({
      ...{ pastUusd: 1_000n * USD, todayUusd: 5n * USD },
    });
    later(FEE_DAYS - 1);
    expect(tierOf(stage.chain.ctx, ALICE)).toBe(1);
    later(1);
    expect(tierOf(stage.chain.ctx, ALICE)).toBe(0);
    expect(paidLately(stage.chain.ctx, ALICE).pastUusd).toBe(5n * USD);
    // The next fee forgets what no tier will ask for.
    pay(USD);
    expect([...feeDays.entries(stage.chain.ctx)]).toHaveLength(1);
    expect(stage.chain.broken()).toEqual([]);
  });

  test('whatever is paid when: as summing up all days does', () => {
    const payment = fc.record({
      days: fc.integer({ min: 0, max: 40 }),
      usd: fc.bigInt(0n, 500n),
    });
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 15 }), (payments) => {
        const one = AccountsChain.listed(1);
        const account = one.open(0, 100_000n * USD);
        const paid = new Map<number, bigint>();
        for (const { days, usd } of payments) {
          one.options.block(days * DAY_MS);
          accrueTradingFee(one.ctx, account, 1, usd * USD);
          const day = Math.floor(one.options.header.timeMs / DAY_MS);
          paid.set(day, (paid.get(day) ?? 0n) + usd * USD);
          let sum = 0n;
          for (const [at, uusd] of paid) if (at < day && at >= day - FEE_DAYS) sum += uusd;
          expect(paidLately(one.ctx, ALICE).pastUusd).toBe(sum);
        }
        expect(one.broken()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('of which there is one ask nothing of what was paid: gas is part of the results', () => {
    const { ctx } = stage.chain;
    const gasOf = (): number => {
      const view = ctx.metered(new GasMeter(1_000_000));
      expect(tierOf(view, ALICE)).toBe(0);
      return view.gas.used;
    };
    const asked = gasOf();
    stage.chain.setParams({ feeTiers: [params.get(ctx).feeTiers[0]!] });
    expect(gasOf()).toBe(GAS.read);
    expect(asked).toBeGreaterThan(GAS.read);
  });

  test('keep no day on which nothing was paid, whatever a genesis says', () => {
    const { ctx } = stage.chain;
    pay(USD);
    const key = addressBytes(ALICE);
    ownerFees.set(ctx, key, { ...feesOf(ctx, ALICE), todayUusd: 0n });
    later(1);
    pay(USD);
    expect([...feeDays.entries(stage.chain.ctx)]).toEqual([]);
  });

  test('ascend, and never make who paid more pay a larger share', () => {
    const tier = (usd: bigint, maker: number, taker: number): FeeTier => ({
      ...{ leastPaidUusd: usd, makerSharePpm: maker, takerSharePpm: taker },
    });
    const first = tier(0n, 900_000, 1_000_000);
    expect(wrongTiers([first, tier(1n, 900_000, 500_000)])).toBeNull();
    for (const wrong of [
      [],
      [tier(1n, 1, 1)],
      [tier(0n, 1_000_001, 1)],
      [first, tier(0n, 1, 1)],
      [first, tier(1n, 900_001, 1)],
      [first, tier(1n, 1, 1_000_001)],
      Array.from({ length: 21 }, (_, i) => tier(BigInt(i), 1, 1)),
    ]) {
      expect(wrongTiers(wrong)).toContain('fee_tiers');
    }
    expect([0n, 1n, 9n].map((paid) => tierAt([first, tier(1n, 1, 1)], paid))).toEqual([0, 1, 1]);
    const p = defaultAccountsParams();
    expect(wrongParams({ ...p, fundFeePpm: 900_001 })).toContain('referrer_fee_ppm');
  });
});

describe('a fee', () => {
  test('is shared out to the last unit', () => {
    const ppm = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n), ppm, ppm, ppm, (fee, fund, referrer, treasury) => {
        fc.pre(fund + referrer <= 1_000_000);
        const parts = splitFee(fee, {
          ...{ fundFeePpm: fund, referrerFeePpm: referrer, treasuryFeePpm: treasury },
        });
        const { fundUusd, referrerUusd, treasuryUusd, validatorsUusd } = parts;
        expect(fundUusd + referrerUusd + treasuryUusd + validatorsUusd).toBe(fee);
        for (const part of Object.values(parts)) expect(part >= 0n).toBe(true);
      }),
    );
  });

  test('reaches fund, referrer, treasury and validators by the end of its block', () => {
    stage.chain.setParams({ treasuryFeePpm: 250_000 });
    refer(ALICE, BOB);
    const had = balanceOf(stage.chain.ctx, BOB, UUSD);
    const held = balanceOf(stage.chain.ctx, ACCOUNTS_ADDRESS, UUSD);
    expect(pay(100n * USD)).toEqual({
      ...{ fundUusd: 20n * USD, referrerUusd: 10n * USD },
      ...{ treasuryUusd: 17_500_000n, validatorsUusd: 52_500_000n },
    });
    expect(stage.chain.broken()).toEqual([]);
    expect(ask(BOB)).toMatchObject({ receivedUusd: 0n, owedUusd: 10n * USD });
    const before = [TREASURY, FEE_COLLECTOR].map((to) => balanceOf(stage.chain.ctx, to, UUSD));
    stage.chain.run(1, BTC);
    const after = [TREASURY, FEE_COLLECTOR].map((to) => balanceOf(stage.chain.ctx, to, UUSD));
    expect(after.map((uusd, i) => uusd - before[i]!)).toEqual([17_500_000n, 52_500_000n]);
    expect(balanceOf(stage.chain.ctx, BOB, UUSD) - had).toBe(10n * USD);
    expect(held - balanceOf(stage.chain.ctx, ACCOUNTS_ADDRESS, UUSD)).toBe(80n * USD);
    expect(fundOf(stage.chain.ctx, 1).balanceUusd).toBe(20n * USD);
    expect(stage.chain.cash(stage.id)).toBe(99_900n * USD);
    expect(ask(BOB)).toMatchObject({ receivedUusd: 10n * USD, owedUusd: 0n });
    expect(stage.chain.broken()).toEqual([]);
  });

  test('of somebody without a referrer leaves nothing for one', () => {
    expect(pay(100n * USD)).toMatchObject({ referrerUusd: 0n, validatorsUusd: 80n * USD });
  });
});

describe('a referrer', () => {
  test('is named once, and is somebody else with an account', () => {
    expect(refusalCode(() => refer(ALICE, ALICE))).toBe('accounts/11');
    expect(refusalCode(() => refer(ALICE, moduleAddress('treasury')))).toBe('accounts/11');
    expect(() => refer(ALICE, TREASURY)).toThrow('a referrer is somebody with a key');
    expect(refusalCode(() => refer(ALICE, userAddress(77)))).toBe('accounts/11');
    expect(refusalCode(() => refer(ALICE, 'nobody'))).toMatch(/^sdk\//);
    ensureAccount(stage.chain.ctx, BOB);
    refer(ALICE, BOB);
    expect(refusalCode(() => refer(ALICE, CAROL))).toBe('accounts/12');
    expect(refusalCode(() => refer(ALICE, BOB))).toBe('accounts/12');
    expect(refusalCode(() => refer(BOB, ALICE))).toBe('accounts/11');
    expect(feesOf(stage.chain.ctx, ALICE).referrer).toBe(BOB);
    expect(feesOf(stage.chain.ctx, BOB).referrer).toBe('');
  });

  test('survives the first fee of a day, and an export', () => {
    refer(ALICE, BOB);
    pay(1_500n * USD);
    later(1);
    pay(3n * USD);
    expect(ask(ALICE)).toMatchObject({
      ...{ paidUusd: 1_500n * USD, todayUusd: 3n * USD, tier: 1, referrer: BOB },
      next: { leastPaidUusd: 10_000n * USD },
    });
    const exported = accountsModule.genesis.export(stage.chain.ctx);
    accountsModule.genesis.validate(exported);
    const copy = AccountsChain.listed(3);
    accountsModule.genesis.init(copy.ctx, exported);
    expect(accountsModule.genesis.export(copy.ctx)).toEqual(exported);
  });
});
