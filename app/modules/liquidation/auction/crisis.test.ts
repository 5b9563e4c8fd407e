import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import {
  applyTrade,
  changeCash,
  getSubaccount,
  openSubaccount,
  setMode,
} from '../../accounts/index.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, PUT, eventsOf } from '../../clob/fixture.ts';
import { mustSeriesBySymbol } from '../../options/index.ts';
import { LiquidationChain, USD, idOf } from '../fixture.ts';
import { liquidationModule } from '../index.ts';
import { flags } from '../state.ts';

const SERIES = [CALL, PUT, 'BTC-17NOV26-65000-C', 'BTC-17NOV26-63000-P'];
const ACCOUNTS = 50;
/** Twenty runs are a thousand accounts in crisis, half of them without a bidder. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 2);
const SCHEDULE = { fastBlocks: 4, slowBlocks: 6, insolventBlocks: 4 };
const LENGTH = 4 + 6 + 4;

const legs = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 4, maxLength: 4 });
const crisis = fc.record({
  portfolios: fc.array(legs, { minLength: ACCOUNTS, maxLength: ACCOUNTS }),
  cash: fc.array(fc.integer({ min: 200, max: 30_000 }), {
    minLength: ACCOUNTS,
    maxLength: ACCOUNTS,
  }),
  index: fc.integer({ min: 50_000, max: 80_000 }),
  hasBidder: fc.boolean(),
});

/** Portfolio accounts with random legs, all against user 0; the index moves. */
function start({
  portfolios,
  cash,
  index,
}: typeof crisis extends fc.Arbitrary<infer T> ? T : never) {
  const chain = LiquidationChain.create([900_000n, 900_000n, 900_000n], SCHEDULE);
  for (const usd of [65_000n, 63_000n, 64_000n]) chain.moveTo(usd);
  const { ctx } = chain;
  changeCash(ctx, idOf(2), -BigInt(cash.reduce((sum, usd) => sum + usd, 0)) * USD);
  portfolios.forEach((sizes, n) => {
    const { id } = openSubaccount(ctx, userAddress(9), n);
    changeCash(ctx, id, BigInt(cash[n]!) * USD);
    setMode(ctx, id, MarginMode.MARGIN_MODE_PORTFOLIO);
    for (const [i, size] of sizes.entries()) {
      if (size === 0) continue;
      const [buyerId, sellerId] = size > 0 ? [id, idOf(0)] : [idOf(0), id];
      const seriesId = mustSeriesBySymbol(ctx, SERIES[i]!).id;
      const quantity = BigInt(Math.abs(size)) * 1_000n;
      applyTrade(ctx, { seriesId, buyerId, sellerId, quantity, premiumUusd: 0n });
    }
  });
  chain.moveTo(BigInt(index));
  return chain;
}

function bidForAll(chain: LiquidationChain): void {
  const handler = liquidationModule.msgs[0]!;
  for (const [liquidatedId, { auction, owner }] of [...flags.entries(chain.ctx)]) {
    if (owner === userAddress(1)) continue;
    const msg = {
      ...{ sender: userAddress(1), subaccount: 0, liquidatedId },
      ...{ version: auction?.version ?? 0n, fractionPpb: 1_000_000_000 },
      ...{ limitPpm: 900_000, leastPayoutUusd: 0n },
    };
    const mark = chain.ctx.state.mark();
    const code = refusalCode(() => handler.execute(chain.ctx, msg));
    if (code !== 'done') chain.ctx.state.rollback(mark);
  }
}

test('no portfolio stays flagged for longer than its auction, whatever it gains by', () => {
  let [flagged, cleared, bidders] = [0, 0, 0];
  fc.assert(
    fc.property(crisis, (given) => {
      const chain = start(given);
      if (given.hasBidder) bidders++;
      const since = new Map<string, number>();
      for (let block = 0; block < 3 * LENGTH; block++) {
        if (given.hasBidder) bidForAll(chain);
        const ended = chain.block();
        for (const event of eventsOf(ended, 'liquidation_flagged')) {
          since.set(event['subaccount_id']!, block);
          flagged++;
        }
        cleared += eventsOf(ended, 'auction_cleared').length;
        for (const event of eventsOf(ended, 'liquidation_released')) {
          since.delete(event['subaccount_id']!);
        }
        for (const [id, at] of since) {
          // A debt that neither fund nor gains can cover may wait, with nothing left to close.
          if (block - at <= LENGTH + 1) continue;
          expect({ id, positions: getSubaccount(chain.ctx, BigInt(id))!.positions }).toEqual({
            ...{ id, positions: 0 },
          });
        }
        expect(chain.broken()).toEqual([]);
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(flagged).toBeGreaterThan(RUNS);
  if (bidders > 0) expect(cleared).toBeGreaterThan(0);
});
