import {
  MAX_STD_DEV,
  requireFraction,
  requireLegCount,
  requireOrders,
  requirePositivePrice,
  requirePrice,
  requireQuantity,
  RiskInputError,
} from './riskInput.ts';
import type { ExpiryPositions, StandardInput } from './types.ts';

/**
 * Rejects what has no margin: NaN, infinities, prices that are not positive (marks may be 0), sizes
 * that are not whole units, more legs than an account can hold.
 *
 * @throws RiskInputError naming the first offending value
 */
export function validateStandardInput(input: StandardInput): void {
  if (input.collateralPrice !== undefined) requirePrice(input.collateralPrice, 'collateralPrice');
  let legs = 0;
  for (const { index, confidence, expiries } of input.underlyings) {
    requirePositivePrice(index, 'index');
    requireFraction(confidence, 'confidence');
    for (const expiry of expiries) {
      legs += expiry.options.length + expiry.futures.length;
      requireLegCount(legs);
      validateExpiry(expiry);
    }
  }
}

function validateExpiry(expiry: ExpiryPositions): void {
  requirePositivePrice(expiry.forward, 'forward');
  requirePrice(expiry.settlementFeePerUnit, 'settlementFeePerUnit');
  const stdDev = expiry.degradedStdDev;
  if (stdDev !== undefined && !(stdDev >= 0 && stdDev <= MAX_STD_DEV)) {
    throw new RiskInputError('bad_volatility', 'degradedStdDev', stdDev);
  }
  if (expiry.doubt !== undefined) requireDoubt(expiry.doubt);
  if (expiry.confidence !== undefined) requireFraction(expiry.confidence, 'confidence');
  for (const leg of expiry.options) {
    requirePositivePrice(leg.strike, 'strike');
    if (stdDev === undefined) requirePrice(leg.mark, 'option mark');
    requireQuantity(leg.quantity, 'option quantity');
    if (leg.orders) requireOrders(leg.orders);
  }
  for (const leg of expiry.futures) {
    requirePositivePrice(leg.mark, 'future mark');
    requireQuantity(leg.quantity, 'future quantity');
    if (leg.orders) requireOrders(leg.orders);
  }
}

function requireDoubt({ stdDev, share }: NonNullable<ExpiryPositions['doubt']>): void {
  if (!(stdDev >= 0 && stdDev <= MAX_STD_DEV)) {
    throw new RiskInputError('bad_volatility', 'doubt.stdDev', stdDev);
  }
  if (!(share >= 0 && share <= 1)) throw new RiskInputError('bad_volatility', 'doubt.share', share);
}
