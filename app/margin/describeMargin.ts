import type { ExpiryMargin, Margin } from '../../proto/gen/tenor.margin.v1.ts';
import type { ExpiryKey } from './accountInput.ts';
import type { StandardMargin } from './core/index.ts';

/** Requirements in whole uusd, rounded up like the totals they are part of. */
const up = (uusd: number) => BigInt(Math.ceil(uusd));

/** The core's result as the message that people and programs read. */
export function describeMargin(
  margin: StandardMargin,
  keys: readonly (readonly ExpiryKey[])[],
  cashUusd: bigint,
  degraded: boolean,
): Margin {
  const expiries = margin.underlyings.flatMap(({ expiries: parts }, u) =>
    parts.map((part, e) => describeExpiry(part, keys[u]![e]!)),
  );
  return {
    cashUusd,
    markToMarketUusd: margin.markToMarketUusd,
    initialUusd: margin.initialMarginUusd,
    maintenanceUusd: margin.maintenanceMarginUusd,
    initialRequirementUusd: margin.initialRequirementUusd,
    maintenanceRequirementUusd: margin.maintenanceRequirementUusd,
    expiries,
    degraded,
  };
}

type CoreExpiry = StandardMargin['underlyings'][number]['expiries'][number];

function describeExpiry({ initial, maintenance }: CoreExpiry, key: ExpiryKey): ExpiryMargin {
  const worst = maintenance.jointMaximumLoss ?? maintenance.maximumLoss;
  return {
    underlyingId: key.underlyingId,
    expirySeconds: key.expirySeconds,
    initialUusd: up(initial.requirement),
    maintenanceUusd: up(maintenance.requirement),
    sumInitialUusd: up(initial.sum),
    sumMaintenanceUusd: up(maintenance.sum),
    maxLossInitialUusd: up(initial.maximumLoss.total),
    maxLossMaintenanceUusd: up(maintenance.maximumLoss.total),
    worstPriceUusd: BigInt(Math.round(worst.worstPrice * 1e6)),
  };
}
