import fc from 'fast-check';

import type {
  ExpiryPositions,
  FutureLeg,
  OptionLeg,
  StandardInput,
} from '../../../app/modules/margin/core/types.ts';

export const INDEX = 1_000;
export const STRIKES = [200, 500, 900, 950, 1_000, 1_050, 1_100, 1_500, 2_100, 2_300, 2_500, 4_000];
const quantityArb = fc.oneof(
  fc.integer({ min: -50, max: 50 }).map((contracts) => contracts * 10_000),
  fc.integer({ min: -300_000, max: 300_000 }),
);

const seriesArb = fc.uniqueArray(
  fc.tuple(fc.boolean(), fc.constantFrom(...STRIKES), fc.double({ min: 0, max: 1, noNaN: true })),
  { maxLength: 10, selector: ([isCall, strike]) => `${isCall}${strike}` },
);

/** Marks between intrinsic and the bound, whatever volatility that takes. */
export const optionsArb = seriesArb.chain((series) =>
  fc.tuple(
    ...series.map(([isCall, strike, share]) =>
      quantityArb.map((quantity): OptionLeg => {
        const intrinsic = Math.max(isCall ? INDEX - strike : strike - INDEX, 0);
        const bound = isCall ? INDEX : strike;
        return { isCall, strike, mark: intrinsic + (bound - intrinsic) * share, quantity };
      }),
    ),
  ),
);

const futuresArb = fc.option(
  quantityArb.map((quantity): FutureLeg => ({ quantity, mark: 1_010 })),
  { nil: undefined },
);

/** One expiry with up to ten series and a future, forward 1,010. */
export const expiryArb = fc
  .record({ options: optionsArb, future: futuresArb, fee: fc.constantFrom(0, 0.15, 3) })
  .map(({ options, future, fee }): ExpiryPositions => ({
    forward: 1_010,
    settlementFeePerUnit: fee,
    options,
    futures: future ? [future] : [],
  }));

export function account(expiry: ExpiryPositions, cashUusd = 0n, confidence = 1): StandardInput {
  return { cashUusd, underlyings: [{ index: INDEX, confidence, expiries: [expiry] }] };
}
