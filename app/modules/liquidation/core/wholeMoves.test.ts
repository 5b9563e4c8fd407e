import { describe, expect, test } from '@jest/globals';
import { movesOf } from './movesOf.ts';
import type { Cut, Holding, Leg, ReductionRules } from './types.ts';

const USD = 1_000_000n;
const RULES: ReductionRules = {
  ...{ slicePpm: 200_000n, shortfallUusd: 10n ** 15n, maxOrders: 8 },
  ...{ concessionUusd: 0n, wholeGainUusd: 10n ** 15n },
};

function leg(seriesId: number, quantity: number, changed: Partial<Leg> = {}): Leg {
  const option = { isCall: true, strike: 60_000 + seriesId * 1_000, mark: 100, quantity };
  return {
    ...{ seriesId: BigInt(seriesId), option, lot: 100n, markUusd: 100n * USD },
    ...{ lowUusd: 50n * USD, highUusd: 150n * USD, feeUusd: USD, isTradable: true },
    ...changed,
  };
}

/** Of these legs a cut gains, beyond what it trades for, what `worth` says. */
function holding(
  legs: readonly Leg[],
  worth: (cut: Cut) => bigint,
  changed: Partial<Holding> = {},
): Holding {
  const valueOf = (cut: Cut) =>
    cut.reduce((sum, [i, quantity]) => {
      const value = (quantity * legs[i]!.markUusd) / 10_000n;
      return sum + (legs[i]!.option.quantity < 0 ? value : -value);
    }, 0n);
  return {
    legs,
    // What trading costs is made up for: so the gain is what `worth` says alone.
    requirementAfter: (cut) => 10n ** 12n - (cut.length === 0 ? 0n : worth(cut)) - valueOf(cut),
    ...{ isPortfolio: false, isWhole: false },
    ...changed,
  };
}
const ordersOf = (held: readonly Holding[], rules: Partial<ReductionRules> = {}) =>
  [...movesOf(held, { ...RULES, ...rules })].map(({ orders }) =>
    orders.map(({ seriesId, quantity }) => [Number(seriesId), Number(quantity)]),
  );
/** Only a cut of all legs together gains. */
const together = (count: number) => (cut: Cut) => (cut.length === count ? 500n * USD : 0n);

test('moves of one gain go by their first series, then the one of fewer orders', () => {
  // A pair of the first two legs gains as much as all three do: both by the expiry, and by all.
  const legs = [leg(4, -10_000), leg(5, 20_000), leg(6, 20_000)];
  const either = (cut: Cut) => (cut.length > 1 ? 500n * USD : 0n);
  const series = (held: readonly Holding[]) =>
    ordersOf(held).map((orders) => orders.map(([seriesId]) => seriesId));
  const [pair, whole] = [
    [4, 5],
    [4, 5, 6],
  ];
  const two = [holding(legs, either), holding(legs, either, { isWhole: true })];
  expect(series(two)).toEqual([pair, pair, whole, whole]);
  const lower = [leg(2, -10_000), leg(3, 20_000)];
  const dearer = (cut: Cut) => (cut.length > 1 ? 501n * USD : 0n);
  expect(series([holding(legs, either), holding(lower, either)])[0]).toEqual([2, 3]);
  expect(series([holding(lower, either), holding(legs, dearer)])[0]).toEqual(pair);
  expect(series([holding(legs, dearer), holding(lower, either)])[0]).toEqual(pair);
  // Of one order alone there is no pair.
  expect(ordersOf(two, { maxOrders: 1 })).toEqual([]);
});

test('what gains only as a whole slice is not made smaller for a small shortfall', () => {
  const whole = (cut: Cut) => (cut.every(([, quantity]) => quantity >= 8_000n) ? 500n * USD : 0n);
  const held = [holding([leg(1, -40_000)], whole)];
  expect(ordersOf(held, { shortfallUusd: 50n * USD })).toEqual([[[1, 8_000]]]);
  const any = (cut: Cut) => (500n * USD * cut[0]![1]) / 8_000n;
  const some = ordersOf([holding([leg(1, -40_000)], any)], { shortfallUusd: 50n * USD });
  expect(some[0]![0]![1]).toBeLessThan(1_000);
});

