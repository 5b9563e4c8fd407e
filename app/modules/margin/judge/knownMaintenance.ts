import type { Subaccount } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { holdingsOf } from '../../accounts/index.ts';
import type { View } from '../../../runtime/context.ts';
import type { Leg } from '../inputs/legs.ts';
import { expiriesIn } from './judgedExpiry.ts';
import { verdictOf } from './verdict.ts';

/**
 * The net maintenance margin of an account without its orders, to the unit of `accountMargin`, from
 * what the block remembers of its expiries. Undefined where that has more to tell: a price is not
 * known, or only an order rests in a series, whose strike is then not of the positions.
 */
export function knownMaintenance(view: View, account: Subaccount): bigint | undefined {
  const expiryOf = expiriesIn(view);
  for (const held of holdingsOf(view, account.id)) {
    if (!expiryOf(held).legs.every(isKnown)) return undefined;
  }
  return verdictOf(view, account, { isCancelled: true }).maintenanceMarginUusd;
}

const isKnown = ({ quantity, mark }: Leg): boolean =>
  quantity !== 0n && mark.quality.isFresh && mark.vol !== undefined;
