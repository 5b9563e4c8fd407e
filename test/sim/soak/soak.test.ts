import { expect, test } from '@jest/globals';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { reportOf } from '../../harness/reports.ts';
import { HonestRange } from './honestRange.ts';
import { Soak } from './soak.ts';

/** A share of the hour that `npm run sim -- soak` runs. */
const SECONDS = 100;

test('random faults of sources and validators lose no round and move nothing', async () => {
  const soak = await Soak.start({ seed: 5, seconds: SECONDS });
  try {
    await soak.run();
  } finally {
    await soak.close();
  }
  expect(soak.blocks).toBe(SECONDS);
  expect(soak.checked).toBeGreaterThan(20 * SECONDS);
  expect(soak.stale).toBeLessThan(SECONDS / 2);
  expect(Object.keys(soak.faults).length).toBeGreaterThan(3);
}, 240_000);

test('a value and an age that no honest validator stands for are found', () => {
  const views = [64_000, 64_010].map((btc) => ({ btc, eth: 3_200, vol: 0.6, indexAgeMs: 1_000 }));
  const range = new HonestRange(views.map((view) => reportOf(view, Date.UTC(2026, 10, 23))));
  const said = {
    ...{ underlyingId: 1, height: 9n, timeMs: 100_000n, status: FeedStatus.FEED_STATUS_LIVE },
    ...{
      freshCount: 9,
      dispersionPpm: 0,
      confidencePpm: 0,
      reportedPower: 300n,
      quorumPower: 267n,
    },
  };
  const wrong = (indexUusd: bigint, seenMs = 99_000n) =>
    range.ofIndex({ ...said, indexUusd, seenMs });
  expect(wrong(64_000_000_000n)).toBeNull();
  expect(wrong(64_010_000_000n)).toBeNull();
  expect(wrong(63_999_000_000n)).toContain('is outside 64000000000 to 64010000000');
  expect(wrong(64_011_000_000n)).toContain('is outside');
  expect(wrong(64_000_000_000n, 99_500n)).toContain('an age of 500 ms is outside 1000 to 6000');
  expect(wrong(64_000_000_000n, 93_000n)).toContain('an age of 7000 ms');
});
