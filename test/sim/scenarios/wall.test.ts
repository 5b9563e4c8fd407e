import { afterEach, expect, test } from '@jest/globals';
import { BTC, deposit, Stage } from './stage.ts';
import type { Act } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  await stage.close();
});

const OWNERS = ['o0', 'o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8', 'o9'];
const EACH = 10;
const NUMBERS = Array.from({ length: EACH }, (_, i) => i);

test('a wall of bids pulled in front of a hundred long accounts lowers no mark', async () => {
  const owners = Object.fromEntries(OWNERS.map((name) => [name, 1_000]));
  stage = await Stage.set({ ...owners, mak: 900_000, wal: 400_000, bid: 900_000 });
  const call = stage.option(BTC, true, 64_000, 3);
  const put = stage.option(BTC, false, 64_000, 3);
  const all = (intent: (number: number) => Act[1]) =>
    OWNERS.map((name) => NUMBERS.map((number): Act => [name, intent(number), number]));
  await stage.together(all((number) => deposit(1_250 + 25 * number)));
  // Long by a call and a put sold, in each account.
  await stage.act([
    ['mak', stage.order(call, false, 10)],
    ['mak', stage.order(put, true, 10)],
  ]);
  await stage.together(all(() => stage.order(put, false, 0.1)));
  await stage.together(all(() => stage.order(call, true, 0.1)));
  expect(stage.held('o9', call, EACH - 1)).toBe(1_000n);
  const wall = [1, 0.98, 0.96].map((times): Act => ['wal', stage.order(call, true, 30, times)]);
  await stage.act(wall);

  // Pulled: nothing that anybody holds is worth less, and nobody is liquidated.
  await stage.act([['wal', { kind: 'cancelAll' }]]);
  expect(stage.tally.flags).toBe(0);
  // The market falls: now all are in breach in one block, and there is no bid for what they hold.
  await stage.world.block({ market: { btc: 54_000 } });
  await stage.world.block();
  const { flags } = stage.tally;
  expect(flags).toBeGreaterThan(50);
  for (let i = 0; i < 40 && stage.flagged.length > 0; i++) {
    const next = stage.flagged.slice(0, 12);
    const bids = next.map(({ id, liquidation }): Act => [
      'bid',
      {
        ...{ kind: 'bid', liquidatedId: id, version: liquidation!.auction?.version ?? 0n },
        ...{ fractionPpb: 600_000_000, limitPpm: 960_000, leastPayoutUusd: 0n },
      },
    ]);
    await stage.act(bids);
  }
  expect(stage.flagged).toEqual([]);
  const { releases, soldSolvent } = stage.tally;
  expect(releases).toBe(stage.tally.flags);
  expect(soldSolvent).toBeGreaterThan(10);
});
