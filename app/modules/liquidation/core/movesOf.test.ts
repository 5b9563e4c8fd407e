import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { black76Price } from '../../../lib/math/index.ts';
import { movesOf } from './movesOf.ts';
import { standardRequirement } from './standardRequirement.ts';
import type { Holding, Leg, Move, ReductionRules } from './types.ts';

const INDEX = 64_000;
const USD = 1_000_000n;
const LOT = 100n;
const VARIANCE = 0.36 * 0.1;
/** 0.03% of the index. */
const FEE = 19_200_000n;
const RULES: ReductionRules = {
  slicePpm: 200_000n,
  shortfallUusd: 1_000_000_000n * USD,
  concessionUusd: 1_000_000_000n * USD,
  wholeGainUusd: 1_000_000_000n * USD,
  maxOrders: 8,
};

type Position = readonly [kind: 'C' | 'P', strike: number, quantity: number];

/** An expiry priced without arbitrage, with a band of half the mark or 5% of the index. */
function holding(
  positions: readonly Position[],
  firstId = 1n,
  changed: Partial<Leg> = {},
): Holding {
  const legs = positions.map(([kind, strike, quantity], i): Leg => {
    const isCall = kind === 'C';
    const mark = black76Price(isCall, INDEX, strike, VARIANCE);
    const markUusd = BigInt(Math.round(mark * 1e6));
    const width = BigInt(Math.round(Math.max(mark / 2, INDEX / 20) * 1e6));
    const lowUusd = markUusd > width ? markUusd - width : 0n;
    return {
      seriesId: firstId + BigInt(i),
      option: { isCall, strike, mark, quantity },
      ...{ lot: LOT, markUusd, lowUusd, highUusd: markUusd + width, feeUusd: FEE },
      isTradable: true,
      ...changed,
    };
  });
  const expiry = {
    ...{ forward: INDEX, settlementFeePerUnit: 9.6, futures: [] },
    options: legs.map(({ option }) => option),
  };
  const requirementAfter = standardRequirement({ index: INDEX, confidence: 1, expiries: [expiry] });
  return { legs, requirementAfter, isPortfolio: false, isWhole: false };
}

/** By how much maintenance margin rises when a move trades at its limits and pays its fees. */
function worstGain(held: Holding, move: Move): bigint {
  let cashUusd = 0n;
  const cut = move.orders.map(({ seriesId, isBuy, quantity, priceUusd }) => {
    cashUusd -= ((isBuy ? 1n : -1n) * quantity * priceUusd + quantity * FEE) / 10_000n;
    return [held.legs.findIndex((leg) => leg.seriesId === seriesId), quantity] as const;
  });
  return cashUusd + held.requirementAfter([]) - held.requirementAfter(cut);
}

const seriesOf = (moves: Iterable<Move>): bigint[][] =>
  [...moves].map(({ orders }) => orders.map(({ seriesId }) => seriesId));

