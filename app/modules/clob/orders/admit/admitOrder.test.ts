import { describe, expect, test } from '@jest/globals';
import { PostOnly, SelfTrade, TimeInForce } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { FeedStatus } from '../../../../../proto/gen/tenor.oracle.v1.ts';
import { accountsParams, changeCash, setFlagged } from '../../../accounts/index.ts';
import { bandOf } from '../../../margin/index.ts';
import { mustSeriesBySymbol, optionsParams } from '../../../options/index.ts';
import { clobErrors } from '../../errors.ts';
import { refusalCode } from '../../../../runtime/fixture.ts';
import { CALL, ClobChain, SOON, order } from '../../fixture.ts';
import { params } from '../../params.ts';
import { admitOrder } from './admitOrder.ts';

const USD = 1_000_000n;
const RICH = 500_000n * USD;
const IOC = { timeInForce: TimeInForce.TIME_IN_FORCE_IOC };
const code = (name: keyof typeof clobErrors.codes) => `clob/${clobErrors.codes[name]}`;

type Terms = NonNullable<Parameters<typeof order>[3]> & { terms?: Uint8Array };
const create = (users = 2) => ClobChain.create(Array<bigint>(users).fill(RICH));
/** An order of user 0 as it would go to its book. */
const admit = (chain: ClobChain, side: 'buy' | 'sell', usd: number, terms: Terms = {}) =>
  admitOrder(chain.ctx, order(0, side, usd, terms), 1n);
const judged = (chain: ClobChain, side: 'buy' | 'sell', usd: number, terms: Terms = {}) =>
  refusalCode(() => admit(chain, side, usd, terms));
const seconds = (chain: ClobChain) => BigInt(chain.ctx.header.timeMs / 1_000);

describe('an order that is admitted', () => {
  test('goes to its book as it was asked for', () => {
    const chain = create();
    const series = mustSeriesBySymbol(chain.ctx, CALL);
    const terms = Uint8Array.of(1, 2);
    const goodTilSeconds = seconds(chain) + 60n;
    const admitted = admit(chain, 'buy', 700, {
      ...{ clientOrderId: 'mine', goodTilSeconds, terms, postOnly: PostOnly.POST_ONLY_REJECT },
      selfTrade: SelfTrade.SELF_TRADE_EXPIRE_BOTH,
    });
    expect(admitted).toEqual({
      ...{ series, account: expect.objectContaining({ id: 1n }) as unknown, isBuy: true },
      ...{ quantity: 10_000n, priceUusd: 700n * USD, band: bandOf(chain.ctx, series) },
      ...{ timeInForce: TimeInForce.TIME_IN_FORCE_GTC, isPostOnly: true, isReduceOnly: false },
      ...{ selfTrade: SelfTrade.SELF_TRADE_EXPIRE_BOTH, clientOrderId: 'mine', goodTilSeconds },
      ...{ terms, isLiquidation: false, vol: undefined },
    });
    const plain = admit(chain, 'sell', 700, IOC);
    expect(plain).toMatchObject({
      ...{ isBuy: false, isPostOnly: false, ...IOC, goodTilSeconds: undefined },
    });
  });

  test('is good until a second that is not over', () => {
    const chain = create();
    const until = (goodTilSeconds: bigint) => judged(chain, 'buy', 1, { goodTilSeconds });
    const now = seconds(chain);
    expect([0n, now + 1n, now, now - 1n].map(until)).toEqual([
      ...['done', 'done', code('tooLate'), code('tooLate')],
    ]);
  });

  test('at a market has its bound cut to the band, whatever the tick', () => {
    const chain = create();
    const series = mustSeriesBySymbol(chain.ctx, CALL);
    const { highUusd } = bandOf(chain.ctx, series)!;
    const market = { ...IOC, market: true };
    expect(admit(chain, 'buy', 100_000.01, market).priceUusd).toBe(highUusd - (highUusd % USD));
    expect(admit(chain, 'sell', 0.01, market).priceUusd).toBe(100_000n);
    expect(judged(chain, 'buy', 700.01)).toBe(code('badTick'));
  });

  test('by volatility offers what that is worth, within its bound, for which it pays', () => {
    const chain = create();
    const vol = admit(chain, 'buy', 5_000, { volBp: 6_000 });
    expect(vol.vol).toEqual({ volBp: 6_000, boundUusd: 5_000n * USD });
    const worth = bandOf(chain.ctx, vol.series)!.markUusd;
    expect(vol.priceUusd).toBe(worth - (worth % USD));
    expect(admit(chain, 'buy', 300, { volBp: 6_000 }).priceUusd).toBe(300n * USD);
    // Its bound is above the band, and what it offers is not; cash must do for the bound.
    changeCash(chain.ctx, 1n, 4_000n * USD - RICH);
    expect(judged(chain, 'buy', 3_000, { volBp: 6_000 })).toBe('done');
    expect(judged(chain, 'buy', 5_000, { volBp: 6_000 })).toBe('margin/1');
  });
});

