import type { Subaccount } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type { CoveredExpiry, Margin } from '../../../../proto/gen/tenor.margin.v1.ts';
import type { View } from '../../../runtime/context.ts';
import { capped } from '../account/describeMargin.ts';
import { legsOf, worthOf } from '../inputs/legs.ts';
import type { Change } from '../inputs/legs.ts';
import { coverOf } from './coverOf.ts';
import type { ExpiryCover } from './coverOf.ts';

/** The margin of a covered subaccount as people and programs read it. */
export function describeCover(view: View, account: Subaccount, change: Change): Margin {
  const cover = coverOf(view, account, change);
  const { cashUusd, initialMarginUusd, maintenanceMarginUusd, expiries } = cover;
  const legs = legsOf(view, account.id, change);
  return {
    cashUusd,
    markToMarketUusd: cashUusd + worthOf(legs),
    initialUusd: capped(initialMarginUusd),
    maintenanceUusd: capped(maintenanceMarginUusd),
    initialRequirementUusd: capped(cashUusd - initialMarginUusd),
    maintenanceRequirementUusd: capped(cashUusd - maintenanceMarginUusd),
    degraded: legs.flat().some((e) => e.legs.some(({ mark }) => mark.vol === undefined)),
    mode: account.mode,
    ...{ expiries: [], underlyings: [], quotesReservedUusd: 0n },
    covered: expiries.map(describeExpiry),
  };
}

function describeExpiry({
  underlyingId,
  expirySeconds,
  held,
  ordered,
}: ExpiryCover): CoveredExpiry {
  return {
    ...{ underlyingId, expirySeconds },
    heldUusd: held.lossUusd,
    orderedUusd: ordered.lossUusd,
    heldPriceUusd: held.worstPriceUusd,
    orderedPriceUusd: ordered.worstPriceUusd,
  };
}