describe('a slice of all legs', () => {
  const legs = [leg(1, 10_000), leg(2, -20_000), leg(3, -5_000)];

  test('closes shorts before longs, each in order', () => {
    expect(ordersOf([holding(legs, together(3))])).toEqual([
      [
        [2, 4_000],
        [3, 1_000],
        [1, 2_000],
      ],
    ]);
  });

  test('is of as many orders as there may be, and of two at least', () => {
    const three = holding(legs, together(3));
    expect([ordersOf([three], { maxOrders: 3 }), ordersOf([three], { maxOrders: 2 })]).toEqual([
      [expect.anything()],
      [],
    ]);
    const two = holding(legs.slice(0, 2), together(2), { isWhole: true });
    // As a pair, and as all there is.
    expect(ordersOf([two])).toHaveLength(2);
    expect(ordersOf([holding([leg(2, -20_000)], together(1), { isWhole: true })])).toEqual([]);
  });

  test('is not made where one of them does not trade', () => {
    const stuck = [legs[0]!, legs[1]!, { ...legs[2]!, isTradable: false }];
    expect(ordersOf([holding(stuck, together(3))])).toEqual([]);
  });

  test('of a portfolio leaves longs out that are worth nothing', () => {
    const worthless = { ...legs[0]!, markUusd: 9_999n, lowUusd: 0n };
    const cent = { ...worthless, markUusd: 10_000n };
    const of = (first: Leg, isPortfolio: boolean, count: number) =>
      ordersOf([holding([first, legs[1]!, legs[2]!], together(count), { isPortfolio })]);
    expect(of(worthless, true, 2)).toContainEqual([
      [2, 4_000],
      [3, 1_000],
    ]);
    expect(of(cent, true, 3)).toHaveLength(1);
    // The other rules have no use for it either, but need it closed with the rest.
    expect(of(worthless, false, 3)).toHaveLength(1);
    // A short is bought back at whatever price.
    const short = { ...legs[1]!, markUusd: 9_999n };
    expect(ordersOf([holding([short, legs[2]!], together(2), { isPortfolio: true })])).toEqual([]);
  });
});

describe('all expiries together', () => {
  test('are not closed leg by leg, which their own holdings do', () => {
    const always = () => 500n * USD;
    const legs = [leg(1, -10_000), leg(2, -10_000)];
    const single = (changed: Partial<Holding>) =>
      ordersOf([holding(legs, always, changed)]).filter((orders) => orders.length === 1);
    expect(single({})).toHaveLength(2);
    expect(single({ isWhole: true })).toEqual([]);
  });
});

describe('a leg of a portfolio', () => {
  /** It gains when no more than this much of it is closed. */
  const upTo = (most: bigint) => (cut: Cut) =>
    cut.every(([, quantity]) => quantity <= most) ? 500n * USD : -1n;

  test('is halved until it gains, down to a lot', () => {
    const sizes = (most: bigint, isPortfolio = true) =>
      ordersOf([holding([leg(1, -40_000)], upTo(most), { isPortfolio })]);
    expect(sizes(8_000n)).toEqual([[[1, 8_000]]]);
    expect(sizes(7_999n)).toEqual([[[1, 4_000]]]);
    expect(sizes(1_999n)).toEqual([[[1, 1_000]]]);
    // 8,000 · 2^-7 is 62.5: a lot.
    expect(sizes(100n)).toEqual([[[1, 100]]]);
    expect(sizes(99n)).toEqual([]);
    // In the other mode what does not gain is left to pairs.
    expect(sizes(7_999n, false)).toEqual([]);
  });

  test('of lots of one unit ends at that', () => {
    const tiny = leg(1, -40_000, { lot: 1n });
    const sizes = (most: bigint) => ordersOf([holding([tiny], upTo(most), { isPortfolio: true })]);
    expect([sizes(1n), sizes(0n)]).toEqual([[[[1, 1]]], []]);
  });
});

