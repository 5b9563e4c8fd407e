import type { Fee } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import type { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import { sdk } from './errors.ts';

/** Millionths in one. */
const PPM = 1_000_000n;

export interface ParsedFee {
  readonly denom: string;
  readonly amount: bigint;
}

/**
 * The fee a transaction offers, which must cover its gas limit at the governed price of the
 * denomination it is paid in, rounded up.
 * @throws Reject
 */
export function parseFee(fee: Fee | undefined, params: Params): ParsedFee {
  const gasLimit = fee?.gasLimit ?? 0n;
  const coins = fee?.amount ?? [];
  if (coins.length > 1) throw sdk.invalidCoins('pay the fee in one denomination');
  const coin = coins[0];
  const denom = coin?.denom ?? params.gasPrices[0]?.denom ?? '';
  const price = params.gasPrices.find((p) => p.denom === denom);
  if (price === undefined && params.gasPrices.length > 0) {
    const accepted = params.gasPrices.map((p) => p.denom).join(' or ');
    throw sdk.insufficientFee(`fees are paid in ${accepted}`);
  }
  if (coin !== undefined && !/^(0|[1-9]\d{0,38})$/.test(coin.amount)) {
    throw sdk.invalidCoins('the fee amount must be a decimal integer');
  }
  const amount = BigInt(coin?.amount ?? '0');
  const needed = (gasLimit * (price?.pricePpm ?? 0n) + PPM - 1n) / PPM;
  if (amount < needed) {
    throw sdk.insufficientFee(
      `insufficient fees; got: ${amount}${denom} required: ${needed}${denom}`,
    );
  }
  return { denom, amount };
}
