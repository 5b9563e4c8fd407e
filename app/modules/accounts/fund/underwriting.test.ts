import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.accounts.v1.ts';
import { UUSD, balanceOf } from '../../bank/index.ts';
import { Reject } from '../../../runtime/errors.ts';
import { AccountsChain, BTC, USD, userAddress } from '../fixture.ts';
import { accountsModule, changeAtRisk, fundOf, payFromFund, payIntoFund } from '../index.ts';

const WAIT = 10;

function start(changed: Partial<pb.Params> = {}): AccountsChain {
  const chain = AccountsChain.listed(3);
  chain.setParams({ underwritingWaitSeconds: WAIT, fundDailyLossPpm: 1_000_000, ...changed });
  return chain;
}

function send(chain: AccountsChain, name: string, msg: object): string {
  const handler = accountsModule.msgs.find((m) => m.codec.typeUrl.endsWith(name))!;
  const mark = chain.ctx.state.mark();
  try {
    handler.validate(msg);
    handler.execute(chain.ctx, msg);
    return 'done';
  } catch (error) {
    if (!(error instanceof Reject)) throw error;
    chain.ctx.state.rollback(mark);
    return `${error.codespace}/${error.code}`;
  }
}

const enter = (chain: AccountsChain, user: number, amountUusd: bigint, underlying = 'BTC') =>
  send(chain, 'MsgUnderwrite', { sender: userAddress(user), underlying, amountUusd });

const leave = (chain: AccountsChain, user: number, shares: bigint) =>
  send(chain, 'MsgWithdrawUnderwriting', {
    ...{ sender: userAddress(user), underlying: 'BTC', shares },
  });

const coins = (chain: AccountsChain, user: number): bigint =>
  balanceOf(chain.ctx, userAddress(user), UUSD);

function owned(chain: AccountsChain, user: number): pb.QueryUnderwritingResponse {
  const answer = accountsModule.queries['/tenor.accounts.v1.Query/Underwriting']!;
  const request = pb.QueryUnderwritingRequest.encode({ owner: userAddress(user) });
  return pb.QueryUnderwritingResponse.decode(answer(chain.ctx, request));
}

