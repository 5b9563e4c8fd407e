import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { account, expiryArb } from '../../../../test/vectors/margin/accounts.ts';
import { certify, lossBound } from './lossBound.ts';
import { DEFAULT_STANDARD_PARAMS } from './standardParams.ts';
import { standardMargin } from './standardMargin.ts';
import type { ExpiryPositions } from './types.ts';

const { nakedCallMaintenance } = DEFAULT_STANDARD_PARAMS;
const market = fc.record({
  forward: fc.double({ min: 50, max: 6_000, noNaN: true }),
  settlementFeePerUnit: fc.constantFrom(0, 0.15, 1, 30),
});

const lossOf = (expiry: ExpiryPositions) =>
  standardMargin(account(expiry)).underlyings[0]!.expiries[0]!.maintenance.maximumLoss;

test('what an expiry could lose at most once bounds what it can at any later market', () => {
  fc.assert(
    fc.property(expiryArb, market, market, ({ options }, then, now) => {
      fc.pre(options.length > 0);
      const before = { options, futures: [], ...then };
      const after = { options, futures: [], ...now };
      const certificate = certify(before, lossOf(before));
      const { forward, settlementFeePerUnit } = now;
      const bound = lossBound(certificate, forward, settlementFeePerUnit, nakedCallMaintenance);
      expect(bound * (1 + 1e-12) + 1e-3).toBeGreaterThanOrEqual(lossOf(after).total);
    }),
    { numRuns: 2_000, seed: 5 },
  );
});

test('it is exact where nothing has changed, and while no call is free', () => {
  const spread: ExpiryPositions = {
    forward: 1_010,
    settlementFeePerUnit: 0.15,
    options: [
      { isCall: true, strike: 1_000, mark: 60, quantity: -10_000 },
      { isCall: true, strike: 1_100, mark: 20, quantity: 10_000 },
    ],
    futures: [],
  };
  const loss = lossOf(spread);
  const bound = lossBound(certify(spread, loss), 3_000, 0.15, nakedCallMaintenance);
  expect(bound).toBe(loss.total);
  const naked = { ...spread, options: spread.options.slice(0, 1) };
  const of = lossOf(naked);
  expect(lossBound(certify(naked, of), 1_010, 0.15, nakedCallMaintenance)).toBe(of.total);
});
