import { describe, expect, test } from '@jest/globals';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { userAddress } from '../accounts/fixture.ts';
import {
  accountsParams,
  changeAtRisk,
  changeCash,
  getSubaccount,
  setMode,
} from '../accounts/index.ts';
import {
  assertQuotesMargin,
  canFill,
  canHold,
  keepsReserve,
  maintenanceOf,
  marginModule,
  marginOf,
  spareCash,
  staysCovered,
} from '../margin/index.ts';
import type { Fill } from '../margin/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, ClobChain, PUT } from './fixture.ts';
import { quoting, setGroup } from './quotes/fixture.ts';

const USD = 1_000_000n;
const FEE = 7n;
const { MARGIN_MODE_COVERED, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const BTC = 1;
const ETH = 2;

/** User 0, whose subaccount 1 is judged, and a rich one. */
const created = (usd = 100_000n): ClobChain => ClobChain.create([usd * USD, 900_000n * USD]);

const cashOf = (chain: ClobChain): bigint => getSubaccount(chain.ctx, 1n)!.cashUusd;

/** Half a contract for 700 USD a contract: 350 USD. */
function fillOf(chain: ClobChain, isBuy: boolean, terms: Partial<Fill> = {}): Fill {
  const seriesId = chain.accounts.seriesId(CALL);
  const fill = { seriesId, isBuy, priceUusd: 700n * USD, quantity: 5_000n, feeUusd: FEE };
  return { ...fill, ...terms };
}
const PREMIUM = 350n * USD;

/** Whether it may take a fill when it has exactly this cash, and with one uusd less. */
function atEdge(uusd: bigint, isBuy: boolean, mode: MarginMode = MARGIN_MODE_STANDARD): boolean[] {
  return [uusd, uusd - 1n].map((cash) => {
    const chain = ClobChain.create([cash]);
    setMode(chain.ctx, 1n, mode);
    return canFill(chain.ctx, 1n, fillOf(chain, isBuy));
  });
}

/** What holding this much of the call asks for at first, whatever the cash. */
function requirementOf(quantity: bigint): bigint {
  const chain = created();
  const positions = new Map([[chain.accounts.seriesId(CALL), quantity]]);
  return marginOf(chain.ctx, 1n, { positions }).initialRequirementUusd;
}

describe('a fill', () => {
  test('of a buyer takes premium and fee of its cash, down to the last uusd', () => {
    expect(atEdge(PREMIUM + FEE, true)).toEqual([true, false]);
    expect(atEdge(PREMIUM + FEE, true, MARGIN_MODE_PORTFOLIO)).toEqual([true, false]);
    expect(atEdge(PREMIUM + FEE, true, MARGIN_MODE_COVERED)).toEqual([true, false]);
  });

  test('of a seller brings the premium less the fee, and asks for the initial margin', () => {
    expect(atEdge(requirementOf(-5_000n) - PREMIUM + FEE, false)).toEqual([true, false]);
  });

  test('is not asked of a covered seller: a call beside none is never covered', () => {
    expect(atEdge(900_000n * USD, false, MARGIN_MODE_COVERED)).toEqual([false, false]);
  });

  test('takes what it trades out of the order that rested for it', () => {
    const chain = created();
    const { orderId } = chain.place(0, 'sell', 700, { quantity: 5_000n });
    const needed = requirementOf(-5_000n) - PREMIUM + FEE;
    changeCash(chain.ctx, 1n, needed - cashOf(chain));
    const taken = fillOf(chain, false, { orderId });
    const beside = fillOf(chain, false);
    for (const judge of [canFill, keepsReserve]) {
      expect([taken, beside].map((fill) => judge(chain.ctx, 1n, fill))).toEqual([true, false]);
    }
    // Before it is filled, the order asks for more: its premium is not earned yet.
    expect(keepsReserve(chain.ctx, 1n)).toBe(false);
    changeCash(chain.ctx, 1n, PREMIUM);
    expect(keepsReserve(chain.ctx, 1n)).toBe(true);
  });
});

const withdrawal = marginModule.msgs.find((m) => m.codec.typeUrl.endsWith('MsgWithdraw'))!;

const withdrawing = (amountUusd: bigint) => ({
  ...{ sender: userAddress(0), subaccount: 0, amountUusd },
});

/** A withdrawal of user 0, as its code. */
const withdraw = (chain: ClobChain, amountUusd: bigint): string =>
  refusalCode(() => withdrawal.execute(chain.ctx, withdrawing(amountUusd)));

describe('whether an account could hold what a change leaves', () => {
  test('asks for the initial margin and for cash, to the uusd', () => {
    const chain = created();
    const seriesId = chain.accounts.seriesId(CALL);
    const short = new Map([[seriesId, -5_000n]]);
    const spare = cashOf(chain) - requirementOf(-5_000n);
    const holds = (cashUusd: bigint, positions = short) =>
      canHold(chain.ctx, 1n, { cashUusd, positions });
    expect([holds(-spare), holds(-spare - 1n)]).toEqual([true, false]);
    const long = new Map([[seriesId, 5_000n]]);
    const all = cashOf(chain);
    expect([holds(-all, long), holds(-all - 1n, long)]).toEqual([true, false]);
  });

  test('asks for cash also where the portfolio margin lends on what options are worth', () => {
    const chain = created();
    setMode(chain.ctx, 1n, MARGIN_MODE_PORTFOLIO);
    chain.indexUusd = 100_000n * USD;
    chain.block();
    const positions = new Map([[chain.accounts.seriesId(CALL), 5_000n]]);
    const none = { cashUusd: -cashOf(chain), positions };
    const less = { ...none, cashUusd: none.cashUusd - 1n };
    expect(marginOf(chain.ctx, 1n, less).initialUusd).toBeGreaterThan(0n);
    expect([none, less].map((change) => canHold(chain.ctx, 1n, change))).toEqual([true, false]);
    // Nor does a fill take it below zero.
    changeCash(chain.ctx, 1n, PREMIUM + FEE - cashOf(chain));
    expect(canFill(chain.ctx, 1n, fillOf(chain, true))).toBe(true);
    changeCash(chain.ctx, 1n, -1n);
    expect(canFill(chain.ctx, 1n, fillOf(chain, true))).toBe(false);
  });
});

test('an order of a healthy account may add to what rests, as far as its margin goes', () => {
  const chain = created(25_000n);
  const more = (contracts: number) =>
    refusalCode(() => chain.place(0, 'sell', 700, { quantity: BigInt(contracts * 10_000) }));
  // A short call asks for some 10,000 USD.
  expect([more(1), more(1), more(1)]).toEqual(['done', 'done', 'margin/1']);
});

describe('an account that is covered', () => {
  /** One put sold for 1,000 USD, with a dollar more than its strike in cash. */
  function covered(): ClobChain {
    const chain = created(63_001n);
    chain.accounts.trade(2n, 1n, 10_000n, PUT);
    setMode(chain.ctx, 1n, MARGIN_MODE_COVERED);
    return chain;
  }

  test('stays so while cash pays for every settlement price; of others it is not asked', () => {
    const chain = covered();
    const stays = (uusd: bigint) => staysCovered(chain.ctx, 1n, { cashUusd: -uusd });
    expect([stays(USD), stays(USD + 1n)]).toEqual([true, false]);
    setMode(chain.ctx, 1n, MARGIN_MODE_STANDARD);
    expect(stays(USD + 1n)).toBe(true);
  });

  test('is refused an order that its cash does not cover, and withdraws the rest', () => {
    const chain = covered();
    expect(() => chain.place(0, 'sell', 700, { series: PUT })).toThrow(
      'cash would be 63,999.00 USD short of what settlement can cost',
    );
    expect([withdraw(chain, USD + 1n), withdraw(chain, USD)]).toEqual(['margin/9', 'done']);
    expect(() => withdrawal.execute(chain.ctx, withdrawing(1n))).toThrow('withdraw less');
  });

  test('gives only the cash that covers nothing; another one all of it', () => {
    const chain = covered();
    expect(spareCash(chain.ctx, getSubaccount(chain.ctx, 1n)!)).toBe(USD);
    expect(maintenanceOf(chain.ctx, 1n)).toBe(USD);
    setMode(chain.ctx, 1n, MARGIN_MODE_STANDARD);
    expect(spareCash(chain.ctx, getSubaccount(chain.ctx, 1n)!)).toBe(64_001n * USD);
  });

  test('may take a fill while its orders ask for all of its cash', () => {
    const chain = covered();
    changeCash(chain.ctx, 1n, 64_000n * USD);
    chain.place(0, 'sell', 700, { series: PUT });
    const { initialUusd, maintenanceUusd } = marginOf(chain.ctx, 1n);
    expect([initialUusd, maintenanceUusd]).toEqual([USD, 64_001n * USD]);
    expect(canFill(chain.ctx, 1n, fillOf(chain, true))).toBe(true);
    expect(keepsReserve(chain.ctx, 1n, fillOf(chain, true))).toBe(false);
  });

  test('has no quotes in groups', () => {
    const chain = covered();
    const judged = () => refusalCode(() => assertQuotesMargin(chain.ctx, 1n));
    expect(judged()).toBe('margin/9');
    setMode(chain.ctx, 1n, MARGIN_MODE_STANDARD);
    expect(judged()).toBe('done');
  });
});

describe('while insolvent accounts can cost more than a fund has', () => {
  test.each([MARGIN_MODE_STANDARD, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_COVERED])(
    'who holds its underlying withdraws nothing, in mode %s',
    (mode) => {
      const chain = created();
      setMode(chain.ctx, 1n, mode);
      const { dustUusd } = accountsParams.get(chain.ctx);
      changeAtRisk(chain.ctx, BTC, dustUusd + 1n);
      // Nothing is held yet.
      expect(withdraw(chain, USD)).toBe('done');
      chain.accounts.trade(1n, 2n, 10_000n, CALL);
      expect(withdraw(chain, USD)).toBe('margin/2');
      // By dust it may be more, and another underlying is none of its business.
      changeAtRisk(chain.ctx, BTC, -1n);
      changeAtRisk(chain.ctx, ETH, dustUusd + 1n);
      expect(withdraw(chain, USD)).toBe('done');
    },
  );
});

test('who cannot withdraw is told which price is not live', () => {
  const chain = created();
  chain.accounts.trade(1n, 2n, 10_000n, CALL);
  chain.surfaceFeed = FeedStatus.FEED_STATUS_STALE;
  chain.block();
  const take = () => withdrawal.execute(chain.ctx, withdrawing(USD));
  expect(take).toThrow(/^prices are not live \(.*BTC.* stale, last seen 0 s ago\): try again/);
});

describe('quotes of an account', () => {
  test('need its initial margin, and cash for their bids', () => {
    const chain = created(100_000n);
    setGroup(chain, 0, 'g');
    quoting(chain, 0, 'g', [[CALL, [600, 1], [710, 1]]]);
    const judged = () => refusalCode(() => assertQuotesMargin(chain.ctx, 1n));
    expect(judged()).toBe('done');
    const { initialUusd } = marginOf(chain.ctx, 1n);
    expect(withdraw(chain, initialUusd + 1n)).toBe('margin/1');
    expect(withdraw(chain, initialUusd)).toBe('done');
    expect(judged()).toBe('done');
    chain.accounts.trade(2n, 1n, 100n, CALL);
    expect(judged()).toBe('margin/1');
  });
});
