import { afterEach, expect, test } from '@jest/globals';
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import * as liquidation from '../../proto/gen/tenor.liquidation.v1.ts';
import { TestChain } from '../harness/chain.ts';
import {
  FEE,
  Side,
  accountOf,
  depositMsg,
  marginOf,
  markOf,
  modeMsg,
  orderMsg,
  seriesOf,
} from '../harness/trading.ts';

const { MARGIN_MODE_PORTFOLIO } = MarginMode;

let chain: TestChain;

afterEach(async () => {
  await chain.close();
});

const flags = () =>
  chain.query(
    '/tenor.liquidation.v1.Query/Liquidations',
    liquidation.QueryLiquidationsRequest,
    liquidation.QueryLiquidationsResponse,
    {},
  ).flags;

test.each([
  ['standard', 12_000],
  ['portfolio', 17_000],
])('a %s account in breach is flagged in its block and reduced in the book', async (mode, usd) => {
  chain = await TestChain.start();
  for (let i = 0; i < 8; i++) await chain.block();
  const [alice, bob, carol] = [chain.user('alice'), chain.user('bob'), chain.user('carol')];
  const txs = [
    chain.sign(alice, [depositMsg(alice, usd)], FEE),
    chain.sign(bob, [depositMsg(bob, 500_000)], FEE),
    chain.sign(carol, [depositMsg(carol, 500_000)], FEE),
  ];
  await chain.block({ txs });
  if (mode === 'portfolio') {
    await chain.block({ txs: [chain.sign(alice, [modeMsg(alice, MARGIN_MODE_PORTFOLIO)], FEE)] });
  }
  const series = seriesOf(chain, 'BTC').find((s) => s.symbol.endsWith('-C'))!.symbol;
  const price = Math.round(markOf(chain, series) / 5) * 5;
  const order = { series, size: 1, price };
  await chain.block({
    txs: [
      chain.sign(alice, [orderMsg(alice, { ...order, side: Side.SIDE_SELL })]),
      chain.sign(bob, [orderMsg(bob, { ...order, side: Side.SIDE_BUY })]),
    ],
  });
  const bid = { series, side: Side.SIDE_BUY, size: 0.01, price: 50 };
  await chain.block({ txs: [chain.sign(alice, [orderMsg(alice, bid)])] });
  expect(accountOf(chain, alice).subaccount?.openOrders).toBe(1);

  chain.market = { ...chain.market, btc: 72_000 };
  await chain.until(() => flags().length > 0, 1_000, 5);
  expect(accountOf(chain, alice).subaccount?.openOrders).toBe(0);
  expect(marginOf(chain, alice).maintenanceUusd).toBeLessThan(0n);

  // Carol offers what alice must buy back, at the mark.
  const offer = Math.round(markOf(chain, series) / 5) * 5;
  const ask = orderMsg(carol, { series, side: Side.SIDE_SELL, size: 1, price: offer });
  await chain.block({ txs: [chain.sign(carol, [ask])] });
  await chain.until(() => flags().length === 0, 1_000, 100);
  expect(accountOf(chain, alice).subaccount?.mode === MARGIN_MODE_PORTFOLIO).toBe(
    mode === 'portfolio',
  );
  const left = accountOf(chain, alice).positions[0]?.position?.quantity ?? 0n;
  expect(left).toBeGreaterThan(-10_000n);
  expect(marginOf(chain, alice).maintenanceUusd).toBeGreaterThanOrEqual(0n);
});
