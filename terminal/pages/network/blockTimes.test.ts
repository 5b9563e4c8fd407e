import { expect, test } from '@jest/globals';
import { intervals, keepBlocks, percentile, recentBlocks } from './blockTimes.ts';

const block = (height: number, seconds: number) => ({
  ...{ height: String(height), timeMs: String(seconds * 1_000), appHash: '', txs: 1, failedTxs: 0 },
});

test('intervals are between blocks that follow each other; one that came twice counts once', () => {
  keepBlocks([block(7, 10), block(8, 11.5)]);
  keepBlocks([block(8, 11.5), block(10, 14), block(11, 15)]);
  expect(intervals(recentBlocks.value)).toEqual([
    { height: 8, seconds: 1.5 },
    { height: 11, seconds: 1 },
  ]);
  keepBlocks(Array.from({ length: 200 }, (_, i) => block(12 + i, 16 + i)));
  expect(recentBlocks.value).toHaveLength(120);
});

test('a percentile is a value that was there', () => {
  expect(percentile([3, 1, 2], 50)).toBe(2);
  expect(percentile([3, 1, 2], 99)).toBe(3);
  expect(percentile([], 50)).toBeUndefined();
});
