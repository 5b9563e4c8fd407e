import type {
  Accountability,
  Reward,
  ValidatorWindow,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { decodeAddress, moduleAddress } from '../../../lib/address.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { balanceOf, MODULE_ADDRESSES, sendCoins, UTENOR, UUSD } from '../../bank/index.ts';
import { validatorAt } from '../../staking/index.ts';
import { weighed } from '../core/turnout.ts';

/** The validators' pot of fees. */
const POT = moduleAddress('fee_collector');
const PPM = 1_000_000n;

/**
 * Pays the governed share of the validators' pot to the operators, by power and reports. What a
 * validator missed stays in the pot: nobody gains by another's silence. Nor is one with a finding
 * paid. Rounded down, for the pot.
 */
export function payRewards(
  ctx: Ctx,
  validators: readonly ValidatorWindow[],
  rules: Accountability,
): ValidatorWindow[] {
  const shares = validators.map(({ turnout }) => {
    const { blocks, reported } = weighed(turnout!, rules.settlementWeight);
    return { asked: turnout!.power * blocks, took: turnout!.power * reported };
  });
  const asked = shares.reduce((sum, share) => sum + share.asked, 0n);
  if (asked === 0n || rules.rewardPpm === 0) return [...validators];
  const paid = [UTENOR, UUSD].map((denom) => ({
    denom,
    amount: (balanceOf(ctx, POT, denom) * BigInt(rules.rewardPpm)) / PPM,
  }));
  return validators.map((validator, i) => {
    const operator = validatorAt(ctx, validator.turnout!.consensusAddress)?.operator;
    if (validator.findings.length > 0 || !isPayable(operator)) return validator;
    const rewards = paid.flatMap(({ denom, amount }): Reward[] => {
      const own = (amount * shares[i]!.took) / asked;
      if (own === 0n) return [];
      sendCoins(ctx, POT, operator, denom, own);
      return [{ denom, amount: own.toString() }];
    });
    return { ...validator, rewards };
  });
}

const isPayable = (address: string | undefined): address is string =>
  address !== undefined && decodeAddress(address) !== null && !MODULE_ADDRESSES.has(address);
