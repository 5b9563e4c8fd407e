import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ExpiryStatus, OptionKind } from '../../../proto/gen/tenor.options.v1.ts';
import { UUSD, balanceOf } from '../bank/index.ts';
import {
  defaultOptionsParams,
  expiryOf,
  optionsModule,
  optionsParams,
  seriesById,
  seriesBySymbol,
  seriesOfExpiry,
} from '../options/index.ts';
import { payoutUusd, settlementFeeUusd } from '../options/core/index.ts';
import { Ctx } from '../../runtime/context.ts';
import { schemasOf } from '../../store/collection.ts';
import { State } from '../../store/state.ts';
import { settleAccount } from './core/settleAccount.ts';
import { AccountsChain, BTC, START_MS, USD, userAddress } from './fixture.ts';
import * as accounts from './index.ts';
import { rebuild } from './rebuild.ts';
import * as state from './state.ts';

const FIRST = BigInt(START_MS / 1000 + 120);
const SECOND = FIRST + 120n;
const CALL = 'BTC-16NOV26T1202-64000-C';
const { genesis } = accounts.accountsModule;
const fee = { feePpm: 150, capPpm: 125_000 };

interface Deal {
  readonly buyer: number;
  readonly seller: number;
  readonly series: number;
  readonly quantity: bigint;
}

/** Users with a thousand dollars, positions in the two nearest expiries, just before the first. */
function traded(users: number, deals: readonly Deal[], accountsPerBlock: number): AccountsChain {
  const chain = AccountsChain.create(users, { maxSettlementsPerBlock: accountsPerBlock });
  chain.run(3, BTC);
  for (let user = 0; user < users; user++) chain.open(user, 1_000n * USD);
  const series = [1, 2].flatMap((underlying) =>
    [FIRST, SECOND].flatMap((expiry) => seriesOfExpiry(chain.ctx, underlying, expiry)),
  );
  for (const { buyer, seller, series: n, quantity } of deals) {
    if (buyer === seller) continue;
    accounts.applyTrade(chain.ctx, {
      seriesId: series[n % series.length]!.id,
      ...{ buyerId: BigInt(buyer + 1), sellerId: BigInt(seller + 1) },
      ...{ quantity, premiumUusd: 0n },
    });
  }
  chain.run(96, BTC);
  return chain;
}

const deal = (users: number): fc.Arbitrary<Deal> =>
  fc.record({
    buyer: fc.integer({ min: 0, max: users - 1 }),
    seller: fc.integer({ min: 0, max: users - 1 }),
    series: fc.integer({ min: 0, max: 39 }),
    quantity: fc.bigInt({ min: 1n, max: 50_000n }),
  });

describe('the fees of a covered subaccount', () => {
  const spread = (quantity: bigint) => [
    { kind: OptionKind.OPTION_KIND_CALL, strikeUusd: 60_000n * USD, quantity },
    { kind: OptionKind.OPTION_KIND_CALL, strikeUusd: 65_000n * USD, quantity: -quantity },
  ];
  const settle = (quantity: bigint, isCovered: boolean) =>
    settleAccount(spread(quantity), 2_000_000n * USD, fee, isCovered);

  test('are at most the capped share of what an expiry brings', () => {
    // 5,000 of gain; 0.015% of two million for each leg is 600.
    expect(settle(10_000n, true)).toMatchObject({ payoutUusd: 5_000n * USD, feeUusd: 600n * USD });
    const dear = settleAccount(spread(10_000n), 4_000_000n * USD, fee, true);
    expect(dear.feeUusd).toBe(625n * USD);
  });

  test('are nothing of a loss, which is what the positions can lose and no more', () => {
    expect(settle(-10_000n, false)).toMatchObject({
      payoutUusd: -5_000n * USD,
      feeUusd: 600n * USD,
    });
    expect(settle(-10_000n, true)).toMatchObject({ payoutUusd: -5_000n * USD, feeUusd: 0n });
  });
});

