import { expect, test } from '@jest/globals';
import { rankOpposite } from './rankOpposite.ts';
import type { Opposite } from './rankOpposite.ts';

const USD = 1_000_000n;
const position = (subaccountId: bigint, changed: Partial<Opposite> = {}): Opposite => ({
  ...{ subaccountId, quantity: 10_000n, isFlagged: false },
  ...{ costUusd: 100n * USD, valueUusd: 150n * USD },
  ...{ notionalUusd: 1_000n * USD, cashUusd: 500n * USD },
  ...changed,
});
/** Their ids in the order in which they are deleveraged. */
const ranked = (...positions: Opposite[]) =>
  rankOpposite(positions).map(({ subaccountId }) => Number(subaccountId));

test('who has more profit for what it paid goes first', () => {
  const more = position(2n, { valueUusd: 151n * USD });
  const dearer = position(3n, { costUusd: 101n * USD, valueUusd: 151n * USD });
  expect(ranked(position(1n), more, dearer)).toEqual([2, 1, 3]);
  // What was received for a short counts alike: 40 of 100 are less than 50.
  const short = position(4n, { costUusd: -100n * USD, valueUusd: -60n * USD });
  expect(ranked(short, position(1n))).toEqual([1, 4]);
});

test('what was had for nothing, or for a unit, is the most profit of all', () => {
  const free = [0n, 1n, -1n].map((costUusd, i) => position(BigInt(2 + i), { costUusd }));
  const [first, ...others] = ranked(position(1n), ...free);
  expect([first, others.at(-1)]).toEqual([2, 1]);
});

test('of equal profit the more leveraged one does: by notional, and by cash', () => {
  const larger = position(2n, { notionalUusd: 1_001n * USD });
  const poorer = position(3n, { cashUusd: 499n * USD });
  expect(ranked(position(1n), larger)).toEqual([2, 1]);
  expect(ranked(position(1n), poorer)).toEqual([3, 1]);
  // Without any cash it is as with a unit of it: more than a thousandfold.
  const none = position(4n, { cashUusd: -5n * USD });
  const few = position(5n, { cashUusd: 100n });
  expect(ranked(few, none)).toEqual([4, 5]);
});

test('of losers the more leveraged one does, too, behind all who gain', () => {
  const losing = { valueUusd: 50n * USD };
  const larger = position(2n, { ...losing, notionalUusd: 2_000n * USD });
  const even = position(3n, { valueUusd: 100n * USD });
  expect(ranked(position(1n, losing), larger, even, position(4n))).toEqual([4, 3, 2, 1]);
  expect(ranked(position(5n, { ...losing, cashUusd: 499n * USD }), position(1n, losing))).toEqual([
    5, 1,
  ]);
});

test('of two that are alike the lower id does, and who is flagged itself comes last', () => {
  expect(ranked(position(9n), position(7n), position(8n))).toEqual([7, 8, 9]);
  const flagged = position(1n, { isFlagged: true, valueUusd: 900n * USD });
  const flaggedToo = position(2n, { isFlagged: true });
  expect(ranked(flaggedToo, flagged, position(3n))).toEqual([3, 1, 2]);
});

test('scores are exact: a unit tells positions of a billion apart', () => {
  const big = { notionalUusd: 1n, cashUusd: 1n, costUusd: 10n ** 15n };
  const [a, b] = [0n, 1_000_000n].map((more, i) =>
    position(BigInt(i + 1), { ...big, valueUusd: 2n * 10n ** 15n + more }),
  ) as [Opposite, Opposite];
  expect(ranked(a, b)).toEqual([2, 1]);
});
