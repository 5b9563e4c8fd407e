import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MsgBidLiquidation } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { TestChain } from '../../../test/harness/chain.ts';
import { ChainRpc } from '../../../test/harness/chainRpc.ts';
import { auctionOf, firstCall, flagsOf, fundUsers, trade } from '../../../test/harness/crisis.ts';
import { anyOf } from '../../../test/harness/keys.ts';
import { FEE, modeMsg } from '../../../test/harness/trading.ts';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { Place } from '../../fixture.ts';

let chain: TestChain;
let rpc: ChainRpc;
let place: Place;
let url: string;
beforeEach(async () => {
  chain = await TestChain.start({ alone: true });
  rpc = new ChainRpc(chain);
  url = await rpc.listen();
  place = new Place();
});
afterEach(async () => {
  place.remove();
  await rpc.close();
  await chain.close();
});

const show = (args = '') =>
  place.run(`liquidation show ${chain.user('alice').address} --node ${url} ${args}`.trim());

test('show tells a liquidation from the breach to the release, also when it is over', async () => {
  await fundUsers(chain, { alice: 17_000, bob: 500_000, carol: 300_000 });
  const alice = chain.user('alice');
  const portfolio = modeMsg(alice, MarginMode.MARGIN_MODE_PORTFOLIO);
  await chain.block({ txs: [chain.sign(alice, [portfolio], FEE)] });
  const series = firstCall(chain);
  await trade(chain, { seller: 'alice', buyer: 'bob', series, size: 1 });

  const healthy = await show();
  expect([healthy.exitCode, healthy.stderr]).toEqual([1, expect.stringMatching(/liquidation\/1/)]);

  chain.market = { ...chain.market, btc: 72_000 };
  await chain.until(() => flagsOf(chain).length > 0, 1_000, 6);
  const during = await show();
  expect(during.stdout).toMatch(/The breach at height \d+, by positions alone/);
  expect(during.stdout).toMatch(/◀ worst/);
  expect(during.stdout).toMatch(/least multiple of the value +9[45]\.\d\d%/);

  // Why it was so, a few blocks ago, computed again from what it was judged by.
  const height = chain.height - 2;
  for (const at of ['', ` --height ${height}`]) {
    const explained = await place.run(`margin explain ${alice.address} --node ${url}${at}`);
    expect(explained.stdout).toMatch(/Computed again here from these inputs: the same margins\./);
  }
  const gone = await place.run(`margin explain ${alice.address} --node ${url} --height 1`);
  expect(gone.exitCode).not.toBe(0);

  const carol = chain.user('carol');
  const bid = anyOf(MsgBidLiquidation, {
    ...{ sender: carol.address, subaccount: 0, liquidatedId: flagsOf(chain)[0]!.subaccountId },
    ...{ version: auctionOf(chain, 'alice').flag!.auction!.version, fractionPpb: 1_000_000_000 },
    ...{ limitPpm: 980_000, leastPayoutUusd: 0n },
  });
  await chain.block({ txs: [chain.sign(carol, [bid])] });
  await chain.until(() => flagsOf(chain).length === 0, 1_000, 6);
  const { stdout, exitCode } = await show();
  expect(exitCode).toBe(0);
  const lines = stdout.split('\n').map((line) => line.trim());
  const order = [
    /^breach: maintenance margin -[\d,.]+ USD$/,
    new RegExp(`^bid of ${carol.address}/0 for 100\\.0000%: got \\d+\\.\\d{4}%$`),
    /^cleared: \d+\.\d{4}% at 98\.0000% of the marked value for all, [\d,.]+ USD paid, fee/,
    /^released: its owner's again, [\d,.]+ USD above liquidation$/,
    /^It is not under liquidation now\.$/,
  ].map((pattern) => lines.findIndex((line) => pattern.test(line)));
  expect(order.every((at, i) => at > (order[i - 1] ?? -1))).toBe(true);
  const json = JSON.parse((await show('--json')).stdout) as { auction: null; steps: object[] };
  expect(json.auction).toBeNull();
  expect(json.steps.length).toBeGreaterThan(1);
});