describe('moves that reduce an account', () => {
  test('buy back shorts before they sell longs, the largest contribution first', () => {
    const held = holding([
      ['C', 70_000, -10_000],
      ['P', 60_000, -50_000],
      ['C', 90_000, 20_000],
    ]);
    const [first, second, third] = [...movesOf([held], RULES)];
    // 20% of each leg; a put needs 9% of the index at least, as the call does.
    expect(first!.orders).toMatchObject([{ seriesId: 2n, isBuy: true, quantity: 10_000n }]);
    expect(second!.orders).toMatchObject([{ seriesId: 1n, isBuy: true, quantity: 2_000n }]);
    expect(third!.orders).toMatchObject([{ seriesId: 3n, isBuy: false, quantity: 4_000n }]);
    // One contract of the put: its requirement beyond its mark, which is paid rounded up.
    expect(first!.gainUusd).toBe(5_760n * USD - 1n);
  });

  test('rank over all expiries, by series where gains are equal', () => {
    const [near, far] = [
      holding([['P', 60_000, -10_000]], 7n),
      holding([['P', 60_000, -10_000]], 3n),
    ];
    expect(seriesOf(movesOf([near, far], RULES))).toEqual([[3n], [7n]]);
  });

  test('close a spread as a whole when a leg alone would lower the margin', () => {
    // 2,000 wide: the short is worth over 6,000 and the two can cost no more than 2,000.
    const held = holding([
      ['C', 60_000, -10_000],
      ['C', 62_000, 10_000],
    ]);
    const [first] = [...movesOf([held], { ...RULES, slicePpm: 500_000n })];
    expect(first!.orders).toMatchObject([
      { seriesId: 1n, isBuy: true, quantity: 5_000n },
      { seriesId: 2n, isBuy: false, quantity: 5_000n },
    ]);
  });

  test('sell what a long has to spare when the rest of it covers a short', () => {
    const held = holding([
      ['P', 68_000, -17_000],
      ['P', 67_000, 19_000],
    ]);
    const [first] = movesOf([held], { ...RULES, slicePpm: 500_000n });
    expect(first!.orders).toMatchObject([{ seriesId: 2n, isBuy: false, quantity: 2_000n }]);
  });

  test('pair a short with the nearest long of its kind', () => {
    const held = holding([
      ['P', 90_000, -10_000],
      ['P', 85_000, 10_000],
      ['P', 89_000, 10_000],
      ['C', 90_000, 10_000],
    ]);
    const pairs = seriesOf(movesOf([held], { ...RULES, maxOrders: 2 }));
    expect(pairs.filter((ids) => ids.length === 2)).toEqual([[1n, 3n]]);
  });

  test('close no more than the account lacks, in whole lots', () => {
    const held = holding([['C', 70_000, -100_000]]);
    const shortfallUusd = 576n * USD - FEE / 10n + 1n;
    const [move] = [...movesOf([held], { ...RULES, shortfallUusd })];
    // A tenth of a contract frees 576 USD less its fee: the next lot covers the rest.
    expect(move!.orders[0]!.quantity).toBe(1_100n);
    expect(move!.gainUusd).toBe((576n * USD * 11n) / 10n - 1n);
  });

  test('limit a price to where the gain is used up, inside the band', () => {
    const held = holding([['C', 70_000, -10_000]]);
    const { markUusd, highUusd } = held.legs[0]!;
    const wide = holding([['C', 70_000, -10_000]], 1n, { highUusd: 100n * markUusd });
    const limit = (h: Holding) => [...movesOf([h], RULES)][0]!.orders[0]!.priceUusd;
    expect(limit(held)).toBe(highUusd);
    expect(limit(wide)).toBe(markUusd + 5_760n * USD - FEE);
  });

  test('give away their share of the concession, at the mark when there is none', () => {
    const held = holding([['C', 70_000, -10_000]]);
    const { markUusd } = held.legs[0]!;
    const limit = (concessionUusd: bigint, wholeGainUusd: bigint) => {
      const [move] = movesOf([held], { ...RULES, concessionUusd, wholeGainUusd });
      return move!.orders[0]!.priceUusd;
    };
    expect(limit(0n, 5_760n * USD)).toBe(markUusd);
    // A fifth of the leg gains a fifth of the whole, so 20 of 100 USD go with 0.2 contracts.
    expect(limit(100n * USD, 5_760n * USD)).toBe(markUusd + 100n * USD);
    expect(limit(100n * USD, 100n * USD)).toBe(markUusd + 500n * USD);
  });

  test('leave legs alone that do not trade, and sell at a cent at the least', () => {
    const positions: Position[] = [['C', 70_000, -10_000]];
    expect(seriesOf(movesOf([holding(positions, 1n, { isTradable: false })], RULES))).toEqual([]);
    const cheap = holding([['C', 80_000, 10_000]], 1n, { lowUusd: 0n });
    expect([...movesOf([cheap], RULES)][0]!.orders[0]!.priceUusd).toBeGreaterThanOrEqual(10_000n);
  });

  const position: fc.Arbitrary<Position> = fc.tuple(
    fc.constantFrom<'C' | 'P'>('C', 'P'),
    fc.constantFrom(40_000, 56_000, 60_000, 64_000, 66_000, 70_000, 90_000),
    // Multiples of five lots, so that a fifth is whole lots on every leg.
    fc.integer({ min: -60, max: 60 }).map((n) => (n === 0 ? 500 : n * 500)),
  );
  const positions = fc.uniqueArray(position, {
    ...{ minLength: 1, maxLength: 6 },
    selector: ([kind, strike]) => `${kind}${strike}`,
  });

  test('raise the margin whatever the account, even at their limits with fees', () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 1, max: 9_999 }),
    );
    fc.assert(
      fc.property(positions, sizes, (held, [slicePpm, usd]) => {
        const expiry = holding(held);
        const rules = { ...RULES, slicePpm: BigInt(slicePpm), shortfallUusd: BigInt(usd) * USD };
        for (const move of movesOf([expiry], rules)) {
          // A unit for each rounding.
          expect(worstGain(expiry, move) >= -4n).toBe(true);
          for (const { seriesId, isBuy, quantity, priceUusd } of move.orders) {
            const leg = expiry.legs.find((l) => l.seriesId === seriesId)!;
            const size = BigInt(Math.abs(leg.option.quantity));
            expect(isBuy).toBe(leg.option.quantity < 0);
            expect(quantity > 0n && quantity <= size).toBe(true);
            expect(quantity % LOT === 0n || quantity === size).toBe(true);
            expect(priceUusd >= leg.lowUusd && priceUusd <= leg.highUusd).toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('exist for every account with a short, when all its legs trade for free', () => {
    fc.assert(
      fc.property(positions, (held) => {
        fc.pre(held.some(([, , quantity]) => quantity < 0));
        const [move] = movesOf([holding(held, 1n, { feeUusd: 0n })], RULES);
        expect(move).toBeDefined();
      }),
      { numRuns: 100 },
    );
  });
});
