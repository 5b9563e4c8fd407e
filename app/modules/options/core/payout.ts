import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import { assert } from '../../../lib/assert.ts';
import { PPM, UNITS_PER_CONTRACT, absolute, ceilDiv, minOf } from './units.ts';

export interface OptionTerms {
  readonly kind: OptionKind;
  readonly strikeUusd: bigint;
}

/** max(S − K, 0) of a call, max(K − S, 0) of a put, in uusd a contract. */
export function intrinsicUusd({ kind, strikeUusd }: OptionTerms, settlementUusd: bigint): bigint {
  const value =
    kind === OptionKind.OPTION_KIND_CALL
      ? settlementUusd - strikeUusd
      : strikeUusd - settlementUusd;
  return value > 0n ? value : 0n;
}

/**
 * What a position receives (negative: pays) at expiry, in uusd. Exact: strike and settlement price
 * are multiples of 0.01 USD, and the quantity counts 1e-4 contracts.
 */
export function payoutUusd(option: OptionTerms, settlementUusd: bigint, quantity: bigint): bigint {
  const scaled = intrinsicUusd(option, settlementUusd) * quantity;
  assert(scaled % UNITS_PER_CONTRACT === 0n, 'a payout that is not whole');
  return scaled / UNITS_PER_CONTRACT;
}

/** A share of the settlement price, and at most a share of the option's value; in millionths. */
export interface SettlementFee {
  readonly feePpm: number;
  readonly capPpm: number;
}

/** The fee of one side on a position settled in the money, in uusd, rounded up: for the pot. */
export function settlementFeeUusd(
  option: OptionTerms,
  settlementUusd: bigint,
  quantity: bigint,
  fee: SettlementFee,
): bigint {
  const size = absolute(quantity);
  const scale = UNITS_PER_CONTRACT * PPM;
  const share = ceilDiv(settlementUusd * size * BigInt(fee.feePpm), scale);
  const value = intrinsicUusd(option, settlementUusd) * size;
  return minOf(share, ceilDiv(value * BigInt(fee.capPpm), scale));
}
