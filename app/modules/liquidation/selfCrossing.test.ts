import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TimeInForce } from '../../../proto/gen/tenor.clob.v1.ts';
import { fundOf, payableOf, payIntoFund } from '../accounts/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, PUT, eventsOf } from '../clob/fixture.ts';
import { bandOf, marginOf } from '../margin/index.ts';
import { mustSeriesBySymbol } from '../options/index.ts';
import { LiquidationChain, USD, idOf } from './fixture.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);
/** Two accounts of one attacker, under different owners, so that nothing prevents self-trades. */
const [A, B] = [0, 1];
const SERIES = [CALL, PUT, 'BTC-17NOV26-65000-C', 'BTC-17NOV26-63000-P'];
const IOC = TimeInForce.TIME_IN_FORCE_IOC;

const margins = (chain: LiquidationChain) => [A, B].map((n) => marginOf(chain.ctx, idOf(n)));
const worth = (chain: LiquidationChain): bigint =>
  margins(chain).reduce((sum, { markToMarketUusd }) => sum + markToMarketUusd, 0n);

/** The seller offers, the buyer takes; 'done' when both are accepted and it traded. */
function cross(
  chain: LiquidationChain,
  [seller, buyer]: readonly number[],
  series: string,
  usd: number,
  quantity: bigint,
): string {
  const mark = chain.ctx.state.mark();
  const code = refusalCode(() => {
    chain.clob.place(seller!, 'sell', usd, { series, quantity });
    chain.clob.place(buyer!, 'buy', usd, { series, quantity, timeInForce: IOC });
  });
  if (code !== 'done') chain.ctx.state.rollback(mark);
  return code;
}

const deal = fc.record({
  sellerIsA: fc.boolean(),
  series: fc.integer({ min: 0, max: SERIES.length - 1 }),
  /** Where inside the band, and a little beyond it. */
  place: fc.double({ min: -0.1, max: 1.1, noNaN: true }),
  /** Tenths of a contract. */
  size: fc.integer({ min: 1, max: 60 }),
});

function priceAt(chain: LiquidationChain, series: string, place: number): number {
  const { lowUusd, highUusd } = bandOf(chain.ctx, mustSeriesBySymbol(chain.ctx, series))!;
  const [low, high] = [Number(lowUusd), Number(highUusd)].map((uusd) => uusd / 1e6);
  return Math.max(5, Math.round((low! + (high! - low!) * place) / 5) * 5);
}

test('no trade between two accounts of one owner leaves one of them below its margin', () => {
  let traded = 0;
  fc.assert(
    fc.property(fc.array(deal, { minLength: 10, maxLength: 30 }), (deals) => {
      const chain = LiquidationChain.create([30_000n, 30_000n]);
      for (const index of [65_000n, 63_000n, 64_000n]) chain.moveTo(index);
      for (const { sellerIsA, series: at, place, size } of deals) {
        const series = SERIES[at]!;
        const usd = priceAt(chain, series, place);
        const before = margins(chain);
        const all = worth(chain);
        const who = sellerIsA ? [A, B] : [B, A];
        if (cross(chain, who, series, usd, BigInt(size) * 1_000n) !== 'done') continue;
        traded++;
        margins(chain).forEach((after, i) => {
          // A fee of 0.03% of 64,000 on six contracts is below 120 USD.
          const was = before[i]!;
          const isExempt =
            after.maintenanceUusd >= was.maintenanceUusd &&
            after.markToMarketUusd >= was.markToMarketUusd - 120n * USD;
          expect(after.initialUusd >= 0n || isExempt).toBe(true);
          expect(after.cashUusd).toBeGreaterThanOrEqual(0n);
          expect(after.maintenanceUusd).toBeGreaterThanOrEqual(0n);
        });
        // Between them they have lost fees, and nothing came from anybody else.
        expect(worth(chain)).toBeLessThanOrEqual(all);
      }
      const ended = chain.block();
      expect(eventsOf(ended, 'liquidation_flagged')).toEqual([]);
      expect(chain.broken()).toEqual([]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(traded).toBeGreaterThan(RUNS);
});

test('what an attacker leaves to a fund is a gap beyond its margin', () => {
  const chain = LiquidationChain.create([20_000n, 20_000n, 100_000n], { insolventBlocks: 3 });
  payIntoFund(chain.ctx, idOf(2), 1, 60_000n * USD);
  // A sells B as much as it may at the far end of the band, a loss to itself.
  const usd = priceAt(chain, CALL, 0);
  for (let size = 64_000n; size >= 1_000n; size /= 2n) {
    while (cross(chain, [A, B], CALL, usd, size) === 'done') continue;
  }
  const sold = -chain.held(A);
  expect(sold).toBeGreaterThan(10_000n);
  const [short] = margins(chain);
  expect(short!.initialUusd).toBeGreaterThanOrEqual(0n);
  const before = { all: worth(chain), fund: fundOf(chain.ctx, 1).balanceUusd };
  const payable = payableOf(chain.ctx, 1);
  const markBefore = chain.mark(CALL);
  chain.moveTo(76_000n);
  const gapUusd = (BigInt(chain.mark(CALL) - markBefore + 1) * USD * sold) / 10_000n;
  for (let i = 0; i < 20 && chain.held(A) !== 0n; i++) chain.block();
  expect(chain.held(A)).toBe(0n);
  const paid = before.fund - fundOf(chain.ctx, 1).balanceUusd;
  expect(paid).toBeGreaterThan(0n);
  // Its initial margin stood between its loss and the fund.
  expect(paid).toBeLessThanOrEqual(gapUusd - short!.markToMarketUusd + USD);
  expect(paid).toBeLessThanOrEqual(payable);
  // Marked values are rounded down, each.
  expect(worth(chain) - before.all).toBeLessThanOrEqual(paid + 2n);
  expect(chain.broken()).toEqual([]);
});
