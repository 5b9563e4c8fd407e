import { describe, expect, test } from '@jest/globals';
import { PostOnly } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { defaultOptionsParams } from '../../../options/index.ts';
import { BUY, Book, SELL } from '../../core/index.ts';
import { clobErrors } from '../../errors.ts';
import { refusalCode } from '../../../../runtime/fixture.ts';
import * as rules from './priceRules.ts';

const CENT = 10_000n;
const USD = 1_000_000n;
/** Ticks of 10 cents, and of one dollar from 10 USD on. */
const UNDERLYING = {
  ...defaultOptionsParams('fast-expiry').underlyings[0]!,
  ticks: [
    { fromUusd: 0n, tickUusd: 10n * CENT },
    { fromUusd: 10n * USD, tickUusd: USD },
  ],
};
const code = (name: keyof typeof clobErrors.codes) => `clob/${clobErrors.codes[name]}`;
const cents = (n: number): bigint => BigInt(n) * CENT;

/** A price as a rule gives it in cents, or the code of its refusal. */
function priceOf(rule: () => bigint): number | string {
  let price = -1n;
  const refused = refusalCode(() => (price = rule()));
  return refused === 'done' ? Number(price / CENT) : refused;
}

describe('prices are on the tick table', () => {
  test.each([
    // Price, at or below, at or above, below, above.
    [0, 0, 10, -10, 10],
    [9, 0, 10, 0, 10],
    [10, 10, 10, 0, 20],
    [11, 10, 20, 10, 20],
    [990, 990, 990, 980, 1_000],
    [995, 990, 1_000, 990, 1_000],
    [1_000, 1_000, 1_000, 990, 1_100],
    [1_001, 1_000, 1_100, 1_000, 1_100],
    [1_099, 1_000, 1_100, 1_000, 1_100],
  ])('%s cents', (price, atOrBelow, atOrAbove, below, above) => {
    const found = [
      rules.tickAtOrBelow(UNDERLYING, cents(price)),
      rules.tickAtOrAbove(UNDERLYING, cents(price)),
      ...(price > 0 ? [rules.tickBelow(UNDERLYING, cents(price))] : [cents(below)]),
      rules.tickAbove(UNDERLYING, cents(price)),
    ];
    expect(found).toEqual([atOrBelow, atOrAbove, below, above].map(cents));
    const isOn = price % (price < 1_000 ? 10 : 100) === 0;
    const judged = refusalCode(() => rules.assertTick(UNDERLYING, cents(price)));
    expect(judged).toBe(isOn ? 'done' : code('badTick'));
  });

  test('and a price between two of them is told both, but never zero', () => {
    const refused = (n: number) => () => rules.assertTick(UNDERLYING, cents(n));
    expect(refused(9)).toThrow('prices move by 0.10 USD here: use 0.10 USD');
    expect(refused(11)).toThrow('prices move by 0.10 USD here: use 0.10 USD or 0.20 USD');
    expect(refused(1_050)).toThrow('use 10.00 USD or 11.00 USD');
  });
});

const band = (low: number, high: number) => ({
  ...{ markUusd: cents(500), lowUusd: cents(low), highUusd: cents(high) },
});

describe('a limit', () => {
  const judge = (isBuy: boolean, price: number, low = 205, high = 805) =>
    refusalCode(() => rules.assertBand(UNDERLYING, band(low, high), isBuy, cents(price)));

  test('bids at most the high edge of the band, and offers at least the low one', () => {
    expect([805, 806].map((price) => judge(true, price))).toEqual(['done', code('priceBand')]);
    expect([205, 204].map((price) => judge(false, price))).toEqual(['done', code('priceBand')]);
    // The other way round it waits, or takes what is better.
    expect([judge(true, 1), judge(false, 10_000)]).toEqual(['done', 'done']);
  });

  test('outside it is told the nearest prices on the tick table', () => {
    const refused = (low: number, high: number) => () =>
      rules.assertBand(UNDERLYING, band(low, high), true, cents(900));
    expect(refused(205, 805)).toThrow(
      '9.00 USD is outside the price band: bid at most 8.00 USD, offer at least 2.10 USD',
    );
    expect(refused(0, 9)).toThrow('bid nothing now, offer at least 0.10 USD');
  });

  test('of a market order is its bound, cut to the band, on the tick table inside both', () => {
    const bound = (isBuy: boolean, price: number, low = 205, high = 805) =>
      priceOf(() => rules.boundPrice(UNDERLYING, band(low, high), isBuy, cents(price)));
    expect([805, 700, 699, 2_000].map((price) => bound(true, price))).toEqual([800, 700, 690, 800]);
    expect([205, 300, 301, 1].map((price) => bound(false, price))).toEqual([210, 300, 310, 210]);
    // Below the first tick nothing is bid, and the first tick is offered.
    expect([bound(true, 9), bound(true, 900, 0, 9)]).toEqual([code('badTick'), code('badTick')]);
    expect(bound(false, 0, 0)).toBe(10);
  });
});

describe('a post-only order', () => {
  /** A book with a bid of 5.00 USD and an offer of 10.00 USD. */
  function quoted(): Book {
    const book = new Book();
    const order = { owner: 1, tag: 0, size: 1 };
    book.place({ ...order, id: 1, side: BUY, price: 500 }, () => undefined);
    book.place({ ...order, id: 2, side: SELL, price: 1_000 }, () => undefined);
    return book;
  }
  const { POST_ONLY_NONE, POST_ONLY_REJECT, POST_ONLY_SLIDE } = PostOnly;
  const rest = (book: Book | undefined, isBuy: boolean, price: number, how: PostOnly) =>
    priceOf(() => rules.restingPrice(book, UNDERLYING, isBuy, cents(price), how));

  test('rests at its price where it does not trade', () => {
    for (const how of [POST_ONLY_REJECT, POST_ONLY_SLIDE]) {
      expect(rest(quoted(), true, 990, how)).toBe(990);
      expect(rest(quoted(), false, 510, how)).toBe(510);
      for (const book of [undefined, new Book()]) {
        for (const isBuy of [true, false]) expect(rest(book, isBuy, 700, how)).toBe(700);
      }
    }
  });

  test('where it would trade, at the best price or beyond, is refused or slides', () => {
    for (const [isBuy, prices, slid] of [
      [true, [1_000, 1_100], 990],
      [false, [500, 490], 510],
    ] as const) {
      for (const price of prices) {
        expect(rest(quoted(), isBuy, price, POST_ONLY_REJECT)).toBe(code('postOnly'));
        expect(rest(quoted(), isBuy, price, POST_ONLY_SLIDE)).toBe(slid);
        expect(rest(quoted(), isBuy, price, POST_ONLY_NONE)).toBe(price);
      }
    }
    const refused = (isBuy: boolean, price: number) => () =>
      rules.restingPrice(quoted(), UNDERLYING, isBuy, cents(price), POST_ONLY_REJECT);
    expect(refused(true, 1_000)).toThrow('with the best offer of 10.00 USD: change the price');
    expect(refused(false, 500)).toThrow('with the best bid of 5.00 USD: change the price');
  });

  test('has nowhere to slide below the first price', () => {
    const book = new Book();
    const terms = { id: 1, owner: 1, tag: 0, price: 10, size: 1 };
    book.place({ ...terms, side: SELL }, () => undefined);
    expect(rest(book, true, 10, POST_ONLY_SLIDE)).toBe(code('postOnly'));
  });
});