describe('what a long has to spare', () => {
  /** Only this much of the long may be closed. */
  const exactly = (size: bigint) => (cut: Cut) =>
    cut.length === 1 && cut[0]![1] === size ? 500n * USD : 0n;
  const spare = (long: number, short: Leg, size: bigint) =>
    ordersOf([holding([leg(1, long), short], exactly(size))]);

  test('is sold, in whole lots, where a slice of it does not gain', () => {
    expect(spare(50_000, leg(2, -48_950), 1_000n)).toEqual([[[1, 1_000]]]);
    // A short of the other kind is covered by none of it.
    const put = { isCall: false, strike: 60_000, mark: 100, quantity: -48_950 };
    expect(spare(50_000, leg(2, -1, { option: put }), 1_000n)).toEqual([]);
    // Nothing to spare, and as much as a slice.
    expect(spare(50_000, leg(2, -50_000), 0n)).toEqual([]);
    expect(spare(50_000, leg(2, -60_000), 10_000n)).toContainEqual([[1, 10_000]]);
  });
});

describe('moves of one gain', () => {
  test('go by series, then the shorter one first', () => {
    const same = () => 500n * USD;
    const legs = [leg(5, -10_000), leg(3, -10_000), leg(4, 10_000)];
    const moves = ordersOf([holding(legs, same)]).map((orders) => orders.map(([id]) => id));
    expect(moves).toEqual([[3], [5], [4], [3, 4], [5, 4], [5, 3, 4]].sort(byPlace));
  });
  /** Shorts alone, longs alone, the rest: each by its first series, then by length. */
  const groupOf = (ids: readonly (number | undefined)[]) =>
    ids.length > 1 ? 2 : ids[0] === 4 ? 1 : 0;
  const byPlace = (a: readonly number[], b: readonly number[]) =>
    groupOf(a) - groupOf(b) || a[0]! - b[0]! || a.length - b.length;

  test('pair a short with the nearest long, the first of two', () => {
    const legs = [leg(5, -10_000), leg(3, 10_000), leg(7, 10_000), leg(9, 10_000)];
    const pairs = (of: readonly Leg[]) =>
      ordersOf([holding(of, (cut) => (cut.length === 2 ? 500n * USD : 0n))]);
    expect(pairs(legs)).toEqual([
      [
        [5, 2_000],
        [3, 2_000],
      ],
    ]);
    const small = legs.with(1, leg(3, 1_500));
    expect(pairs(small)[0]).toEqual([
      [5, 1_500],
      [3, 1_500],
    ]);
    const stuck = legs.with(1, leg(3, 10_000, { isTradable: false }));
    expect(pairs(stuck)[0]![1]).toEqual([7, 2_000]);
    expect(pairs([leg(5, -10_000, { isTradable: false }), leg(3, 10_000)])).toEqual([]);
    expect(ordersOf([holding(legs, () => 0n)], { maxOrders: 1 })).toEqual([]);
  });
});

describe('the limit of a move', () => {
  const limitOf = (of: Leg, gain: bigint, rules: Partial<ReductionRules>) => {
    const [move] = movesOf([holding([of], () => gain)], { ...RULES, ...rules });
    return move?.orders[0]!.priceUusd;
  };

  test('is there when the gain is more than the fees', () => {
    // A fee of a dollar a contract: 0.20 for a fifth of one.
    const short = leg(1, -10_000);
    expect(limitOf(short, 200_001n, {})).toBe(100n * USD);
    expect(limitOf(short, 200_000n, {})).toBeUndefined();
  });

  test('of a sale is never below a cent, nor below the band', () => {
    const all = { concessionUusd: 10n ** 15n };
    const gain = 500n * USD;
    expect(limitOf(leg(1, 10_000), gain, all)).toBe(50n * USD);
    expect(limitOf(leg(1, 10_000, { lowUusd: 0n }), gain, all)).toBe(10_000n);
    expect(limitOf(leg(1, 10_000, { lowUusd: 9_999n }), gain, all)).toBe(10_000n);
    expect(limitOf(leg(1, -10_000), gain, all)).toBe(150n * USD);
  });

  test('that would be below a cent is no move', () => {
    const cheap = (markUusd: bigint) => leg(1, -10_000, { markUusd, highUusd: markUusd });
    expect(limitOf(cheap(9_999n), 500n * USD, {})).toBeUndefined();
    expect(limitOf(cheap(10_000n), 500n * USD, {})).toBe(10_000n);
    const both = holding([cheap(9_999n), leg(2, -10_000)], together(2), { isWhole: true });
    expect(ordersOf([both])).toEqual([]);
  });
});