describe('payouts', () => {
  test('pay the winner what the loser pays, and fees of both to the collector', () => {
    const chain = traded(2, [], 100);
    const { id } = seriesBySymbol(chain.ctx, CALL)!;
    const both = { seriesId: id, buyerId: 1n, sellerId: 2n, premiumUusd: 0n };
    accounts.applyTrade(chain.ctx, { ...both, quantity: 5_000n });
    const { events } = chain.run(21, BTC + 1_000n * USD);
    // Half a contract is worth 500; the fee 0.015% of 32,500 = 4.875 on each side.
    expect(chain.cash(1n)).toBe(1_500n * USD - 4_875_000n);
    expect(chain.cash(2n)).toBe(500n * USD - 4_875_000n);
    expect(balanceOf(chain.ctx, accounts.FEE_COLLECTOR, UUSD)).toBe(9_750_000n);
    expect(events.filter((e) => e.type === 'settlement')).toHaveLength(2);
    expect(events.find((e) => e.type === 'settlement')!.attributes).toMatchObject([
      { key: 'subaccount_id', value: '1' },
      { key: 'owner', value: userAddress(0) },
      { key: 'subaccount', value: '0' },
      { key: 'underlying', value: 'BTC' },
      { key: 'expiry', value: '16NOV26T1202' },
      { key: 'settlement_uusd', value: '65000000000' },
      { key: 'payout_uusd', value: '500000000' },
      { key: 'fee_uusd', value: '4875000' },
    ]);
    expect(expiryOf(chain.ctx, 1, FIRST)).toMatchObject({
      status: ExpiryStatus.EXPIRY_STATUS_SETTLED,
      settlementUusd: 65_000n * USD,
      paidOutUusd: 500n * USD,
    });
    expect(seriesById(chain.ctx, id)).toBeUndefined();
    expect(accounts.getSubaccount(chain.ctx, 1n)?.positions).toBe(0);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([]);
    expect(chain.broken()).toEqual([]);
  });

  test('may leave a loser below zero, who is risky then', () => {
    const chain = traded(2, [], 100);
    const { id } = seriesBySymbol(chain.ctx, CALL)!;
    const both = { seriesId: id, buyerId: 1n, sellerId: 2n, premiumUusd: 0n };
    accounts.applyTrade(chain.ctx, { ...both, quantity: 20_000n });
    chain.run(21, BTC + 1_000n * USD);
    expect(chain.cash(2n)).toBe(-1_000n * USD - 19_500_000n);
    expect(accounts.riskyAccounts(chain.ctx, 0n, 10)).toEqual([2n]);
    expect(chain.broken()).toEqual([]);
  });

  test('are free of fees for dailies', () => {
    const { listing } = defaultOptionsParams('default');
    const params = { ...defaultOptionsParams('fast-expiry'), listing: listing.slice(0, 1) };
    const chain = AccountsChain.create(2, params);
    chain.run(3, BTC);
    chain.open(0, 1_000n * USD);
    chain.open(1, 1_000n * USD);
    const { id, expirySeconds } = seriesBySymbol(chain.ctx, 'BTC-17NOV26-64000-C')!;
    const both = { seriesId: id, buyerId: 1n, sellerId: 2n, premiumUusd: 0n };
    accounts.applyTrade(chain.ctx, { ...both, quantity: 5_000n });
    chain.options.block(Number(expirySeconds) * 1000 - 20_000 - chain.options.header.timeMs);
    chain.run(21, BTC + 1_000n * USD);
    expect(chain.cash(1n)).toBe(1_500n * USD);
    expect(balanceOf(chain.ctx, accounts.FEE_COLLECTOR, UUSD)).toBe(0n);
  });

  test('wait with the settlement price, and nothing lapses', () => {
    const chain = traded(2, [{ buyer: 0, seller: 1, series: 0, quantity: 10n }], 100);
    const seriesId = accounts.positionsOf(chain.ctx, 1n)[0]!.seriesId;
    chain.options.block(100_000);
    accounts.accountsModule.beginBlock!(chain.ctx);
    expect(expiryOf(chain.ctx, 1, FIRST)?.status).toBe(ExpiryStatus.EXPIRY_STATUS_AWAITING_PRICE);
    expect(accounts.positionOf(chain.ctx, 1n, seriesId)?.quantity).toBe(10n);
    chain.run(12, BTC);
    expect(accounts.positionOf(chain.ctx, 1n, seriesId)).toBeUndefined();
    expect(expiryOf(chain.ctx, 1, FIRST)?.status).toBe(ExpiryStatus.EXPIRY_STATUS_SETTLED);
  });
});