describe('an order is not admitted', () => {
  test('for a series that is over, or by an account in liquidation', () => {
    const chain = create();
    setFlagged(chain.ctx, 1n, true);
    expect(judged(chain, 'buy', 1)).toBe(code('underLiquidation'));
    setFlagged(chain.ctx, 1n, false);
    chain.block(1, 240_000);
    expect(judged(chain, 'buy', 1, { series: SOON })).toBe(code('notTrading'));
  });

  test('outside the band on its own side', () => {
    const chain = create();
    const { highUusd } = bandOf(chain.ctx, mustSeriesBySymbol(chain.ctx, CALL))!;
    const high = Math.floor(Number(highUusd) / 1e6);
    expect([high, high + 1].map((usd) => judged(chain, 'buy', usd))).toEqual([
      ...['done', code('priceBand')],
    ]);
    expect(judged(chain, 'sell', high + 1)).toBe('done');
  });

  test('where nothing is live, unless it only reduces and names its price', () => {
    const chain = create();
    chain.accounts.trade(1n, 2n, 10_000n, CALL);
    chain.feed = FeedStatus.FEED_STATUS_STALE;
    chain.setPrices();
    const reduceOnly = { reduceOnly: true };
    expect(judged(chain, 'sell', 700)).toBe(code('noMark'));
    expect(judged(chain, 'sell', 700, reduceOnly)).toBe('done');
    expect(admit(chain, 'sell', 700, reduceOnly)).toMatchObject({
      ...{ band: undefined, isReduceOnly: true },
    });
    expect(judged(chain, 'sell', 700, { ...reduceOnly, ...IOC, market: true })).toBe(
      code('noMark'),
    );
  });

  test('of a size off the lot or too large, but closes an odd position', () => {
    const chain = create();
    chain.accounts.trade(1n, 2n, 10_050n, CALL);
    const size = (quantity: bigint, reduceOnly = false) =>
      judged(chain, 'sell', 700, { quantity, reduceOnly });
    expect([size(150n), size(50n), size(100n)]).toEqual([
      ...[code('badSize'), code('badSize'), 'done'],
    ]);
    // All of it, or more, is cut to it; a part is in lots.
    const closes = (quantity: bigint) =>
      admit(chain, 'sell', 700, { quantity, reduceOnly: true }).quantity;
    expect([closes(10_050n), closes(20_000n), closes(10_000n)]).toEqual([
      ...[10_050n, 10_050n, 10_000n],
    ]);
    expect(size(10_049n, true)).toBe(code('badSize'));
    expect(judged(chain, 'buy', 700, { reduceOnly: true })).toBe(code('reduceOnly'));
    const given = optionsParams.get(chain.ctx);
    const most = (maxOrder: bigint) => {
      const underlyings = given.underlyings.map((u) => (u.id === 1 ? { ...u, maxOrder } : u));
      optionsParams.set(chain.ctx, { ...given, underlyings });
    };
    most(10_000n);
    expect([size(10_000n), size(10_100n), size(10_050n, true)]).toEqual([
      ...['done', code('badSize'), code('badSize')],
    ]);
    most(10_100n);
    expect(size(10_050n, true)).toBe('done');
  });
});

