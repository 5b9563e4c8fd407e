import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FeedKind, FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { advance, isFresh, NO_STANDING } from './advance.ts';
import type { Standing } from './advance.ts';

const rule = {
  kind: FeedKind.FEED_KIND_SURFACE,
  staleAfterMs: 30_000n,
  haltAfterMs: 120_000n,
  noConfidencePpm: 250_000,
};
const at = (ms: number, ageMs: number | undefined, last: Standing, votedMs = 0n): Standing =>
  advance(last, ageMs, { height: 1n, timeMs: BigInt(ms), rule, freshNeeded: 3, votedMs });

const { FEED_STATUS_NONE, FEED_STATUS_LIVE, FEED_STATUS_STALE } = FeedStatus;
const { FEED_STATUS_HALTED, FEED_STATUS_RECOVERING } = FeedStatus;

/** Fresh quorums a second apart, up to `ms`. */
function live(ms: number): Standing {
  let last: Standing = NO_STANDING;
  for (const time of [ms - 2_000, ms - 1_000, ms]) last = at(time, 0, last);
  return last;
}

describe('a feed', () => {
  test('is nothing until its first quorum, then recovers, and is live after some more', () => {
    expect(at(500_000, undefined, NO_STANDING)).toBe(NO_STANDING);
    const first = at(500_000, 400, NO_STANDING);
    expect(first).toMatchObject({
      status: FEED_STATUS_RECOVERING,
      freshCount: 1,
      seenMs: 499_600n,
    });
    const second = at(501_000, 0, first);
    expect(second.status).toBe(FEED_STATUS_RECOVERING);
    expect(at(502_000, 0, second)).toMatchObject({ status: FEED_STATUS_LIVE, freshCount: 3 });
  });

  test('ages from when its sources saw it, and not from the last vote', () => {
    const old = at(500_000, 29_000, live(499_000));
    expect(old.status).toBe(FEED_STATUS_LIVE);
    expect(at(501_000, undefined, old).status).toBe(FEED_STATUS_LIVE);
    expect(at(501_001, undefined, old)).toMatchObject({ status: FEED_STATUS_STALE, freshCount: 0 });
    expect(at(591_001, undefined, old).status).toBe(FEED_STATUS_HALTED);
  });

  test('is stale and then halted while validators go on to report what is old', () => {
    let last = live(500_000);
    const seen: FeedStatus[] = [];
    for (let ms = 10_000; ms <= 130_000; ms += 10_000) {
      last = at(500_000 + ms, ms, last);
      if (seen.at(-1) !== last.status) seen.push(last.status);
    }
    expect(seen).toEqual([FEED_STATUS_LIVE, FEED_STATUS_STALE, FEED_STATUS_HALTED]);
    expect(last.timeMs).toBe(630_000n);
    expect(at(631_000, 0, last)).toMatchObject({ status: FEED_STATUS_RECOVERING, freshCount: 1 });
  });

  test('is as old as its votes can be, when they may be of before an outage', () => {
    const last = live(500_000);
    expect(at(540_000, 500, last, 40_000n)).toMatchObject({
      ...{ status: FEED_STATUS_STALE, seenMs: 499_500n, freshCount: 0 },
    });
    expect(at(700_000, 0, last, 200_000n).status).toBe(FEED_STATUS_HALTED);
    expect(at(520_000, 0, last, 20_000n)).toMatchObject({ status: FEED_STATUS_LIVE });
  });

  test('starts again when the block time jumped over an outage', () => {
    const last = live(500_000);
    expect(at(530_000, 0, last)).toMatchObject({ status: FEED_STATUS_LIVE, freshCount: 4 });
    expect(at(530_001, 0, last)).toMatchObject({ status: FEED_STATUS_RECOVERING, freshCount: 1 });
  });

  test('is fresh only while what its sources saw is young enough, whatever comes', () => {
    const steps = fc.array(
      fc.record({
        passMs: fc.integer({ min: 0, max: 60_000 }),
        ageMs: fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: undefined }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (given) => {
        let ms = 1_000_000;
        let last: Standing = NO_STANDING;
        for (const { passMs, ageMs } of given) {
          ms += passMs;
          last = at(ms, ageMs, last);
          const age = BigInt(ms) - last.seenMs;
          if (last.status === FEED_STATUS_NONE) continue;
          expect(isFresh(last.status)).toBe(age <= rule.staleAfterMs);
          expect(last.status === FEED_STATUS_HALTED).toBe(age > rule.haltAfterMs);
          expect(last.freshCount > 0).toBe(isFresh(last.status));
        }
      }),
    );
  });
});
