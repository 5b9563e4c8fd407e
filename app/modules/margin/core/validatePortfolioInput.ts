import type { SettlementTerms } from '../../../lib/math/settlementWindow.ts';

import {
  MAX_STD_DEV,
  requireFraction,
  requirePositivePrice,
  requirePrice,
  RiskInputError,
} from './riskInput.ts';
import type { ExpiryMarket, SeriesMarket } from './portfolioTypes.ts';
import type { GridExpiry, GridUnderlying } from './portfolioTypes.ts';

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
  const { futureMark, series } = expiry;
  validateExpiry(expiry);
  if (futureMark !== null) requirePositivePrice(futureMark, 'future mark');
  let lastStrike = 0;
  let lastIsCall = false;
  for (const listed of series) {
    validateSeries(listed);
    const { strike, isCall } = listed;
    const follows = strike > lastStrike || (strike === lastStrike && lastIsCall && !isCall);
    if (!follows) throw new RiskInputError('bad_order', 'strike out of order', strike);
    lastStrike = strike;
    lastIsCall = isCall;
  }
}

/** @throws RiskInputError */
export function validateExpiry({ forward, terms, confidence }: ExpiryMarket): void {
  requirePositivePrice(forward, 'forward');
  if (confidence !== undefined) requireFraction(confidence, 'confidence');
  requireTerms(terms);
}

/** @throws RiskInputError */
export function validateSeries({ strike, mark, volatility }: SeriesMarket): void {
  requirePositivePrice(strike, 'strike');
  requirePrice(mark, 'option mark');
  if (!(volatility >= 0 && volatility <= MAX_STD_DEV)) {
    throw new RiskInputError('bad_volatility', 'volatility', volatility);
  }
}

function requireTerms({ fixed, share, varianceYears, yearsToExpiry }: SettlementTerms): void {
  requirePrice(fixed, 'fixed part of the settlement');
  requireFraction(share, 'share of the settlement that moves');
  const ends = fixed > 0 || share > 0;
  if (!ends) throw new RiskInputError('bad_price', 'settlement', 0);
  if (!(yearsToExpiry >= 0 && yearsToExpiry <= MAX_YEARS)) {
    throw new RiskInputError('bad_time', 'yearsToExpiry', yearsToExpiry);
  }
  if (!(varianceYears >= 0 && varianceYears <= MAX_YEARS)) {
    throw new RiskInputError('bad_time', 'varianceYears', varianceYears);
  }
}
