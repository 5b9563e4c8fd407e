import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defaultOptionsParams, seriesById, seriesBySymbol } from '../options/index.ts';
import type { Ctx } from '../../runtime/context.ts';
import { AccountsChain, BTC, CALL, PUT, USD, userAddress } from './fixture.ts';
import * as accounts from './index.ts';

/** Opens or ends orders until so many rest. */
function setOpenOrders(ctx: Ctx, id: bigint, openOrders: number): void {
  accounts.countOpenOrders(ctx, id, openOrders - accounts.getSubaccount(ctx, id)!.openOrders);
}

describe('trades', () => {
  test('move positions, premium and open interest', () => {
    const chain = AccountsChain.listed(2);
    const [a, b] = [chain.open(0, 1_000n * USD), chain.open(1, 1_000n * USD)];
    chain.trade(a, b, 5_000n);
    const seriesId = chain.seriesId(CALL);
    const cost = 500n * USD;
    expect(accounts.positionOf(chain.ctx, a, seriesId)).toEqual({
      ...{ seriesId, quantity: 5_000n, costUusd: cost },
    });
    expect(accounts.positionsOf(chain.ctx, b)).toEqual([
      { seriesId, quantity: -5_000n, costUusd: -cost },
    ]);
    expect([chain.cash(a), chain.cash(b)]).toEqual([500n * USD, 1_500n * USD]);
    expect(seriesById(chain.ctx, seriesId)?.openInterest).toBe(5_000n);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([b]);
    expect(chain.broken()).toEqual([]);
    chain.trade(b, a, 5_000n);
    expect(accounts.positionsOf(chain.ctx, a)).toEqual([]);
    expect(accounts.getSubaccount(chain.ctx, a)?.positions).toBe(0);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([]);
    expect(chain.broken()).toEqual([]);
  });

  test('one side after the other are the same as both, the seller first', () => {
    const [whole, halves] = [AccountsChain.listed(2), AccountsChain.listed(2)];
    for (const chain of [whole, halves]) {
      chain.open(0, 1_000n * USD);
      chain.open(1, 1_000n * USD);
    }
    whole.trade(1n, 2n, 5_000n);
    const side = {
      seriesId: halves.seriesId(CALL),
      quantityDelta: 5_000n,
      cashDeltaUusd: -500n * USD,
    };
    accounts.applyFill(halves.ctx, {
      ...{ subaccountId: 2n, seriesId: side.seriesId },
      ...{ quantityDelta: -5_000n, cashDeltaUusd: 500n * USD },
    });
    accounts.applyFill(halves.ctx, { subaccountId: 1n, ...side });
    const { genesis } = accounts.accountsModule;
    expect(genesis.export(halves.ctx)).toEqual(genesis.export(whole.ctx));
  });

  test('pass longs from hand to hand at the cap of open interest', () => {
    const { underlyings } = defaultOptionsParams('fast-expiry');
    const capped = { ...underlyings[0]!, maxPosition: 100n, maxSeriesOpenInterest: 100n };
    const chain = AccountsChain.create(3, { underlyings: [capped] });
    chain.run(3, BTC);
    const [a, b, c] = [0, 1, 2].map((user) => chain.open(user, 1_000n * USD));
    chain.trade(a!, b!, 100n);
    expect(() => chain.trade(a!, b!, 1n)).toThrow('at most 0.01 contracts');
    const mark = chain.options.state.mark();
    expect(() => chain.trade(c!, b!, 1n)).toThrow('at most 0.01 contracts');
    chain.options.state.rollback(mark);
    chain.trade(c!, a!, 100n);
    expect(accounts.positionOf(chain.ctx, c!, chain.seriesId(CALL))?.quantity).toBe(100n);
    expect(chain.broken()).toEqual([]);
    const [d, e] = [chain.open(0, 0n, 1), chain.open(1, 0n, 1)];
    expect(() => chain.trade(d, e, 1n)).toThrow('is capped');
  });

  test('are refused beyond the caps of a position and of series, unless they reduce', () => {
    const chain = AccountsChain.listed(2);
    chain.setParams({ maxSeriesStandard: 1 });
    const [a, b] = [chain.open(0, 1_000n * USD), chain.open(1, 1_000n * USD)];
    const cap = 5_000n * 10_000n;
    expect(() => chain.trade(a, b, cap + 1n)).toThrow('at most');
    chain.trade(a, b, 10n);
    expect(() => chain.trade(a, b, 10n, PUT)).toThrow('at most 1 series');
    const fill = { subaccountId: a, seriesId: chain.seriesId(PUT), quantityDelta: 1n };
    expect(accounts.refusalOfFill(chain.ctx, fill)?.code).toBe(6);
    const reduce = { ...fill, seriesId: chain.seriesId(CALL), quantityDelta: -10n };
    expect(accounts.refusalOfFill(chain.ctx, reduce)).toBeNull();
  });

  test('count open orders up to a cap', () => {
    const chain = AccountsChain.listed(1);
    const id = chain.open(0, 100_000n * USD);
    setOpenOrders(chain.ctx, id, 200);
    expect(accounts.getSubaccount(chain.ctx, id)?.openOrders).toBe(200);
    expect(() => setOpenOrders(chain.ctx, id, 201)).toThrow('cancel');
    chain.setParams({ maxOpenOrders: 100 });
    setOpenOrders(chain.ctx, id, 199);
  });

  test('are fewer with less cash, counted over all subaccounts of an owner', () => {
    const chain = AccountsChain.listed(2);
    const [first, second] = [chain.open(0, 60n * USD), chain.open(0, 40n * USD, 1)];
    const other = chain.open(1, 40n * USD);
    setOpenOrders(chain.ctx, first, 15);
    setOpenOrders(chain.ctx, second, 5);
    expect(() => setOpenOrders(chain.ctx, second, 6)).toThrow(
      'you may have 20 open orders in all your subaccounts for the cash in them: ' +
        'cancel some first, or deposit more',
    );
    setOpenOrders(chain.ctx, other, 4);
    expect(() => setOpenOrders(chain.ctx, other, 5)).toThrow('you may have 4');
    // What rests when the cash goes may stay, and goes down only.
    accounts.changeCash(chain.ctx, first, -50n * USD);
    expect(() => setOpenOrders(chain.ctx, first, 16)).toThrow('you may have 4');
    setOpenOrders(chain.ctx, first, 14);
    expect(accounts.sumsOf(chain.ctx, userAddress(0))).toEqual({
      cashUusd: 50n * USD,
      openOrders: 19,
    });
  });

  test('of any kind keep every invariant and add up to a plain model', () => {
    const move = fc.record({
      buyer: fc.integer({ min: 0, max: 3 }),
      seller: fc.integer({ min: 0, max: 3 }),
      series: fc.integer({ min: 0, max: 4 }),
      quantity: fc.bigInt({ min: 1n, max: 40n }),
      premium: fc.bigInt({ min: 0n, max: 1000n }),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const chain = AccountsChain.listed(4);
        const ids = [0, 1, 2, 3].map((user) => chain.open(user, 10_000n));
        const quantities = new Map<string, bigint>();
        const cash = new Map(ids.map((id) => [id, 10_000n]));
        const add = (id: bigint, seriesId: bigint, quantity: bigint, uusd: bigint) => {
          const key = `${id}/${seriesId}`;
          quantities.set(key, (quantities.get(key) ?? 0n) + quantity);
          cash.set(id, cash.get(id)! + uusd);
        };
        for (const { buyer, seller, series, quantity, premium } of moves) {
          if (buyer === seller) continue;
          const [buyerId, sellerId] = [ids[buyer]!, ids[seller]!];
          const seriesId = BigInt(series + 1);
          const both = { seriesId, buyerId, sellerId, quantity, premiumUusd: premium };
          accounts.applyTrade(chain.ctx, both);
          add(buyerId, seriesId, quantity, -premium);
          add(sellerId, seriesId, -quantity, premium);
        }
        for (const [key, quantity] of quantities) {
          const [id, seriesId] = key.split('/').map(BigInt) as [bigint, bigint];
          const held = accounts.positionOf(chain.ctx, id, seriesId)?.quantity ?? 0n;
          expect(held).toBe(quantity);
        }
        for (const [id, uusd] of cash) expect(chain.cash(id)).toBe(uusd);
        expect(chain.broken()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

test('a trade that fails half-way leaves no trace once it is rolled back', () => {
  const chain = AccountsChain.listed(2);
  const [a, b] = [chain.open(0, 1_000n * USD), chain.open(1, 1_000n * USD)];
  chain.setParams({ maxSeriesStandard: 1 });
  chain.trade(a, b, 10n);
  const before = accounts.accountsModule.genesis.export(chain.ctx);
  const mark = chain.options.state.mark();
  // The seller's side is applied when the buyer's is refused.
  const third = chain.open(0, 0n, 1);
  expect(() => chain.trade(a, third, 10n, PUT)).toThrow('series');
  chain.options.state.rollback(mark);
  expect(accounts.accountsModule.genesis.export(chain.ctx)).toEqual(before);
  expect(chain.broken()).toEqual([]);
});

test('risky accounts are paged, and holders are found by expiry', () => {
  const chain = AccountsChain.listed(4);
  const ids = [0, 1, 2, 3].map((user) => chain.open(user, 1_000n * USD));
  for (const seller of [1, 2, 3]) chain.trade(ids[0]!, ids[seller]!, 10n);
  chain.trade(ids[0]!, ids[1]!, 10n, PUT);
  expect(accounts.riskyAccounts(chain.ctx, 0n, 2)).toEqual([ids[1], ids[2]]);
  expect(accounts.riskyAccounts(chain.ctx, ids[2]!, 2)).toEqual([ids[3]]);
  const { expirySeconds } = seriesBySymbol(chain.ctx, CALL)!;
  expect([...accounts.holdersOfExpiry(chain.ctx, 1, expirySeconds)]).toEqual(ids);
  expect([...accounts.holdersOfExpiry(chain.ctx, 2, expirySeconds)]).toEqual([]);
});
