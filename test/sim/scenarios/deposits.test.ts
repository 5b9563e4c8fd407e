import { afterEach, expect, test } from '@jest/globals';
import { BTC, Stage } from './stage.ts';
import type { Act } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  await stage.close();
});

/** What four bids of a twentieth of an account get, where both sides deposit in between or not. */
async function sold(depositedUusd: bigint) {
  stage = await Stage.set({ ann: 9_700, ben: 200_000, dan: 300_000 });
  const call = stage.option(BTC, true, 64_000, 3);
  await stage.trade('ann', 'ben', call, 1);
  await stage.world.block({ market: { btc: 70_000 } });
  await stage.until(() => stage.flagged.length === 1, 2);
  const { version } = stage.account('ann').liquidation!.auction!;
  const fills: string[] = [];
  const between =
    depositedUusd === 0n
      ? []
      : ['ann', 'dan'].map((name): Act => [name, { kind: 'deposit', amountUusd: depositedUusd }]);
  for (let i = 0; i < 4; i++) {
    const [held, cash] = [stage.held('dan', call), stage.cash('dan')];
    await stage.act([['dan', stage.bidFor('ann', 0.05, 0.97)], ...between]);
    expect(stage.account('ann').liquidation?.auction?.version).toBe(version);
    const got = stage.cash('dan') - cash - depositedUusd;
    fills.push(`${stage.held('dan', call) - held} for ${got}`);
  }
  expect(stage.tally).toMatchObject({ bids: 4, soldSolvent: 4 });
  await stage.close();
  return fills;
}

test('deposits to bidder and account change neither a bid nor what it pays', async () => {
  const plain = await sold(0n);
  expect(await sold(1_000_000n)).toEqual(plain);
  expect(await sold(20_000_000n)).toEqual(plain);
});
