import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TimeInForce } from '../../../proto/gen/tenor.clob.v1.ts';
import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import { deficitOf, isFlagged, setMode } from '../accounts/index.ts';
import { absolute } from '../options/core/index.ts';
import { cancelAllOrders } from '../clob/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, PUT, eventsOf } from '../clob/fixture.ts';
import { userAddress } from '../accounts/fixture.ts';
import type { Ctx } from '../../runtime/context.ts';
import { marginOf } from '../margin/index.ts';
import { LiquidationChain, USD, idOf } from './fixture.ts';

const UPPER = 'BTC-17NOV26-65000-C';
const LOWER = 'BTC-17NOV26-63000-P';
const SERIES = [CALL, PUT, UPPER, LOWER];
const USERS = 4;
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 4);
const MAKER = USERS;

interface Deal {
  readonly buyer: number;
  readonly seller: number;
  readonly series: number;
  /** Tenths of a contract. */
  readonly size: number;
}

const user = fc.integer({ min: 0, max: USERS - 1 });
const deal: fc.Arbitrary<Deal> = fc.record({
  ...{ buyer: user, seller: user },
  series: fc.integer({ min: 0, max: SERIES.length - 1 }),
  size: fc.integer({ min: 1, max: 40 }),
});
const story = fc.record({
  deals: fc.array(deal, { minLength: 8, maxLength: 25 }),
  cash: fc.array(fc.integer({ min: 500, max: 40_000 }), { minLength: USERS, maxLength: USERS }),
  indices: fc.array(fc.integer({ min: 50_000, max: 80_000 }), { minLength: 3, maxLength: 6 }),
  /** Who is margined as a portfolio. */
  portfolios: fc.uniqueArray(user),
  /** How far the maker quotes from the mark. */
  spreadPpm: fc.integer({ min: 0, max: 100_000 }),
});

/** A book around every mark, within what the maker can carry. */
function quote(chain: LiquidationChain, spreadPpm: number): void {
  cancelAllOrders(chain.ctx, idOf(MAKER), 'requested');
  for (const series of SERIES) {
    const mark = chain.mark(series);
    const away = Math.ceil((mark * spreadPpm) / 1_000_000);
    const terms = { series, quantity: 30_000n, timeInForce: TimeInForce.TIME_IN_FORCE_GTC };
    const tick = (usd: number) => Math.floor(usd / 5) * 5;
    refusalCode(() => chain.clob.place(MAKER, 'sell', tick(mark + away) + 5, terms));
    if (tick(mark - away) > 0) {
      refusalCode(() => chain.clob.place(MAKER, 'buy', tick(mark - away), terms));
    }
  }
}

/** Who was deleveraged, or had a part in a loss. */
const payersIn = (ctx: Ctx): Set<string> =>
  new Set([
    ...eventsOf(ctx, 'deleveraged').map((event) => event['counterparty']!),
    ...eventsOf(ctx, 'loss_shared').map((event) => event['payer']!),
  ]);

/** Longs only and no debt: it can cost nobody anything, and nobody looks at it (ADR 063, 6). */
const owesNothing = (chain: LiquidationChain, n: number): boolean =>
  marginOf(chain.ctx, idOf(n)).cashUusd >= 0n && SERIES.every((s) => chain.held(n, s) >= 0n);

/** Everybody's maintenance margin at the prices of the block. */
const margins = (chain: LiquidationChain) =>
  Array.from({ length: USERS }, (_, n) => chain.maintenance(n));

test('liquidations never cost an account margin, break no invariant and come to an end', () => {
  fc.assert(
    fc.property(story, ({ deals, cash, indices, spreadPpm, portfolios }) => {
      const fast = { fastBlocks: 5, slowBlocks: 20, insolventBlocks: 10 };
      const quick = { slicePpm: 500_000, cooldownBlocks: 1 };
      const chain = LiquidationChain.create([...cash.map(BigInt), 900_000n], { ...fast, ...quick });
      for (const index of [65_000n, 63_000n, 64_000n]) chain.moveTo(index);
      for (const n of portfolios) setMode(chain.ctx, idOf(n), MarginMode.MARGIN_MODE_PORTFOLIO);
      for (const { buyer, seller, series, size } of deals) {
        if (buyer === seller) continue;
        const quantity = BigInt(size) * 1_000n;
        chain.clob.accounts.trade(idOf(buyer), idOf(seller), quantity, SERIES[series]);
      }
      for (const index of indices) {
        chain.moveTo(BigInt(index));
        for (let block = 0; block < 3; block++) {
          quote(chain, spreadPpm);
          const before = margins(chain);
          const { ctx } = chain;
          chain.endBlock(ctx);
          const payers = payersIn(ctx);
          margins(chain).forEach((after, n) => {
            // Nobody loses but by deleveraging or by sharing a loss, each named in an event.
            if (payers.has(userAddress(n))) return;
            expect(after - before[n]! >= 0n).toBe(true);
            const isSeen = isFlagged(ctx, idOf(n)) || owesNothing(chain, n);
            expect(isSeen || after >= 0n).toBe(true);
          });
          expect(chain.broken()).toEqual([]);
          chain.clob.block();
        }
      }
      settle(chain);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

/** At a steady price with a maker at the mark, accounts get healthy or have nothing to gain. */
function settle(chain: LiquidationChain): void {
  chain.clob.accounts.open(MAKER, 100_000n * USD);
  for (let block = 0; block < 40; block++) {
    if (block % 8 === 0) quote(chain, 0);
    chain.block();
  }
  for (let n = 0; n < USERS; n++) {
    if (chain.flag(n) === undefined) {
      expect(owesNothing(chain, n) || chain.maintenance(n) >= 0n).toBe(true);
      continue;
    }
    // What is left gains less than its fees: spreads that have lost all, longs without a bid.
    const { markToMarketUusd, maintenanceUusd, cashUusd, mode } = marginOf(chain.ctx, idOf(n));
    const sizes = SERIES.map((series) => absolute(chain.held(n, series)));
    const units = sizes.reduce((sum, size) => sum + size, 0n);
    // Of a portfolio, legs that gain only all together can be more than one move may trade.
    const isDone = markToMarketUusd - maintenanceUusd <= (units * 50n * USD) / 10_000n;
    expect(isDone || mode === MarginMode.MARGIN_MODE_PORTFOLIO).toBe(true);
    const isLost = markToMarketUusd < 0n && cashUusd < 0n;
    expect(deficitOf(chain.ctx, idOf(n)) !== undefined).toBe(isLost);
  }
  expect(chain.broken()).toEqual([]);
}
