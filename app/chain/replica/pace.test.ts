import { expect, test } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { Pace } from './pace.ts';

/** Keeps the thread for a while. */
function spin(ms: number): number {
  const until = performance.now() + ms;
  while (performance.now() < until) continue;
  return ms;
}

test('work is done at once, and takes its share of the time when there is more', async () => {
  const pace = new Pace(0.2);
  expect(pace.paced(() => spin(5))).toBe(5);
  const start = performance.now();
  for (let i = 0; i < 3; i++) expect(await pace.paced(() => spin(5))).toBe(5);
  // Three pauses of at least 20 ms, and the work.
  expect(performance.now() - start).toBeGreaterThanOrEqual(3 * 25 - 3);
});

test('a failure is the work’s own, and is paced like any other work', async () => {
  const pace = new Pace(0.01);
  const fails = () => {
    spin(5);
    throw new Error('no');
  };
  expect(() => pace.paced(fails)).toThrow('no');
  await expect(pace.paced(fails)).rejects.toThrow('no');
});
