import { expect, test } from '@jest/globals';
import { ExpiryStatus } from '../../../../proto/gen/tenor.options.v1.ts';
import { expiryOfPrice, settledDay } from './settledDay.ts';
import { tickAt } from './ticks.ts';
import { absolute, ceilDiv, minOf } from './units.ts';

test('a quotient is rounded up, also below 0', () => {
  const quotients = [7n, 6n, 1n, 0n, -1n, -3n, -4n].map((a) => ceilDiv(a, 3n));
  expect(quotients).toEqual([3n, 2n, 1n, 0n, 0n, -1n, -1n]);
});

test('the smaller of two, and the size of one', () => {
  expect([minOf(1n, 2n), minOf(2n, 1n), minOf(-3n, -2n)]).toEqual([1n, 1n, -3n]);
  expect([absolute(5n), absolute(-5n), absolute(0n)]).toEqual([5n, 5n, 0n]);
});

test('a tick is that of the last step at or below a price', () => {
  const ticks = [
    { fromUusd: 0n, tickUusd: 1n },
    { fromUusd: 10n, tickUusd: 5n },
    { fromUusd: 100n, tickUusd: 20n },
  ];
  expect([0n, 9n, 10n, 99n, 100n, 999n].map((price) => tickAt(ticks, price))).toEqual([
    ...[1n, 1n, 5n, 5n, 20n, 20n],
  ]);
  expect(tickAt(ticks, -1n)).toBe(1n);
});

test('a settled price is kept under its day, and is an expiry that is over', () => {
  expect([0n, 86_399n, 86_400n].map(settledDay)).toEqual([0, 0, 1]);
  const price = { expirySeconds: 9n, settlementUusd: 7n, settledHeight: 3n };
  expect(expiryOfPrice(2, price)).toMatchObject({
    ...{ underlyingId: 2, ...price, status: ExpiryStatus.EXPIRY_STATUS_SETTLED },
    ...{ coveredMs: 0n, weightedSum: '0', paidOutUusd: 0n },
  });
});