test('payouts match a plain model, and splitting them over blocks changes nobody’s result', () => {
  const price = fc.bigInt({ min: 6_300_000n, max: 6_500_000n }).map((cents) => cents * 10_000n);
  const many = fc.array(deal(6), { minLength: 1, maxLength: 25 });
  fc.assert(
    fc.property(many, price, fc.integer({ min: 1, max: 5 }), (deals, btcUusd, budget) => {
      const split = traded(6, deals, budget);
      const expected = new Map<bigint, bigint>();
      for (let id = 1n; id <= 6n; id++) {
        let cash = split.cash(id);
        for (const { seriesId, quantity } of accounts.positionsOf(split.ctx, id)) {
          const series = seriesById(split.ctx, seriesId)!;
          if (series.expirySeconds !== FIRST) continue;
          const at = series.underlyingId === 1 ? btcUusd : 3000n * USD;
          cash += payoutUusd(series, at, quantity) - settlementFeeUusd(series, at, quantity, fee);
        }
        expected.set(id, cash);
      }
      for (let block = 0; block < 21 + 12; block++) {
        split.run(1, btcUusd);
        if (block >= 20) expect(split.broken()).toEqual([]);
      }
      const whole = traded(6, deals, 100);
      whole.run(21 + 12, btcUusd);
      for (const [id, cash] of expected) {
        expect(split.cash(id)).toBe(cash);
        expect(whole.cash(id)).toBe(cash);
      }
      expect(genesis.export(split.ctx)).toEqual(genesis.export(whole.ctx));
      expect(state.settlements.first(split.ctx)).toBeUndefined();
      expect(expiryOf(split.ctx, 2, FIRST)?.status).toBe(ExpiryStatus.EXPIRY_STATUS_SETTLED);
      expect(expiryOf(split.ctx, 1, FIRST)?.paidOutUusd).toBe(
        expiryOf(whole.ctx, 1, FIRST)?.paidOutUusd,
      );
    }),
    { numRuns: 12 },
  );
});

describe('in the middle of a payout', () => {
  const deals = [0, 1, 2, 3].map((n) => ({
    ...{ buyer: n, seller: n + 1, series: n },
    quantity: 10_000n + BigInt(n),
  }));

  function halfPaid(): AccountsChain {
    const chain = traded(5, deals, 2);
    chain.run(21, BTC + 700n * USD);
    expect([...state.settlements.entries(chain.ctx)]).not.toEqual([]);
    expect(chain.broken()).toEqual([]);
    return chain;
  }

  test('genesis comes back from export as it went in, and the payout goes on', () => {
    const chain = halfPaid();
    const ctx = new Ctx(new State(), chain.options.header);
    optionsModule.genesis.init(ctx, optionsModule.genesis.export(chain.ctx));
    const exported = genesis.export(chain.ctx);
    genesis.validate(exported);
    genesis.init(ctx, exported);
    expect(genesis.export(ctx)).toEqual(exported);
    for (const derived of [state.holders, state.risky] as const) {
      const collection = derived as typeof state.risky;
      expect([...collection.entries(ctx)]).toEqual([...collection.entries(chain.ctx)]);
    }
  });

  test('what is derived is rebuilt from proved entries alone', () => {
    const chain = halfPaid();
    const schemas = new Map(schemasOf(state).map((schema) => [schema.prefix, schema] as const));
    schemas.set(accounts.accountsParams.schema.prefix, accounts.accountsParams.schema);
    const ctx = new Ctx(new State(), chain.options.header);
    optionsModule.genesis.init(ctx, optionsModule.genesis.export(chain.ctx));
    for (const { store, changes } of chain.options.state.takeChanges()) {
      if (store !== 'accounts') continue;
      for (const [key, bytes] of changes) {
        const schema = schemas.get(key.charCodeAt(0))!;
        if (bytes !== null) ctx.state.set(store, key, schema.value.decode(bytes), bytes);
      }
    }
    rebuild(ctx);
    expect(genesis.export(ctx)).toEqual(genesis.export(chain.ctx));
    for (const derived of [state.holders, state.risky] as const) {
      const collection = derived as typeof state.risky;
      expect([...collection.entries(ctx)]).toEqual([...collection.entries(chain.ctx)]);
    }
  });

  test('a budget of one account a block reaches everybody', () => {
    const chain = traded(5, deals, 1);
    chain.run(20, BTC);
    let settled = 0;
    for (let block = 0; block < 12; block++) {
      const count = chain.run(1, BTC).events.filter((e) => e.type === 'settlement').length;
      expect(count).toBeLessThanOrEqual(optionsParams.get(chain.ctx).maxSettlementsPerBlock);
      settled += count;
    }
    expect(settled).toBe(5);
    expect(expiryOf(chain.ctx, 1, FIRST)?.status).toBe(ExpiryStatus.EXPIRY_STATUS_SETTLED);
  });
});

test('a genesis that does not hold together is refused with the reason', () => {
  const chain = traded(2, [{ buyer: 0, seller: 1, series: 0, quantity: 10n }], 100);
  const good = genesis.export(chain.ctx) as { subaccounts: object[]; positions: object[] };
  const bad = (changed: object) => () => {
    genesis.validate({ ...good, ...changed });
  };
  const [first] = good.subaccounts;
  expect(bad({ positions: good.positions.slice(1) })).toThrow('miscounted');
  expect(bad({ subaccounts: [] })).toThrow('no subaccount 1');
  expect(bad({ subaccounts: [first, first] })).toThrow('listed twice');
  expect(bad({ subaccounts: [{ ...first, owner: 'tenor1x' }] })).toThrow('not an address');
  expect(bad({ nextId: '1' })).toThrow('below next_id');
});
