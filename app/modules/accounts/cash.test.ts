import { describe, expect, test } from '@jest/globals';
import { UUSD, balanceOf } from '../bank/index.ts';
import { AccountsChain, BTC, USD, userAddress } from './fixture.ts';
import * as accounts from './index.ts';
import { wrongParams } from './params.ts';

describe('cash', () => {
  test('goes back to the owner, never more than there is', () => {
    const chain = AccountsChain.listed(1);
    const id = chain.open(0, 100n * USD);
    expect(() => accounts.debitForWithdrawal(chain.ctx, id, 100n * USD + 1n)).toThrow('withdraw');
    accounts.debitForWithdrawal(chain.ctx, id, 100n * USD);
    expect(chain.cash(id)).toBe(0n);
    expect(balanceOf(chain.ctx, userAddress(0), UUSD)).toBe(1_000_000n * USD);
    expect(chain.broken()).toEqual([]);
  });

  test('pays fees into a pot that goes to the fee collector in one transfer a block', () => {
    const chain = AccountsChain.listed(2);
    const [a, b] = [chain.open(0, 100n * USD), chain.open(1, 100n * USD)];
    accounts.accrueFee(chain.ctx, a, 7n);
    accounts.accrueFee(chain.ctx, b, 5n);
    expect(chain.broken()).toEqual([]);
    const { events } = chain.run(1, BTC);
    expect(events.filter((e) => e.type === 'transfer')).toHaveLength(1);
    expect(balanceOf(chain.ctx, accounts.FEE_COLLECTOR, UUSD)).toBe(12n);
    expect(chain.run(1, BTC).events.filter((e) => e.type === 'transfer')).toHaveLength(0);
    expect(chain.broken()).toEqual([]);
  });

  test('splits its pot between the treasury and the validators, to the last unit', () => {
    const chain = AccountsChain.listed(1);
    const id = chain.open(0, 100n * USD);
    const given = accounts.accountsParams.get(chain.ctx);
    accounts.accountsParams.set(chain.ctx, { ...given, treasuryFeePpm: 250_000 });
    accounts.accrueFee(chain.ctx, id, 11n);
    const { events } = chain.run(1, BTC);
    expect(balanceOf(chain.ctx, accounts.TREASURY, UUSD)).toBe(2n);
    expect(balanceOf(chain.ctx, accounts.FEE_COLLECTOR, UUSD)).toBe(9n);
    const told = events.find(({ type }) => type === 'fees_collected')!.attributes;
    expect(told.map(({ value }) => value)).toEqual(['9', '2']);
    expect(chain.broken()).toEqual([]);
    expect(wrongParams({ ...given, treasuryFeePpm: 1_000_001 })).toContain('treasury_fee_ppm');
  });

  test('below zero makes an account risky, and its deficit follows until it is covered', () => {
    const chain = AccountsChain.listed(2);
    const [a, b] = [chain.open(0, 100n * USD), chain.open(1, 100n * USD)];
    accounts.changeCash(chain.ctx, a, -150n * USD);
    accounts.changeCash(chain.ctx, b, 150n * USD);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([a]);
    expect(accounts.deficits(chain.ctx)).toEqual([]);
    accounts.recordDeficit(chain.ctx, a);
    expect(accounts.deficits(chain.ctx)).toMatchObject([
      { subaccountId: a, amountUusd: 50n * USD },
    ]);
    accounts.creditDeposit(chain.ctx, a, 20n * USD);
    expect(accounts.deficits(chain.ctx)).toMatchObject([{ amountUusd: 30n * USD }]);
    expect(chain.broken()).toEqual([]);
    accounts.creditDeposit(chain.ctx, a, 30n * USD);
    expect(accounts.deficits(chain.ctx)).toEqual([]);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([]);
    expect(() => accounts.recordDeficit(chain.ctx, a)).toThrow('negative');
  });
});
