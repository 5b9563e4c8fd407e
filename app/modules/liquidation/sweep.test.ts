import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import {
  applyTrade,
  changeCash,
  flaggedAccounts,
  getSubaccount,
  isFlagged,
  openSubaccount,
  setMode,
} from '../accounts/index.ts';
import { userAddress } from '../accounts/fixture.ts';
import { CALL, PUT, SOON, eventsOf } from '../clob/fixture.ts';
import { mustSeriesBySymbol } from '../options/index.ts';
import { blockRules } from './blockRules.ts';
import { LiquidationChain, USD, idOf } from './fixture.ts';
import { judgedNow } from './health.ts';

const { MARGIN_MODE_PORTFOLIO } = MarginMode;
const { FEED_STATUS_LIVE, FEED_STATUS_STALE, FEED_STATUS_HALTED } = FeedStatus;
const ETH = 'ETH-17NOV26-3000-C';
const SERIES = [CALL, PUT, SOON, ETH] as const;

/** Who of some accounts is in breach by the full judgement of each, and has no flag yet. */
function breached({ ctx }: LiquidationChain, ids: readonly bigint[]): bigint[] {
  const rules = blockRules(ctx);
  return ids.filter((id) => {
    if (isFlagged(ctx, id)) return false;
    const judged = judgedNow(ctx, getSubaccount(ctx, id)!, rules);
    const maintenanceUusd = judged?.margin.maintenanceMarginUusd;
    return maintenanceUusd !== undefined && maintenanceUusd < 0n;
  });
}

const flaggedIn = (chain: LiquidationChain): bigint[] =>
  eventsOf(chain.block(), 'liquidation_flagged').map((e) => BigInt(e['subaccount_id']!));

const USERS = 6;
const user = fc.integer({ min: 0, max: USERS - 1 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('deal' as const),
      ...{ buyer: user, seller: user },
      series: fc.constantFrom(...SERIES),
      size: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      index: fc.integer({ min: 50_000, max: 80_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mode' as const), user }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('loss' as const), user }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('feed' as const),
      btc: fc.constantFrom(FEED_STATUS_LIVE, FEED_STATUS_STALE),
      eth: fc.constantFrom(FEED_STATUS_LIVE, FEED_STATUS_HALTED),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('surface' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does a step; returns how many were flagged, where a block ended. */
function run(chain: LiquidationChain, ids: readonly bigint[], given: Step): number {
  switch (given.kind) {
    case 'deal': {
      if (given.buyer === given.seller) return 0;
      const [buyerId, sellerId] = [idOf(given.buyer), idOf(given.seller)];
      chain.clob.accounts.trade(buyerId, sellerId, BigInt(given.size) * 1_000n, given.series);
      return 0;
    }
    case 'mode':
      setMode(chain.ctx, idOf(given.user), MARGIN_MODE_PORTFOLIO);
      return 0;
    case 'loss':
      chain.lose(given.user, 3_000n);
      return 0;
    case 'restart':
      chain.clob.state.detach();
      return 0;
    case 'feed':
      chain.setFeed(given.btc, 9, given.eth);
      return 0;
    case 'surface':
      chain.loseEthVolatilities();
      return 0;
    case 'block': {
      const expected = breached(chain, ids);
      expect(flaggedIn(chain)).toEqual(expected);
      chain.clob.indexUusd = BigInt(given.index) * USD;
      return expected.length;
    }
  }
}

test('the sweep flags exactly who is in breach by the full judgement, whatever happens', () => {
  let flagged = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 40, maxLength: 60 }), (steps) => {
      const chain = LiquidationChain.create(Array<bigint>(USERS).fill(25_000n));
      const ids = Array.from({ length: USERS }, (_, n) => idOf(n));
      for (const given of steps) flagged += run(chain, ids, given);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 12), seed: 3 },
  );
  expect(flagged).toBeGreaterThan(10);
});

test('ten thousand accounts are judged in a block, and every breach flagged in its own', () => {
  const [owners, each] = [100, 100];
  const chain = LiquidationChain.create(Array<bigint>(owners).fill(1_000n));
  const { ctx } = chain;
  const series = SERIES.map((symbol) => mustSeriesBySymbol(ctx, symbol).id);
  const ids: bigint[] = [];
  for (let n = 0; n < owners * each; n++) {
    const { id } = openSubaccount(ctx, userAddress(n % owners), 1 + Math.floor(n / owners));
    changeCash(ctx, id, BigInt(12_000 + (n % 90) * 150) * USD);
    if (n % 2 === 1) setMode(ctx, id, MARGIN_MODE_PORTFOLIO);
    ids.push(id);
  }
  for (let n = 0; n < ids.length; n++) {
    for (const [k, seriesId] of series.entries()) {
      const sellerId = ids[n]!;
      const buyerId = k === 0 ? idOf(n % 4) : ids[(n + 500 * k) % ids.length]!;
      const quantity = k === 0 ? 10_000n : 1_000n;
      applyTrade(ctx, { seriesId, buyerId, sellerId, quantity, premiumUusd: 0n });
    }
  }
  expect(flaggedIn(chain)).toEqual(breached(chain, []));
  for (const usd of [69_000n, 73_000n]) {
    chain.clob.indexUusd = usd * USD;
    chain.clob.block();
    const expected = breached(chain, ids);
    expect(expected.length).toBeGreaterThan(100);
    expect(expected.length).toBeLessThan(9_000);
    expect(flaggedIn(chain)).toEqual(expected);
  }
  expect([...flaggedAccounts(chain.ctx)].length).toBeGreaterThan(200);
});
