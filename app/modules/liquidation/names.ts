import type { Flag } from '../../../proto/gen/tenor.liquidation.v1.ts';

/** How events name a subaccount. */
export function namesOf(flagged: Pick<Flag, 'subaccountId' | 'owner' | 'number'>) {
  const { subaccountId, owner, number } = flagged;
  return { subaccount_id: subaccountId.toString(), owner, subaccount: String(number) };
}
