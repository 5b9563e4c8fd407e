import { expect, test } from '@jest/globals';
import { crowd } from './crowd.ts';

/** `npm run sim -- crowd` does the same with 5,000. */
const ACCOUNTS = 200;

test('a crowd that fails in one block is flagged in it, and all its auctions end', async () => {
  const { released, flagged, blocks, sold, throughTheBook, ...found } = await crowd(ACCOUNTS);
  expect([flagged, released]).toEqual([ACCOUNTS, ACCOUNTS]);
  // Each hundred has ten portfolios and thirty-four orders, which are gone with the flags.
  expect(found).toEqual({ accounts: ACCOUNTS, portfolios: 20, cancelled: 68 });
  expect(Math.min(sold, throughTheBook)).toBeGreaterThan(20);
  expect(blocks).toBeLessThan(30);
});
