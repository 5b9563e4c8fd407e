import {
  MAX_STD_DEV,
  requireFraction,
  requirePositivePrice,
  requirePrice,
  RiskInputError,
} from './riskInput.ts';
import type { GridExpiry, GridUnderlying } from './scenarioGrid.ts';

/** Years to expiry: listings end at 400 days, this leaves room and keeps the skew cap positive. */
export const MAX_YEARS = 5;

/** @throws RiskInputError naming the first offending value */
export function validateGridMarket(market: readonly GridUnderlying[]): void {
  for (const { index, confidence, expiries } of market) {
    requirePositivePrice(index, 'index');
    requireFraction(confidence, 'confidence');
    for (const expiry of expiries) validateGridExpiry(expiry);
  }
}

function validateGridExpiry(expiry: GridExpiry): void {
  const { forward, years, settledPart, futureMark, series } = expiry;
  requirePositivePrice(forward, 'forward');
  if (!(years >= 0 && years <= MAX_YEARS)) throw new RiskInputError('bad_time', 'years', years);
  if (settledPart !== undefined && !(settledPart >= 0 && settledPart <= forward)) {
    throw new RiskInputError('bad_price', 'settledPart', settledPart);
  }
  if (futureMark !== null) requirePositivePrice(futureMark, 'future mark');
  let lastStrike = 0;
  let lastIsCall = false;
  for (const { strike, mark, volatility, isCall } of series) {
    requirePositivePrice(strike, 'strike');
    requirePrice(mark, 'option mark');
    if (!(volatility >= 0 && volatility <= MAX_STD_DEV)) {
      throw new RiskInputError('bad_volatility', 'volatility', volatility);
    }
    const follows = strike > lastStrike || (strike === lastStrike && lastIsCall && !isCall);
    if (!follows) throw new RiskInputError('bad_order', 'strike out of order', strike);
    lastStrike = strike;
    lastIsCall = isCall;
  }
}
