import { afterEach, expect, test } from '@jest/globals';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import { ExpiryStatus, OptionKind } from '../../proto/gen/tenor.options.v1.ts';
import { TestChain } from '../harness/chain.ts';
import {
  FEE,
  Side,
  accountOf,
  depositMsg,
  markOf,
  orderMsg,
  seriesOf,
} from '../harness/trading.ts';

let chain: TestChain;

afterEach(async () => {
  await chain.close();
});

const PAYOUT_USD = 2_000;

test('a series expires on its average and pays out to the last base unit', async () => {
  chain = await TestChain.start({ preset: 'fast-expiry' });
  for (let i = 0; i < 4; i++) await chain.block();
  const [alice, bob] = [chain.user('alice'), chain.user('bob')];
  const deposits = [alice, bob].map((user) => chain.sign(user, [depositMsg(user, 50_000)], FEE));
  await chain.block({ txs: deposits });

  const series = seriesOf(chain, 'BTC').find((s) => s.kind === OptionKind.OPTION_KIND_CALL)!;
  const price = Math.max(Math.round(markOf(chain, series.symbol) / 5) * 5, 5);
  const order = { series: series.symbol, size: 1, price };
  await chain.block({
    txs: [
      chain.sign(alice, [orderMsg(alice, { ...order, side: Side.SIDE_SELL })]),
      chain.sign(bob, [orderMsg(bob, { ...order, side: Side.SIDE_BUY })]),
    ],
  });
  const cash = () => [alice, bob].map((u) => accountOf(chain, u).subaccount!.cashUusd);
  const before = cash();

  // The market sits still from here on, so the average is this price, whatever the weights.
  const strike = Number(series.strikeUusd) / 1e6;
  chain.market = { ...chain.market, btc: strike + PAYOUT_USD };
  const settlement = () =>
    chain.query(
      '/tenor.options.v1.Query/Settlement',
      options.QuerySettlementRequest,
      options.QuerySettlementResponse,
      {
        underlying: 'BTC',
        expirySeconds: series.expirySeconds,
        afterTimeMs: 0n,
        limit: 0,
      },
    );
  await chain.until(() => settlement().expiry?.status === ExpiryStatus.EXPIRY_STATUS_SETTLED);

  const { expiry, samples } = settlement();
  expect(expiry?.settlementUusd).toBe(BigInt(strike + PAYOUT_USD) * 1_000_000n);
  expect(samples.length).toBeGreaterThan(5);
  const [aliceAfter, bobAfter] = cash();
  const paid = BigInt(PAYOUT_USD) * 1_000_000n;
  const settlementFees = before[0]! + before[1]! - aliceAfter! - bobAfter!;
  expect(before[0]! - aliceAfter!).toBeGreaterThanOrEqual(paid);
  expect(bobAfter! - before[1]!).toBeLessThanOrEqual(paid);
  // What one side lost the other won, but for the fees, which both pay.
  expect(before[0]! - aliceAfter! - (bobAfter! - before[1]!)).toBe(settlementFees);
  expect(settlementFees).toBeLessThan(50_000_000n);
  expect(accountOf(chain, bob).positions).toEqual([]);
  expect(seriesOf(chain, 'BTC').some((s) => s.id === series.id)).toBe(false);
});
