import { standardMargin } from '../../margin/core/index.ts';
import type { OptionLeg, UnderlyingPositions } from '../../margin/core/index.ts';
import type { Cut } from './types.ts';

/**
 * The maintenance requirement of one expiry in the standard mode when parts of its legs are closed.
 *
 * @param underlying with this expiry alone
 */
export function standardRequirement(underlying: UnderlyingPositions): (cut: Cut) => bigint {
  const expiry = underlying.expiries[0]!;
  return (cut) => {
    const options: OptionLeg[] = [];
    for (const [i, option] of expiry.options.entries()) {
      const closed = Number(cut.find(([at]) => at === i)?.[1] ?? 0n);
      const quantity = option.quantity < 0 ? option.quantity + closed : option.quantity - closed;
      if (quantity !== 0) options.push({ ...option, quantity });
    }
    const underlyings = [{ ...underlying, expiries: [{ ...expiry, options }] }];
    return standardMargin({ cashUusd: 0n, underlyings }).maintenanceRequirementUusd;
  };
}
