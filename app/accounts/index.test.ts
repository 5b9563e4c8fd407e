import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  MsgDeposit,
  MsgDepositResponse,
  QuerySubaccountRequest,
  QuerySubaccountResponse,
} from '../../proto/gen/tenor.accounts.v1.ts';
import { UUSD, balanceOf } from '../bank/index.ts';
import {
  defaultOptionsParams,
  liveExpiries,
  seriesById,
  seriesBySymbol,
  seriesOfExpiry,
} from '../options/index.ts';
import { Ctx } from '../runtime/context.ts';
import { AccountsChain, USD, userAddress } from './fixture.ts';
import * as accounts from './index.ts';

const BTC = 64_000n * USD;
const CALL = 'BTC-16NOV26T1204-64000-C';
const PUT = 'BTC-16NOV26T1204-64000-P';

function created(users: number): AccountsChain {
  const chain = AccountsChain.create(users);
  chain.run(3, BTC);
  return chain;
}

const idOf = (chain: AccountsChain, symbol: string): bigint =>
  seriesBySymbol(chain.ctx, symbol)!.id;
const cashOf = (chain: AccountsChain, id: bigint): bigint =>
  accounts.getSubaccount(chain.ctx, id)!.cashUusd;

function send(chain: AccountsChain, user: number, subaccount: number, amountUusd: bigint): bigint {
  const [deposit] = accounts.accountsModule.msgs;
  const msg = { sender: userAddress(user), subaccount, amountUusd };
  deposit!.validate(msg);
  return MsgDepositResponse.decode(deposit!.execute(chain.ctx, msg)).subaccountId;
}

/** A trade at a premium; cash moves with it. */
function trade(chain: AccountsChain, buyer: bigint, seller: bigint, size: bigint, symbol = CALL) {
  accounts.applyTrade(chain.ctx, {
    seriesId: idOf(chain, symbol),
    ...{ buyerId: buyer, sellerId: seller },
    ...{ quantity: size, premiumUusd: size * 100_000n },
  });
}

describe('a deposit', () => {
  test('moves coins into a subaccount, which it opens', () => {
    const chain = created(1);
    const id = send(chain, 0, 3, 5_000n * USD);
    const found = accounts.subaccountOf(chain.ctx, userAddress(0), 3);
    expect(found).toMatchObject({ id, owner: userAddress(0), number: 3, cashUusd: 5_000n * USD });
    expect(send(chain, 0, 3, 1_000n * USD)).toBe(id);
    expect(cashOf(chain, id)).toBe(6_000n * USD);
    expect(balanceOf(chain.ctx, userAddress(0), UUSD)).toBe(994_000n * USD);
    expect(accounts.subaccountOf(chain.ctx, userAddress(0), 0)).toBeUndefined();
    expect(chain.broken()).toEqual([]);
  });

  test('is refused without the coins, below the minimum, and for a number out of range', () => {
    const chain = created(1);
    expect(() => send(chain, 0, 0, 2_000_000n * USD)).toThrow('insufficient funds');
    expect(() => send(chain, 0, 0, 999_999n)).toThrow('at least 1000000uusd');
    expect(() => send(chain, 0, 128, USD)).toThrow('numbered 0 to 127');
    expect(() => send(chain, 0, 0, 0n)).toThrow('positive');
  });

  test('opens numbers of their own for each owner, listed in order', () => {
    const chain = created(2);
    const ids = [send(chain, 0, 5, USD), send(chain, 0, 1, USD), send(chain, 1, 1, USD)];
    expect(new Set(ids).size).toBe(3);
    const numbers = accounts.subaccountsOf(chain.ctx, userAddress(0)).map((s) => s.number);
    expect(numbers).toEqual([1, 5]);
    expect(() => accounts.mustSubaccountOf(chain.ctx, userAddress(1), 5)).toThrow('deposit');
    const codec = MsgDeposit.encode({ sender: 'x', subaccount: 0, amountUusd: 1n });
    const [deposit] = accounts.accountsModule.msgs;
    expect(() => deposit!.validate(MsgDeposit.decode(codec))).toThrow('address');
  });
});

