import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { TimeInForce } from '../../../proto/gen/tenor.clob.v1.ts';
import { userAddress } from '../accounts/fixture.ts';
import { positionsOf, setMode } from '../accounts/index.ts';
import { cancelAllOrders } from '../clob/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { marginModule } from '../margin/index.ts';
import { LiquidationChain, USD, idOf } from './fixture.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 6);
const STRIKES = [63_000, 64_000, 65_000];
const SERIES = STRIKES.flatMap((strike) =>
  ['C', 'P'].map((kind) => `BTC-17NOV26-${strike}-${kind}`),
);
const EXPIRY_MS = Date.UTC(2026, 10, 17, 8);
const USERS = 3;
const MAKER = USERS;

const { FEED_STATUS_HALTED, FEED_STATUS_LIVE, FEED_STATUS_STALE } = FeedStatus;
const feed = fc.constantFrom(FEED_STATUS_LIVE, FEED_STATUS_STALE, FEED_STATUS_HALTED);
interface Want {
  readonly user: number;
  readonly series: number;
  readonly isBuy: boolean;
  /** Tenths of a contract. */
  readonly size: number;
}

const want: fc.Arbitrary<Want> = fc.record({
  user: fc.integer({ min: 0, max: USERS - 1 }),
  series: fc.integer({ min: 0, max: SERIES.length - 1 }),
  isBuy: fc.boolean(),
  size: fc.integer({ min: 1, max: 20 }),
});
const story = fc.record({
  cash: fc.array(fc.integer({ min: 100, max: 90_000 }), { minLength: USERS, maxLength: USERS }),
  wants: fc.array(want, { minLength: 10, maxLength: 40 }),
  indices: fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 3, maxLength: 6 }),
  feeds: fc.array(feed, { minLength: 3, maxLength: 6 }),
  settlesAt: fc.oneof(
    fc.integer({ min: 60_000, max: 68_000 }),
    fc.integer({ min: 1, max: 2_000_000 }),
  ),
});

/** The maker bids and offers at the mark for what a user wants. */
function deal(chain: LiquidationChain, { user, series, isBuy, size }: Want): void {
  const symbol = SERIES[series]!;
  const usd = Math.max(5, Math.floor(chain.mark(symbol) / 5) * 5);
  const terms = { series: symbol, quantity: BigInt(size) * 1_000n };
  const [side, other] = isBuy ? (['buy', 'sell'] as const) : (['sell', 'buy'] as const);
  refusalCode(() => chain.clob.place(MAKER, other, usd, terms));
  const ioc = { ...terms, timeInForce: TimeInForce.TIME_IN_FORCE_IOC };
  refusalCode(() => chain.clob.place(user, side, usd, ioc));
  cancelAllOrders(chain.ctx, idOf(MAKER), 'requested');
}

/** Nothing is left beside what settlement can cost. */
function withdrawAll(chain: LiquidationChain, user: number): void {
  const withdraw = marginModule.msgs.find((m) => m.codec.typeUrl.endsWith('MsgWithdraw'))!;
  const sender = userAddress(user);
  const amountUusd = chain.maintenance(user);
  if (amountUusd > 0n) withdraw.execute(chain.ctx, { sender, subaccount: 0, amountUusd });
  expect(chain.maintenance(user)).toBe(0n);
}

function assertUntouched(chain: LiquidationChain): void {
  for (let user = 0; user < USERS; user++) {
    expect(chain.flag(user)).toBeUndefined();
    expect(chain.cash(user)).toBeGreaterThanOrEqual(0n);
    expect(chain.maintenance(user)).toBeGreaterThanOrEqual(0n);
  }
  expect(chain.broken()).toEqual([]);
}

test('covered accounts owe nothing at any settlement price, and are flagged by no feed', () => {
  let trades = 0;
  fc.assert(
    fc.property(story, ({ cash, wants, indices, feeds, settlesAt }) => {
      const chain = LiquidationChain.create([...cash.map(BigInt), 900_000n]);
      for (const index of [65_000n, 63_000n, 64_000n]) chain.moveTo(index);
      for (let user = 0; user < USERS; user++) {
        setMode(chain.ctx, idOf(user), MarginMode.MARGIN_MODE_COVERED);
      }
      for (const wanted of wants) deal(chain, wanted);
      for (let user = 0; user < USERS; user++) {
        trades += SERIES.filter((symbol) => chain.held(user, symbol) !== 0n).length;
      }
      for (let user = 0; user < USERS; user++) withdrawAll(chain, user);
      assertUntouched(chain);
      // The maker fails in most of these markets, and they are deleveraged against it.
      indices.forEach((index, i) => {
        chain.clob.feed = feeds[i % feeds.length]!;
        chain.moveTo(BigInt(index));
        assertUntouched(chain);
      });
      // To the settlement, at a price of its own.
      chain.clob.feed = FEED_STATUS_LIVE;
      chain.clob.indexUusd = BigInt(settlesAt) * USD;
      chain.endBlock(chain.ctx);
      chain.clob.block(1, EXPIRY_MS - 30_000 - chain.ctx.header.timeMs);
      for (let second = 0; second < 45; second++) chain.block();
      expect(positionsOf(chain.ctx, idOf(MAKER))).toEqual([]);
      assertUntouched(chain);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(trades).toBeGreaterThan(RUNS);
});