describe('a full book', () => {
  /** A bid of 500 and an offer of 900 USD by user 1, where one of a side is all there may be. */
  function full(): ClobChain {
    const chain = create();
    params.set(chain.ctx, { ...params.get(chain.ctx), maxBookOrders: 1 });
    chain.place(1, 'buy', 500, { quantity: 100n });
    chain.place(1, 'sell', 900, { quantity: 100n });
    return chain;
  }

  test('takes what is better than its worst, and what never rests', () => {
    const chain = full();
    expect([499, 500, 501].map((usd) => judged(chain, 'buy', usd))).toEqual([
      ...[code('bookFull'), code('bookFull'), 'done'],
    ]);
    expect([901, 900, 899].map((usd) => judged(chain, 'sell', usd))).toEqual([
      ...[code('bookFull'), code('bookFull'), 'done'],
    ]);
    expect([judged(chain, 'buy', 1, IOC), judged(chain, 'sell', 999, IOC)]).toEqual([
      ...['done', 'done'],
    ]);
    const refused = (side: 'buy' | 'sell', usd: number) => () => admit(chain, side, usd);
    expect(refused('buy', 500)).toThrow('as many bids as it may: bring one above 500.00 USD');
    expect(refused('sell', 900)).toThrow('as many offers as it may: bring one below 900.00 USD');
  });

  test('counts each side alone, and orders by volatility apart', () => {
    const chain = create();
    params.set(chain.ctx, { ...params.get(chain.ctx), maxBookOrders: 1 });
    chain.place(1, 'sell', 900, { quantity: 100n });
    expect(judged(chain, 'buy', 1)).toBe('done');
    expect(judged(chain, 'sell', 950)).toBe(code('bookFull'));
    expect(judged(chain, 'sell', 950, { volBp: 6_000 })).toBe('done');
  });

  test('of orders by volatility takes no more of them on that side', () => {
    const chain = create();
    chain.place(1, 'sell', 900, { quantity: 100n, volBp: 7_000 });
    params.set(chain.ctx, { ...params.get(chain.ctx), maxBookOrders: 1 });
    expect(judged(chain, 'sell', 850, { volBp: 6_000 })).toBe(code('bookFull'));
    expect(judged(chain, 'buy', 850, { volBp: 6_000 })).toBe('done');
    expect(judged(chain, 'sell', 850, { ...IOC, volBp: 6_000 })).toBe('done');
  });
});

test('what a post-only order slides to is what it is judged by', () => {
  const chain = create();
  chain.place(1, 'sell', 500, { quantity: 100n });
  const slide = { postOnly: PostOnly.POST_ONLY_SLIDE };
  expect(admit(chain, 'buy', 700, slide)).toMatchObject({ priceUusd: 499_500_000n });
  changeCash(chain.ctx, 1n, 540n * USD - RICH);
  expect(judged(chain, 'buy', 700)).toBe('margin/1');
  expect(judged(chain, 'buy', 700, slide)).toBe('done');
});

test('in an auction an order rests where it says, also across a price', () => {
  const chain = create();
  params.set(chain.ctx, { ...params.get(chain.ctx), openingAuctionMs: 5_000 });
  chain.place(1, 'sell', 500, { quantity: 100n });
  expect(admit(chain, 'buy', 700, { postOnly: PostOnly.POST_ONLY_REJECT })).toMatchObject({
    priceUusd: 700n * USD,
  });
  expect(judged(chain, 'buy', 700, IOC)).toBe(code('auction'));
});

test('an account has so many orders that rest, and any that do not', () => {
  const chain = create();
  accountsParams.set(chain.ctx, { ...accountsParams.get(chain.ctx), maxOpenOrders: 1 });
  expect(judged(chain, 'buy', 1)).toBe('done');
  chain.place(0, 'buy', 1);
  expect([judged(chain, 'buy', 1), judged(chain, 'buy', 1, IOC)]).toEqual(['accounts/7', 'done']);
});

test('an account below its margin may reduce beside an order that only reduces', () => {
  const chain = create();
  chain.accounts.trade(2n, 1n, 10_000n, CALL);
  changeCash(chain.ctx, 1n, 5_000n * USD - RICH);
  const some = { quantity: 3_000n, reduceOnly: true };
  chain.place(0, 'buy', 600, some);
  expect(judged(chain, 'buy', 600, some)).toBe('done');
  expect(judged(chain, 'buy', 600, { ...some, reduceOnly: false })).toBe('margin/1');
});