describe('cash', () => {
  test('goes back to the owner, never more than there is', () => {
    const chain = created(1);
    const id = chain.open(0, 100n * USD);
    expect(() => accounts.debitForWithdrawal(chain.ctx, id, 100n * USD + 1n)).toThrow('withdraw');
    accounts.debitForWithdrawal(chain.ctx, id, 100n * USD);
    expect(cashOf(chain, id)).toBe(0n);
    expect(balanceOf(chain.ctx, userAddress(0), UUSD)).toBe(1_000_000n * USD);
    expect(chain.broken()).toEqual([]);
  });

  test('pays fees into a pot that goes to the fee collector in one transfer a block', () => {
    const chain = created(2);
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

  test('below zero makes an account risky, and its deficit follows until it is covered', () => {
    const chain = created(2);
    const [a, b] = [chain.open(0, 100n * USD), chain.open(1, 100n * USD)];
    accounts.changeCash(chain.ctx, a, -150n * USD);
    accounts.changeCash(chain.ctx, b, 150n * USD);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([a]);
    expect(accounts.hasDeficits(chain.ctx)).toBe(false);
    accounts.recordDeficit(chain.ctx, a);
    expect(accounts.deficits(chain.ctx)).toMatchObject([
      { subaccountId: a, amountUusd: 50n * USD },
    ]);
    send(chain, 0, 0, 20n * USD);
    expect(accounts.deficits(chain.ctx)).toMatchObject([{ amountUusd: 30n * USD }]);
    expect(chain.broken()).toEqual([]);
    send(chain, 0, 0, 30n * USD);
    expect(accounts.deficits(chain.ctx)).toEqual([]);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([]);
    expect(() => accounts.recordDeficit(chain.ctx, a)).toThrow('negative');
  });
});

describe('trades', () => {
  test('move positions, premium and open interest', () => {
    const chain = created(2);
    const [a, b] = [chain.open(0, 1_000n * USD), chain.open(1, 1_000n * USD)];
    trade(chain, a, b, 5_000n);
    const seriesId = idOf(chain, CALL);
    const cost = 500n * USD;
    expect(accounts.positionOf(chain.ctx, a, seriesId)).toEqual({
      ...{ seriesId, quantity: 5_000n, costUusd: cost },
    });
    expect(accounts.positionsOf(chain.ctx, b)).toEqual([
      { seriesId, quantity: -5_000n, costUusd: -cost },
    ]);
    expect([cashOf(chain, a), cashOf(chain, b)]).toEqual([500n * USD, 1_500n * USD]);
    expect(seriesById(chain.ctx, seriesId)?.openInterest).toBe(5_000n);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([b]);
    expect(chain.broken()).toEqual([]);
    trade(chain, b, a, 5_000n);
    expect(accounts.positionsOf(chain.ctx, a)).toEqual([]);
    expect(accounts.getSubaccount(chain.ctx, a)?.positions).toBe(0);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([]);
    expect(chain.broken()).toEqual([]);
  });

  test('one side after the other are the same as both, the seller first', () => {
    const [whole, halves] = [created(2), created(2)];
    for (const chain of [whole, halves]) {
      chain.open(0, 1_000n * USD);
      chain.open(1, 1_000n * USD);
    }
    trade(whole, 1n, 2n, 5_000n);
    const side = {
      seriesId: idOf(halves, CALL),
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
    trade(chain, a!, b!, 100n);
    expect(() => trade(chain, a!, b!, 1n)).toThrow('at most 100');
    const mark = chain.options.state.mark();
    expect(() => trade(chain, c!, b!, 1n)).toThrow('at most 100');
    chain.options.state.rollback(mark);
    trade(chain, c!, a!, 100n);
    expect(accounts.positionOf(chain.ctx, c!, idOf(chain, CALL))?.quantity).toBe(100n);
    expect(chain.broken()).toEqual([]);
    const [d, e] = [chain.open(0, 0n, 1), chain.open(1, 0n, 1)];
    expect(() => trade(chain, d, e, 1n)).toThrow('is capped');
  });

  test('are refused beyond the caps of a position and of series, unless they reduce', () => {
    const chain = created(2);
    chain.setParams({ maxSeriesStandard: 1 });
    const [a, b] = [chain.open(0, 1_000n * USD), chain.open(1, 1_000n * USD)];
    const cap = 5_000n * 10_000n;
    expect(() => trade(chain, a, b, cap + 1n)).toThrow('at most');
    trade(chain, a, b, 10n);
    expect(() => trade(chain, a, b, 10n, PUT)).toThrow('at most 1 series');
    const fill = { subaccountId: a, seriesId: idOf(chain, PUT), quantityDelta: 1n };
    expect(accounts.refusalOfFill(chain.ctx, fill)?.code).toBe(6);
    const reduce = { ...fill, seriesId: idOf(chain, CALL), quantityDelta: -10n };
    expect(accounts.refusalOfFill(chain.ctx, reduce)).toBeNull();
  });

  test('count open orders up to a cap', () => {
    const chain = created(1);
    const id = chain.open(0, USD);
    accounts.setOpenOrders(chain.ctx, id, 200);
    expect(accounts.getSubaccount(chain.ctx, id)?.openOrders).toBe(200);
    expect(() => accounts.setOpenOrders(chain.ctx, id, 201)).toThrow('cancel');
    chain.setParams({ maxOpenOrders: 100 });
    accounts.setOpenOrders(chain.ctx, id, 199);
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
        const chain = created(4);
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
        for (const [id, uusd] of cash) expect(cashOf(chain, id)).toBe(uusd);
        expect(chain.broken()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

test('a trade that fails half-way leaves no trace once it is rolled back', () => {
  const chain = created(2);
  const [a, b] = [chain.open(0, 1_000n * USD), chain.open(1, 1_000n * USD)];
  chain.setParams({ maxSeriesStandard: 1 });
  trade(chain, a, b, 10n);
  const before = accounts.accountsModule.genesis.export(chain.ctx);
  const mark = chain.options.state.mark();
  // The seller's side is applied when the buyer's is refused.
  const third = chain.open(0, 0n, 1);
  expect(() => trade(chain, a, third, 10n, PUT)).toThrow('series');
  chain.options.state.rollback(mark);
  expect(accounts.accountsModule.genesis.export(chain.ctx)).toEqual(before);
  expect(chain.broken()).toEqual([]);
});

test('risky accounts are paged, and holders are found by expiry', () => {
  const chain = created(4);
  const ids = [0, 1, 2, 3].map((user) => chain.open(user, 1_000n * USD));
  for (const seller of [1, 2, 3]) trade(chain, ids[0]!, ids[seller]!, 10n);
  trade(chain, ids[0]!, ids[1]!, 10n, PUT);
  expect(accounts.riskyAccounts(chain.ctx, 0n, 2)).toEqual([ids[1], ids[2]]);
  expect(accounts.riskyAccounts(chain.ctx, ids[2]!, 2)).toEqual([ids[3]]);
  const { expirySeconds } = seriesBySymbol(chain.ctx, CALL)!;
  expect([...accounts.holdersOfExpiry(chain.ctx, 1, expirySeconds)]).toEqual(ids);
  expect([...accounts.holdersOfExpiry(chain.ctx, 2, expirySeconds)]).toEqual([]);
});

test('queries show a subaccount with the symbols of its positions', () => {
  const chain = created(2);
  const [a, b] = [chain.open(0, 1_000n * USD), chain.open(1, 1_000n * USD)];
  trade(chain, a, b, 10n);
  const handler = accounts.accountsModule.queries['/tenor.accounts.v1.Query/Subaccount']!;
  const ask = (number: number) =>
    QuerySubaccountResponse.decode(
      handler(chain.ctx, QuerySubaccountRequest.encode({ owner: userAddress(1), number })),
    );
  expect(ask(0).positions).toMatchObject([{ symbol: CALL, position: { quantity: -10n } }]);
  expect(ask(0).subaccount?.id).toBe(b);
  expect(() => ask(1)).toThrow('no subaccount 1');
});

test('each invariant notices what it guards', () => {
  const chain = created(2);
  const [a, b] = [chain.open(0, 1_000n * USD), chain.open(1, 1_000n * USD)];
  trade(chain, a, b, 10n);
  const ctx = new Ctx(chain.options.state.fork(), chain.options.header);
  accounts.changeCash(ctx, a, 1n);
  accounts.applyFill(ctx, {
    ...{ subaccountId: a, seriesId: idOf(chain, PUT) },
    ...{ quantityDelta: -1n, cashDeltaUusd: 0n },
  });
  const { invariants } = accounts.accountsModule;
  const broken = Object.values(invariants).flatMap((check) => check(ctx) ?? []);
  expect(broken).toEqual([
    expect.stringContaining('the bank holds'),
    expect.stringContaining('positions add up to -1'),
  ]);
  expect(chain.broken()).toEqual([]);
  expect(seriesOfExpiry(ctx, 1, liveExpiries(ctx)[0]!.expirySeconds).length).toBeGreaterThan(0);
});