describe('an underwriter', () => {
  test('enters and leaves at the price once the wait is over, and not before', () => {
    const chain = start();
    const before = coins(chain, 0);
    expect(enter(chain, 0, 1_000n * USD)).toBe('done');
    expect(coins(chain, 0)).toBe(before - 1_000n * USD);
    chain.run(WAIT - 1, BTC);
    expect(owned(chain, 0).requests).toHaveLength(1);
    expect(chain.broken()).toEqual([]);
    chain.run(2, BTC);
    expect(owned(chain, 0).requests).toEqual([]);
    expect(owned(chain, 0).funds).toMatchObject([
      { underlying: 'BTC', freeShares: 1_000n * USD, valueUusd: 1_000n * USD },
    ]);
    expect(leave(chain, 0, 600n * USD)).toBe('done');
    expect(owned(chain, 0).funds).toMatchObject([{ freeShares: 400n * USD }]);
    expect(leave(chain, 0, 401n * USD)).toBe('accounts/9');
    chain.run(WAIT + 1, BTC);
    expect(coins(chain, 0)).toBe(before - 400n * USD);
    expect(chain.broken()).toEqual([]);
  });

  test('bears the losses of its fund while it waits to leave, and no other fund’s', () => {
    const chain = start();
    const id = chain.open(1, 0n);
    expect(enter(chain, 0, 1_000n * USD)).toBe('done');
    expect(enter(chain, 2, 1_000n * USD, 'ETH')).toBe('done');
    chain.run(WAIT + 1, BTC);
    expect(leave(chain, 0, 1_000n * USD)).toBe('done');
    expect(payFromFund(chain.ctx, id, 1, 250n * USD)).toBe(250n * USD);
    const before = coins(chain, 0);
    chain.run(WAIT + 1, BTC);
    expect(coins(chain, 0)).toBe(before + 750n * USD);
    expect(fundOf(chain.ctx, 2)).toMatchObject({ balanceUusd: 1_000n * USD });
    expect(chain.broken()).toEqual([]);
  });

  test('leaves at the worst of what is open, and enters at the best', () => {
    const chain = start();
    expect(enter(chain, 0, 1_000n * USD)).toBe('done');
    chain.run(WAIT + 1, BTC);
    changeAtRisk(chain.ctx, 1, 400n * USD);
    expect(owned(chain, 0).funds[0]!.valueUusd).toBe(600n * USD);
    expect(enter(chain, 2, 1_000n * USD)).toBe('done');
    chain.run(WAIT + 1, BTC);
    expect(owned(chain, 2).funds[0]!.shares!.shares).toBe(1_000n * USD);
    changeAtRisk(chain.ctx, 1, -400n * USD);
    expect(owned(chain, 0).funds[0]!.valueUusd).toBe(1_000n * USD);
  });

  test('earns what the fund is fed', () => {
    const chain = start();
    const id = chain.open(1, 1_000n * USD);
    expect(enter(chain, 0, 1_000n * USD)).toBe('done');
    chain.run(WAIT + 1, BTC);
    payIntoFund(chain.ctx, id, 1, 100n * USD);
    const { valueUusd } = owned(chain, 0).funds[0]!;
    expect(valueUusd).toBeLessThan(1_100n * USD);
    expect(valueUusd).toBeGreaterThan(1_099n * USD);
    expect(chain.broken()).toEqual([]);
  });

  test('who makes shares dear with income of its own loses a million times what others do', () => {
    for (const given of [1n, 999n, 800_000n]) {
      for (const entered of [1n, 77n, 5_000n]) {
        const chain = start({ minUnderwriteUusd: USD });
        const id = chain.open(1, 900_000n * USD);
        // All that an attacker can do: be the only one with shares, and then feed the fund by fees.
        expect(enter(chain, 0, USD)).toBe('done');
        chain.run(WAIT + 1, BTC);
        payIntoFund(chain.ctx, id, 1, given * USD);
        expect(enter(chain, 2, entered * USD)).toBe('done');
        chain.run(WAIT + 1, BTC);
        const lost = entered * USD - (owned(chain, 2).funds[0]?.valueUusd ?? 0n);
        expect(lost).toBeGreaterThanOrEqual(0n);
        // With a dollar of shares that is nobody's, half of what it gave is gone.
        const cost = (1n + given) * USD - owned(chain, 0).funds[0]!.valueUusd;
        expect(cost).toBeGreaterThanOrEqual((given * USD) / 2n - lost - 2n);
        expect(lost).toBeLessThanOrEqual(cost / 1_000_000n + 2n);
        expect(chain.broken()).toEqual([]);
      }
    }
  });

  test('of a fund that lost all owns nothing, and others begin anew', () => {
    const chain = start();
    const id = chain.open(1, 0n);
    expect(enter(chain, 0, 1_000n * USD)).toBe('done');
    chain.run(WAIT + 1, BTC);
    expect(leave(chain, 0, 500n * USD)).toBe('done');
    expect(payFromFund(chain.ctx, id, 1, 5_000n * USD)).toBe(1_000n * USD);
    expect(owned(chain, 0).funds).toEqual([]);
    expect(enter(chain, 2, 200n * USD)).toBe('done');
    const before = coins(chain, 0);
    chain.run(WAIT + 1, BTC);
    expect(coins(chain, 0)).toBe(before);
    expect(owned(chain, 2).funds[0]!.valueUusd).toBe(200n * USD);
    expect(chain.broken()).toEqual([]);
  });

  test('is refused with dust, with nothing, for an unknown underlying and too many at once', () => {
    const chain = start({ maxFundRequests: 1 });
    expect(enter(chain, 0, 99n * USD)).toBe('accounts/9');
    expect(enter(chain, 0, 0n)).toBe('accounts/9');
    expect(leave(chain, 0, 0n)).toBe('accounts/9');
    expect(leave(chain, 0, 1n)).toBe('accounts/9');
    expect(enter(chain, 0, 200n * USD, 'DOGE')).toMatch(/^options\//);
    expect(enter(chain, 0, 10_000_000n * USD)).toBe('sdk/5');
    expect(enter(chain, 0, 100n * USD)).toBe('done');
    expect(enter(chain, 0, 100n * USD)).toBe('accounts/10');
    expect(chain.broken()).toEqual([]);
  });

  test('comes back from genesis with what waits, and is found by time again', () => {
    const chain = start();
    expect(enter(chain, 0, 1_000n * USD)).toBe('done');
    const exported = accountsModule.genesis.export(chain.ctx);
    accountsModule.genesis.validate(exported);
    const fresh = AccountsChain.listed(1);
    accountsModule.genesis.init(fresh.ctx, exported);
    expect(accountsModule.genesis.export(fresh.ctx)).toEqual(exported);
  });
});
