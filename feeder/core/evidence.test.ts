import { describe, expect, test } from '@jest/globals';
import { Evidence } from './evidence.ts';

const say = (fingerprint: string, timeMs?: number, price = 100) => ({
  ...{ fingerprint, price },
  ...(timeMs === undefined ? {} : { timeMs }),
});

describe('what a source says', () => {
  test('is as old as its last change', () => {
    const evidence = new Evidence();
    expect(evidence.seenMs('poll', say('a'), 1_000)).toBe(1_000);
    expect(evidence.seenMs('poll', say('a'), 9_000)).toBe(1_000);
    expect(evidence.seenMs('poll', say('b'), 9_500)).toBe(9_500);
  });

  test('is as old as the venue says where that is longer ago', () => {
    const evidence = new Evidence();
    expect(evidence.seenMs('poll', say('a', 400), 1_000)).toBe(400);
    // A time that rolls while nothing changes makes nothing younger.
    expect(evidence.seenMs('poll', say('a', 5_000), 5_000)).toBe(400);
    expect(evidence.seenMs('poll', say('b', 7_000), 6_000)).toBe(6_000);
  });

  test('is not made young by saying it over another channel', () => {
    const evidence = new Evidence();
    expect(evidence.seenMs('stream', say('a'), 1_000)).toBe(1_000);
    expect(evidence.seenMs('poll', say('b'), 60_000)).toBe(1_000);
    expect(evidence.seenMs('poll', say('b'), 61_000)).toBe(1_000);
    const moved = new Evidence();
    moved.seenMs('stream', say('a'), 1_000);
    expect(moved.seenMs('poll', say('b', undefined, 101), 60_000)).toBe(60_000);
  });
});
