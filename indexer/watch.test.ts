import { expect, test } from '@jest/globals';
import { FollowWatch } from './watch.ts';

let nowMs = 1_000_000;
const range = (last: number) => ({ chainId: 'c', first: 1, last, lastHash: '' });

test('it is healthy while it follows, and says what is wrong otherwise', async () => {
  const watch = new FollowWatch(() => nowMs);
  expect(await watch.health()).toMatchObject({ isHealthy: false, error: 'it has just begun' });
  watch.wrote(10, 5_000, range(50));
  const catching = { height: 10, nodeHeight: 50, error: 'it catches up: block 10 of 50' };
  expect(await watch.health()).toEqual({ isHealthy: false, ...catching });
  watch.caughtUp(range(50));
  nowMs += 29_000;
  expect(await watch.health()).toEqual({ isHealthy: true, height: 50, nodeHeight: 50 });
  watch.failed('database', 'PostgreSQL: down.');
  nowMs += 2_000;
  expect((await watch.health()).error).toBe('no block for 31 s: PostgreSQL: down.');
  watch.caughtUp(range(51));
  expect(await watch.health()).toMatchObject({ isHealthy: true, height: 51 });
});

test('its metrics count failures by whose they are', async () => {
  const watch = new FollowWatch(() => 60_000);
  watch.failed('database', 'gone');
  watch.caughtUp(range(7));
  const text = await watch.text();
  expect(text).toContain('tenor_indexer_failures_total{reason="database"} 1');
  expect(text).toContain('tenor_indexer_failures_total{reason="node"} 0');
  expect(text).toContain('tenor_indexer_caught_up_timestamp_seconds 60\n');
});
