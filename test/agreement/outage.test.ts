import { afterEach, expect, test } from '@jest/globals';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../../proto/gen/tenor.liquidation.v1.ts';
import { TestChain } from '../harness/chain.ts';
import { anyOf } from '../harness/keys.ts';
import {
  FEE,
  Side,
  accountOf,
  depositMsg,
  markOf,
  orderMsg,
  seriesOf,
  withdrawMsg,
} from '../harness/trading.ts';

type Block = Awaited<ReturnType<TestChain['block']>>;

const HOUR_MS = 3_600_000;
const { TIME_IN_FORCE_IOC } = clob.TimeInForce;

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

const auctions = (symbol: string) =>
  chain.query(
    '/tenor.clob.v1.Query/CallAuctions',
    clob.QueryCallAuctionsRequest,
    clob.QueryCallAuctionsResponse,
    { symbol, underlying: '' },
  ).auctions;

/** Events of a kind in a block, its own and its transactions'. */
const told = ({ events, txResults }: Block, type: string) =>
  [...events, ...txResults.flatMap((tx) => tx.events)].filter((event) => event.type === type);

test('8 hours without blocks, a move of 30%: no fill and no liquidation at old marks', async () => {
  chain = await TestChain.start({
    genesis: (state) => {
      const auctionSteps = [{ gapMs: 600_000, lengthMs: 12_000 }];
      Object.assign((state['clob'] as { params: object }).params, { auctionSteps });
    },
  });
  for (let i = 0; i < 8; i++) await chain.block();
  const [alice, bob, carol] = [chain.user('alice'), chain.user('bob'), chain.user('carol')];
  const deposits = [
    [alice, 6_000],
    [bob, 500_000],
    [carol, 500_000],
  ] as const;
  await chain.block({
    txs: deposits.map(([who, usd]) => chain.sign(who, [depositMsg(who, usd)], FEE)),
  });
  // One that lasts well beyond the outage.
  const series = seriesOf(chain, 'BTC').findLast((s) => s.symbol.endsWith('-C'))!.symbol;
  const price = Math.round(markOf(chain, series) / 50) * 50;
  const order = { series, size: 0.5, price };
  await chain.block({
    txs: [
      chain.sign(alice, [orderMsg(alice, { ...order, side: Side.SIDE_SELL })]),
      chain.sign(bob, [orderMsg(bob, { ...order, side: Side.SIDE_BUY })]),
      // Carol's offer rests at what it is worth now.
      chain.sign(carol, [
        orderMsg(carol, { ...order, size: 1, price: price + 50, side: Side.SIDE_SELL }),
      ]),
    ],
  });
  expect(accountOf(chain, alice).positions[0]?.position?.quantity).toBe(-5_000n);
  expect(flags()).toEqual([]);

  chain.market = { ...chain.market, btc: 64_000 * 1.3 };
  const sniper = (ioc: boolean) =>
    orderMsg(
      bob,
      { series, side: Side.SIDE_BUY, size: 1, price: price + 100 },
      ioc ? { timeInForce: TIME_IN_FORCE_IOC } : {},
    );
  // The votes of this block are from before the outage, and are as old as it is long.
  const first = await chain.block({
    afterMs: 8 * HOUR_MS,
    txs: [chain.sign(bob, [sniper(true)]), chain.sign(alice, [withdrawMsg(alice, 10)], FEE)],
  });
  // Nor does anybody withdraw by them.
  expect(first.txResults[2]).toMatchObject({ codespace: 'margin', code: 2 });
  expect(first.txResults[1]).toMatchObject({ codespace: 'clob', code: 6 });
  expect(auctions(series)).toEqual([]);
  expect(flags()).toEqual([]);
  const blocks = [first];
  for (let i = 0; i < 2; i++) {
    expect(told(blocks.at(-1)!, 'trade')).toEqual([]);
    blocks.push(await chain.block({ txs: [chain.sign(bob, [sniper(i === 0)])] }));
    expect(auctions(series)).toMatchObject([{ isLocked: false }]);
  }
  // The first that has new prices begins an auction, in which nothing is taken at once.
  expect(blocks[1]!.txResults[1]).toMatchObject({ codespace: 'clob', code: 25 });
  // Alice, in breach at the prices of now, is flagged; nothing is done before they are live.
  expect(flags()).toMatchObject([{ owner: alice.address, steps: 0 }]);
  expect(accountOf(chain, alice).positions[0]?.position?.quantity).toBe(-5_000n);
  // Carol has had time to see the price, and takes her offer back.
  const all = { subaccount: 0, underlying: '', expirySeconds: 0n, series: '' };
  const cancel = anyOf(clob.MsgCancelAll, { sender: carol.address, ...all });
  const cancelled = await chain.block({ txs: [chain.sign(carol, [cancel])] });
  expect(told(cancelled, 'order_cancelled')).toHaveLength(1);
  // The last part of the auction begins in a block without live prices, and holds nobody there.
  expect(auctions(series)).toMatchObject([{ isLocked: false }]);
  const leaves = anyOf(clob.MsgCancelAll, { sender: bob.address, ...all });
  const gap = await chain.block({ afterMs: 12_500, txs: [chain.sign(bob, [leaves])] });
  expect(told(gap, 'order_cancelled')).toHaveLength(1);
  const back = await chain.block();
  expect(told(back, 'recovery_auction').length).toBeGreaterThan(0);
  expect(auctions(series)).toMatchObject([{ isLocked: false }]);
  blocks.push(gap, back);
  for (let i = 0; i < 40 && auctions(series).length > 0; i++) blocks.push(await chain.block());
  expect(auctions(series)).toEqual([]);
  expect(blocks.flatMap((block) => told(block, 'trade'))).toEqual([]);
  expect(markOf(chain, series)).toBeGreaterThan(price * 1.5);
  const flagged = blocks.map((block) => told(block, 'liquidation_flagged').length);
  expect(flagged.reduce((sum, count) => sum + count)).toBe(1);
  expect(flagged[0]).toBe(0);
});
