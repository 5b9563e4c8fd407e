import { describe, expect, test } from '@jest/globals';
import { getSubaccount } from '../../../accounts/index.ts';
import { bandOf } from '../../../margin/index.ts';
import { mustSeriesBySymbol } from '../../../options/index.ts';
import { FILL, VETO_MAKER, VETO_TAKER } from '../../core/index.ts';
import { CALL, ClobChain } from '../../fixture.ts';
import { judgeFill } from './judgeFill.ts';

const USD = 1_000_000n;
const RICH = 500_000n * USD;

/** Judges a fill of one contract between user 0, who rests, and user 1, at a price. */
function judged(takerBuys: boolean, priceOf: (band: { low: bigint; high: bigint }) => bigint) {
  const chain = ClobChain.create([RICH, RICH]);
  const { orderId } = chain.place(0, takerBuys ? 'sell' : 'buy', 700);
  const series = mustSeriesBySymbol(chain.ctx, CALL);
  const band = bandOf(chain.ctx, series)!;
  const account = getSubaccount(chain.ctx, 2n)!;
  const taker = { series, account, isBuy: takerBuys, band, isLiquidation: false };
  const priceUusd = priceOf({ low: band.lowUusd, high: band.highUusd });
  return judgeFill(chain.ctx, taker, { priceUusd, quantity: 10_000n, makerOrderId: orderId });
}

describe.each([
  ['buys from a maker', true],
  ['sells to a maker', false],
])('a taker that %s', (_, takerBuys) => {
  test('fills at both edges of the band', () => {
    expect(judged(takerBuys, ({ high }) => high)).toMatchObject({ verdict: FILL });
    // The low edge is 0 where the mark is small: a premium of nothing is still a price.
    expect(judged(takerBuys, ({ low }) => low)).toMatchObject({ verdict: FILL });
  });

  test('does not fill a unit above the band, nor ten dollars: the maker goes', () => {
    for (const beyond of [1n, 10n * USD]) {
      const veto = { verdict: VETO_MAKER, reason: 'price_band' };
      expect(judged(takerBuys, ({ high }) => high + beyond)).toMatchObject(veto);
    }
  });
});

/** The same with a mark that leaves room below the band. */
test.each([true, false])('no fill a unit below the band, taker buys: %s', (takerBuys) => {
  const chain = ClobChain.create([RICH, RICH]);
  const { orderId } = chain.place(0, takerBuys ? 'sell' : 'buy', 700);
  const series = mustSeriesBySymbol(chain.ctx, CALL);
  const band = { markUusd: 700n * USD, lowUusd: 400n * USD, highUusd: 1_000n * USD };
  const account = getSubaccount(chain.ctx, 2n)!;
  const taker = { series, account, isBuy: takerBuys, band, isLiquidation: false };
  const at = (priceUusd: bigint) =>
    judgeFill(chain.ctx, taker, { priceUusd, quantity: 10_000n, makerOrderId: orderId });
  expect(at(band.lowUusd)).toMatchObject({ verdict: FILL });
  const veto = { verdict: VETO_MAKER, reason: 'price_band', takerFeeUusd: 0n, makerFeeUusd: 0n };
  for (const below of [1n, 10n * USD]) expect(at(band.lowUusd - below)).toEqual(veto);
  expect(at(band.highUusd)).toMatchObject({ verdict: FILL });
  for (const above of [1n, 10n * USD]) expect(at(band.highUusd + above)).toEqual(veto);
});

test('without a band nothing fills, and it is the taker that goes', () => {
  const chain = ClobChain.create([RICH, RICH]);
  const { orderId } = chain.place(0, 'sell', 700);
  const series = mustSeriesBySymbol(chain.ctx, CALL);
  const account = getSubaccount(chain.ctx, 2n)!;
  const taker = { series, account, isBuy: true, band: undefined, isLiquidation: false };
  const fill = { priceUusd: 700n * USD, quantity: 10_000n, makerOrderId: orderId };
  expect(judgeFill(chain.ctx, taker, fill)).toMatchObject({
    ...{ verdict: VETO_TAKER, reason: 'no_mark' },
  });
});
