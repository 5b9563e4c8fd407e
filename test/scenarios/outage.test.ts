import { afterEach, expect, test } from '@jest/globals';
import { MsgBidLiquidation } from '../../proto/gen/tenor.liquidation.v1.ts';
import { TestChain } from '../harness/chain.ts';
import { auctionOf, flagsOf, fundUsers, stepsOf, trade } from '../harness/crisis.ts';
import { anyOf } from '../harness/keys.ts';
import { accountOf, marginOf, seriesOf } from '../harness/trading.ts';

/** Fresh quorum prices before anything is liquidated on them (`fresh_needed` of the oracle). */
const FRESH_NEEDED = 5;
const DAY_SECONDS = 86_400;

let chain: TestChain;
afterEach(async () => {
  await chain.close();
});

const cashOf = (name: string) => accountOf(chain, chain.user(name)).subaccount!.cashUusd;
const held = (name: string) =>
  accountOf(chain, chain.user(name)).positions[0]?.position?.quantity ?? 0n;

/** A call that outlives the outage. */
const distantCall = () =>
  seriesOf(chain, 'BTC').find(
    (s) =>
      s.symbol.endsWith('-C') && Number(s.expirySeconds) > chain.timeMs / 1_000 + 3 * DAY_SECONDS,
  )!.symbol;

/** Carol bids for all of alice's account; the code that the chain answers, or 'done'. */
async function bid(afterMs = 1_000): Promise<string> {
  const carol = chain.user('carol');
  const flag = flagsOf(chain)[0];
  const msg = anyOf(MsgBidLiquidation, {
    ...{ sender: carol.address, subaccount: 0, fractionPpb: 1_000_000_000, limitPpm: 1_000_000 },
    ...{ liquidatedId: flag?.subaccountId ?? 1n, version: flag?.auction?.version ?? 0n },
    leastPayoutUusd: 0n,
  });
  const { txResults } = await chain.block({ txs: [chain.sign(carol, [msg])], afterMs });
  const { code, codespace } = txResults[1]!;
  return code === 0 ? 'done' : `${codespace}/${code}`;
}

test('eight hours without a block and 30% later nobody is liquidated on stale prices', async () => {
  chain = await TestChain.start();
  await fundUsers(chain, { alice: 20_000, bob: 500_000, carol: 400_000 });
  const series = distantCall();
  await trade(chain, { seller: 'alice', buyer: 'bob', series, size: 1 });
  const before = ['alice', 'bob', 'carol'].map(cashOf);

  // Everything stops. The first blocks have the prices of before, or none.
  const none = new Map([0, 1, 2, 3].map((i) => [i, null]));
  await chain.block({ afterMs: 8 * 3_600_000, reports: none });
  chain.market = { ...chain.market, btc: 83_200 };
  await chain.block({ reports: none });
  expect(flagsOf(chain)).toEqual([]);
  expect(await bid()).toBe('liquidation/1');

  // The price is back: the breach is known at once, and nothing is done on it for a while.
  await chain.until(() => flagsOf(chain).length === 1, 1_000, 6);
  const flaggedAt = chain.height;
  expect(marginOf(chain, chain.user('alice')).maintenanceUusd).toBeLessThan(0n);
  let answer = await bid();
  for (let i = 0; answer === 'liquidation/8' && i < 10; i++) {
    expect([held('alice'), held('carol')]).toEqual([-10_000n, 0n]);
    expect(['alice', 'bob', 'carol'].map(cashOf)).toEqual(before);
    answer = await bid();
  }
  expect(answer === 'done' || answer === 'liquidation/5').toBe(true);
  expect(chain.height - flaggedAt).toBeGreaterThanOrEqual(FRESH_NEEDED - 2);
  const { auction } = auctionOf(chain, 'alice').flag!;
  expect(auction).toBeDefined();
  // What was kept of it says so, too: the breach, then nothing until prices had settled in.
  const [breach, next] = stepsOf(chain, 'alice');
  expect(breach!.happenings[0]!.type).toBe('liquidation_flagged');
  expect(Number(next!.height - breach!.height)).toBeGreaterThanOrEqual(FRESH_NEEDED - 2);
});
