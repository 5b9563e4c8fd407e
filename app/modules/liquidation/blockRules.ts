import type { Params } from '../../../proto/gen/tenor.liquidation.v1.ts';
import type { LiquidationParams } from '../margin/core/index.ts';
import { optionsParams } from '../options/index.ts';
import { indexUusdOf, isSettledInAt } from '../oracle/index.ts';
import type { View } from '../../runtime/context.ts';
import { coreParamsOf, params } from './params.ts';

/** What is the same for all subaccounts of a block. */
export interface BlockRules {
  readonly params: Params;
  readonly core: LiquidationParams;
  /** Underlyings in which liquidations can go on: index and some of the volatilities carry them. */
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
    settledIn: new Set(ids.filter((id) => isSettledInAt(view, id))),
    unpriced: new Set(ids.filter((id) => indexUusdOf(view, id) === undefined)),
  };
}
