import type { Subaccount } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type { Flag } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { accrueFee, payIntoFund } from '../../accounts/index.ts';
import { PPM } from '../../margin/core/index.ts';
import type { Ctx } from '../../../runtime/context.ts';
import type { BlockRules } from '../blockRules.ts';
import type { Health } from '../health.ts';
import { splitByUnderlying } from './risk.ts';

/** The fee of a liquidation, out of the account's cash: most of it is the funds' it might need. */
export function takeFee(
  ctx: Ctx,
  flag: Flag,
  account: Subaccount,
  health: Health,
  feeUusd: bigint,
  { params }: BlockRules,
): void {
  const fundsUusd = (feeUusd * BigInt(params.feeFundPpm)) / PPM;
  for (const { underlyingId, uusd } of splitByUnderlying(ctx, flag, account, health, fundsUusd)) {
    payIntoFund(ctx, account.id, underlyingId, uusd);
  }
  accrueFee(ctx, account.id, feeUusd - fundsUusd);
}
