import { assert } from '../../../lib/assert.ts';
import type { InstrumentTerms } from './instrument.ts';
import { instrumentOf } from './instrumentOf.ts';
import { PPM, UNITS_PER_CONTRACT, absolute, ceilDiv, minOf } from './units.ts';

/**
 * What a position receives (negative: pays) at expiry, in uusd. Exact: strike and settlement price
 * are multiples of 0.01 USD, and the quantity counts 1e-4 contracts.
 */
export function payoutUusd(
  terms: InstrumentTerms,
  settlementUusd: bigint,
  quantity: bigint,
): bigint {
  const scaled = instrumentOf(terms).payoff(terms, settlementUusd) * quantity;
  assert(scaled % UNITS_PER_CONTRACT === 0n, 'a payout that is not whole');
  return scaled / UNITS_PER_CONTRACT;
}

/** A share of the settlement price, and at most a share of the value; in millionths. */
export interface SettlementFee {
  readonly feePpm: number;
  readonly capPpm: number;
}

/** The fee of one side on a position settled in the money, in uusd, rounded up: for the pot. */
export function settlementFeeUusd(
  terms: InstrumentTerms,
  settlementUusd: bigint,
  quantity: bigint,
  fee: SettlementFee,
): bigint {
  const size = absolute(quantity);
  const scale = UNITS_PER_CONTRACT * PPM;
  const share = ceilDiv(settlementUusd * size * BigInt(fee.feePpm), scale);
  const value = instrumentOf(terms).payoff(terms, settlementUusd) * size;
  return minOf(share, ceilDiv(value * BigInt(fee.capPpm), scale));
}
