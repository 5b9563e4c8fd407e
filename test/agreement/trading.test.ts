import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import { replayExplained } from '../../app/modules/margin/core/index.ts';
import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { TestChain } from '../harness/chain.ts';
import { anyOf } from '../harness/keys.ts';
import {
  FEE,
  Side,
  accountOf,
  depositMsg,
  explanationOf,
  marginOf,
  markOf,
  modeMsg,
  orderMsg,
  seriesOf,
  withdrawMsg,
} from '../harness/trading.ts';

const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;

let chain: TestChain;

beforeEach(async () => {
  chain = await TestChain.start();
  // The first votes are in the second block; listing follows the index.
  for (let i = 0; i < 4; i++) await chain.block();
});

afterEach(async () => {
  await chain.close();
});

test('a signed send moves coins and pays its fee on every node', async () => {
  const [alice, bob] = [chain.user('alice'), chain.user('bob')];
  const amount = [{ denom: 'uusd', amount: '1500000' }];
  const msg = anyOf(MsgSend, { fromAddress: alice.address, toAddress: bob.address, amount });
  const { txResults } = await chain.block({ txs: [chain.sign(alice, [msg], FEE)] });
  expect(txResults[1]).toMatchObject({ code: 0, gasWanted: 200_000n });
});

test('two people trade an option, are margined, and withdraw what is free', async () => {
  const [alice, bob] = [chain.user('alice'), chain.user('bob')];
  const deposits = [alice, bob].map((user) => chain.sign(user, [depositMsg(user, 50_000)], FEE));
  const deposited = await chain.block({ txs: deposits });
  expect(deposited.txResults.map((r) => r.code)).toEqual([0, 0, 0]);

  const series = seriesOf(chain, 'BTC').find((s) => s.symbol.endsWith('-C'))!.symbol;
  const price = Math.round(markOf(chain, series) / 5) * 5;
  const sell = orderMsg(alice, { series, side: Side.SIDE_SELL, size: 0.5, price });
  const buy = orderMsg(bob, { series, side: Side.SIDE_BUY, size: 0.3, price });
  const traded = await chain.block({ txs: [chain.sign(alice, [sell]), chain.sign(bob, [buy])] });
  expect(traded.txResults.map((r) => r.log)).toEqual(['', '', '']);

  expect(accountOf(chain, alice).positions[0]?.position?.quantity).toBe(-3_000n);
  expect(accountOf(chain, bob).positions[0]?.position?.quantity).toBe(3_000n);
  const margin = marginOf(chain, alice);
  expect(margin.initialUusd).toBeLessThan(margin.cashUusd);
  expect(margin.maintenanceUusd).toBeGreaterThan(margin.initialUusd);

  const tooMuch = chain.sign(alice, [withdrawMsg(alice, 50_000)], FEE);
  const refused = await chain.block({ txs: [tooMuch] });
  expect(refused.txResults[1]).toMatchObject({ codespace: 'margin', code: 1 });
  const free = Number(margin.initialUusd / 1_000_000n) - 5_000;
  const withdrawn = await chain.block({
    txs: [chain.sign(alice, [withdrawMsg(alice, free)], FEE)],
  });
  expect(withdrawn.txResults[1]).toMatchObject({ code: 0 });
});

test('an order beyond margin is refused with its code and changes nothing', async () => {
  const alice = chain.user('alice');
  await chain.block({ txs: [chain.sign(alice, [depositMsg(alice, 1_000)], FEE)] });
  const series = seriesOf(chain, 'BTC').find((s) => s.symbol.endsWith('-C'))!.symbol;
  const price = Math.round(markOf(chain, series) / 5) * 5;
  const order = orderMsg(alice, { series, side: Side.SIDE_SELL, size: 10, price });
  const { txResults } = await chain.block({ txs: [chain.sign(alice, [order])] });
  expect(txResults[1]).toMatchObject({ codespace: 'margin', code: 1 });
  expect(accountOf(chain, alice).subaccount?.openOrders).toBe(0);
});

test('portfolios trade and withdraw, and anybody can compute their margins again', async () => {
  const [alice, bob] = [chain.user('alice'), chain.user('bob')];
  const first = [alice, bob].map((user) => chain.sign(user, [depositMsg(user, 50_000)], FEE));
  await chain.block({ txs: first });
  const modes = [alice, bob].map((u) => chain.sign(u, [modeMsg(u, MARGIN_MODE_PORTFOLIO)], FEE));
  const switched = await chain.block({ txs: modes });
  expect(switched.txResults.map((r) => r.code)).toEqual([0, 0, 0]);
  const [near, far] = ['-C', '-P'].map(
    (kind) => seriesOf(chain, 'BTC').find((s) => s.symbol.endsWith(kind))!.symbol,
  );
  for (const [i, series] of [near!, far!].entries()) {
    const price = Math.max(Math.round(markOf(chain, series) / 5) * 5, 5);
    for (const [user, size] of [
      [alice, 0.4],
      [bob, 0.3],
    ] as const) {
      // Alice sells the call and buys the put.
      const side = (user === alice) === (i === 0) ? Side.SIDE_SELL : Side.SIDE_BUY;
      const tx = chain.sign(user, [orderMsg(user, { series, side, size, price })]);
      const { txResults } = await chain.block({ txs: [tx] });
      expect(txResults[1]).toMatchObject({ code: 0 });
    }
  }
  for (const user of [alice, bob]) {
    const explanation = explanationOf(chain, user)!;
    const { initialUusd, maintenanceUusd, underlyings } = marginOf(chain, user);
    expect(underlyings[0]!.scenarios).toHaveLength(33);
    expect(underlyings[0]!.worstUusd).toBeLessThan(0n);
    const replayed = replayExplained(explanation);
    expect([replayed.initialMarginUusd, replayed.maintenanceMarginUusd]).toEqual([
      initialUusd,
      maintenanceUusd,
    ]);
  }
  const free = marginOf(chain, alice).initialUusd / 1_000_000n;
  const tooMuch = chain.sign(alice, [withdrawMsg(alice, Number(free) + 1_000)], FEE);
  const refused = await chain.block({ txs: [tooMuch] });
  expect(refused.txResults[1]).toMatchObject({ codespace: 'margin', code: 1 });
  const back = await chain.block({
    txs: [chain.sign(alice, [modeMsg(alice, MARGIN_MODE_STANDARD)], FEE)],
  });
  expect(back.txResults[1]).toMatchObject({ code: 0 });
  const { initialUusd, maintenanceUusd } = marginOf(chain, alice);
  const standard = replayExplained(explanationOf(chain, alice)!);
  expect([standard.initialMarginUusd, standard.maintenanceMarginUusd]).toEqual([
    initialUusd,
    maintenanceUusd,
  ]);
});
