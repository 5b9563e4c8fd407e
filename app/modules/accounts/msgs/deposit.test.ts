import { describe, expect, test } from '@jest/globals';
import { MsgDeposit, MsgDepositResponse } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { UUSD, balanceOf } from '../../bank/index.ts';
import { AccountsChain, USD, userAddress } from '../fixture.ts';
import * as accounts from '../index.ts';
import { deposit } from './deposit.ts';

function send(chain: AccountsChain, user: number, subaccount: number, amountUusd: bigint): bigint {
  const msg = { sender: userAddress(user), subaccount, amountUusd };
  deposit.validate(msg);
  return MsgDepositResponse.decode(deposit.execute(chain.ctx, msg)).subaccountId;
}

describe('a deposit', () => {
  test('moves coins into a subaccount, which it opens', () => {
    const chain = AccountsChain.listed(1);
    const id = send(chain, 0, 3, 5_000n * USD);
    const found = accounts.subaccountOf(chain.ctx, userAddress(0), 3);
    expect(found).toMatchObject({ id, owner: userAddress(0), number: 3, cashUusd: 5_000n * USD });
    expect(send(chain, 0, 3, 1_000n * USD)).toBe(id);
    expect(chain.cash(id)).toBe(6_000n * USD);
    expect(balanceOf(chain.ctx, userAddress(0), UUSD)).toBe(994_000n * USD);
    expect(accounts.subaccountOf(chain.ctx, userAddress(0), 0)).toBeUndefined();
    expect(chain.broken()).toEqual([]);
  });

  test('is refused without the coins, below the minimum, and for a number out of range', () => {
    const chain = AccountsChain.listed(1);
    expect(() => send(chain, 0, 0, 2_000_000n * USD)).toThrow('insufficient funds');
    expect(() => send(chain, 0, 0, 999_999n)).toThrow('at least 1.00 USD');
    expect(() => send(chain, 0, 128, USD)).toThrow('numbered 0 to 127');
    expect(() => send(chain, 0, 0, 0n)).toThrow('positive');
  });

  test('opens numbers of their own for each owner, listed in order', () => {
    const chain = AccountsChain.listed(2);
    const ids = [send(chain, 0, 5, USD), send(chain, 0, 1, USD), send(chain, 1, 1, USD)];
    expect(new Set(ids).size).toBe(3);
    const numbers = accounts.subaccountsOf(chain.ctx, userAddress(0)).map((s) => s.number);
    expect(numbers).toEqual([1, 5]);
    expect(() => accounts.mustSubaccountOf(chain.ctx, userAddress(1), 5)).toThrow('deposit');
    const codec = MsgDeposit.encode({ sender: 'x', subaccount: 0, amountUusd: 1n });
    expect(() => deposit.validate(MsgDeposit.decode(codec))).toThrow('address');
  });
});
