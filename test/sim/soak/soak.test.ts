import { expect, test } from '@jest/globals';
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
