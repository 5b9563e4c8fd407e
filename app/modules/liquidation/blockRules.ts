import type { Params } from '../../../proto/gen/tenor.liquidation.v1.ts';
import type { LiquidationParams } from '../margin/core/index.ts';
import { optionsParams } from '../options/index.ts';
import { indexOf, isLive, isSettledIn } from '../oracle/index.ts';
import type { View } from '../../runtime/context.ts';
import { coreParamsOf, params } from './params.ts';

/** What is the same for all subaccounts of a block. */
export interface BlockRules {
  readonly params: Params;
  readonly core: LiquidationParams;
  /** Underlyings whose price is live: shorts in them can be judged. */
  readonly live: ReadonlySet<number>;
  /** Underlyings whose price has been live for long enough to trade at it. */
  readonly settledIn: ReadonlySet<number>;
  /** Underlyings that never had a price. */
  readonly unpriced: ReadonlySet<number>;
}

export function blockRules(view: View): BlockRules {
  const ids = optionsParams.get(view).underlyings.map(({ id }) => id);
  const p = params.get(view);
  return {
    params: p,
    core: coreParamsOf(p),
    live: new Set(ids.filter((id) => isLive(view, id))),
    settledIn: new Set(ids.filter((id) => isSettledIn(view, id))),
    unpriced: new Set(ids.filter((id) => indexOf(view, id) === undefined)),
  };
}
