import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  BUY_QUANTITY,
  IS_CALL,
  NO_HOLDINGS,
  QUANTITY,
  ROW,
  SELL_QUANTITY,
  SERIES,
  STRIKE,
  changeRow,
  exact,
  findRow,
} from './holdings.ts';
import type { Holdings, RowKey } from './holdings.ts';

const key = (id: number, changed: Partial<RowKey> = {}): RowKey => ({
  ...{ seriesId: BigInt(id), underlyingId: 1, expirySeconds: 100n },
  ...{ strikeUusd: BigInt(id) * 1_000n, isCall: true },
  ...changed,
});
const set = (before: Holdings, of: RowKey, quantity: number, own?: Set<Float64Array>): Holdings =>
  changeRow(before, of, (rows, at) => (rows[at + QUANTITY] = quantity), own);
const seriesIn = (holdings: Holdings) =>
  holdings.map(({ underlyingId, expirySeconds, rows }) => [
    ...[underlyingId, Number(expirySeconds)],
    Array.from({ length: rows.length / ROW }, (_, i) => rows[i * ROW + SERIES]),
  ]);

describe('what an account holds', () => {
  test('has a row for each series, with its strike and its side', () => {
    const one = set(NO_HOLDINGS, key(3), 7);
    expect(seriesIn(one)).toEqual([[1, 100, [3]]]);
    const { rows, at } = findRow(one, key(3))!;
    expect([at, rows[STRIKE], rows[IS_CALL], rows[QUANTITY]]).toEqual([0, 3_000, 1, 7]);
    const put = set(one, key(4, { isCall: false }), -5);
    const found = findRow(put, key(4, { isCall: false }))!;
    expect([found.at, found.rows[found.at + IS_CALL]]).toEqual([ROW, 0]);
    expect(one[0]!.rows).toHaveLength(ROW);
  });

  test('is in order of underlying, expiry, strike, the call first, and series', () => {
    const keys = [
      key(5),
      key(2),
      key(9, { strikeUusd: 2_000n, isCall: false }),
      key(1, { strikeUusd: 2_000n }),
      key(7, { expirySeconds: 50n }),
      key(8, { expirySeconds: 200n }),
      key(6, { underlyingId: 0, expirySeconds: 300n }),
      key(4, { underlyingId: 2, expirySeconds: 10n }),
    ];
    const order = [
      [0, 300, [6]],
      [1, 50, [7]],
      [1, 100, [1, 2, 9, 5]],
      [1, 200, [8]],
      [2, 10, [4]],
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(keys, { minLength: 8 }), (shuffled) => {
        let holdings = NO_HOLDINGS;
        for (const of of shuffled) holdings = set(holdings, of, 1);
        expect(seriesIn(holdings)).toEqual(order);
        for (const of of keys) {
          const { rows, at } = findRow(holdings, of)!;
          expect(rows[at + SERIES]).toBe(Number(of.seriesId));
        }
      }),
    );
  });

  test('finds nothing of a series, a strike or an expiry that is not there', () => {
    const holdings = set(set(NO_HOLDINGS, key(2), 1), key(4), 1);
    for (const absent of [
      ...[key(1), key(3), key(5)],
      ...[key(2, { expirySeconds: 99n }), key(2, { expirySeconds: 101n })],
      ...[key(2, { underlyingId: 0 }), key(2, { underlyingId: 2 })],
      ...[key(9, { strikeUusd: 2_000n }), key(2, { isCall: false })],
    ]) {
      expect(findRow(holdings, absent)).toBeUndefined();
    }
    expect(findRow(NO_HOLDINGS, key(1))).toBeUndefined();
  });

  test('drops a row once nothing is held or rests of it, and an expiry without rows', () => {
    const both = set(set(NO_HOLDINGS, key(2), 1), key(4), 1);
    expect(seriesIn(set(both, key(2), 0))).toEqual([[1, 100, [4]]]);
    const last = set(set(both, key(2), 0), key(4), 0);
    expect(last).toEqual([]);
    for (const resting of [BUY_QUANTITY, SELL_QUANTITY]) {
      const ordered = changeRow(both, key(2), (rows, at) => {
        rows[at + QUANTITY] = 0;
        rows[at + resting] = 3;
      });
      expect(seriesIn(ordered)).toEqual([[1, 100, [2, 4]]]);
    }
  });

  test('is the same object where nothing comes of a change', () => {
    const one = set(NO_HOLDINGS, key(2), 1);
    expect(set(NO_HOLDINGS, key(2), 0)).toBe(NO_HOLDINGS);
    expect(set(one, key(4), 0)).toBe(one);
    expect(set(one, key(4, { expirySeconds: 5n }), 0)).toBe(one);
  });

  test('never changes rows that others may have seen', () => {
    const before = set(set(NO_HOLDINGS, key(2), 1), key(2, { expirySeconds: 7n }), 1);
    const after = set(before, key(2), 9);
    expect(findRow(before, key(2))!.rows[QUANTITY]).toBe(1);
    expect(findRow(after, key(2))!.rows[QUANTITY]).toBe(9);
    // The other expiry is shared.
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  test('changes rows that are its own where they are', () => {
    const own = new Set<Float64Array>();
    const first = set(NO_HOLDINGS, key(2), 1, own);
    expect(own).toEqual(new Set([first[0]!.rows]));
    const second = set(first, key(2), 5, own);
    expect(second).toBe(first);
    expect(first[0]!.rows[QUANTITY]).toBe(5);
    const third = set(second, key(4), 1, own);
    expect(own.has(third[0]!.rows)).toBe(true);
    const foreign = set(NO_HOLDINGS, key(2), 1);
    const changed = set(foreign, key(2), 2, own);
    expect(changed).not.toBe(foreign);
    expect(own.has(changed[0]!.rows)).toBe(true);
  });
});

test('amounts are exact as numbers, or a failed assertion', () => {
  expect([exact(0n), exact(-5n), exact(2n ** 53n - 1n)]).toEqual([0, -5, 2 ** 53 - 1]);
  expect(() => exact(2n ** 53n)).toThrow('beyond exact numbers');
});
