import type { Params } from '../../../proto/gen/tenor.liquidation.v1.ts';
import type { Underlying } from '../../../proto/gen/tenor.options.v1.ts';
import type { LiquidationParams } from '../margin/core/index.ts';
import { optionsParams } from '../options/index.ts';
import { indexUusdOf, isSettledInAt } from '../oracle/index.ts';
import type { View } from '../../runtime/context.ts';
import { coreParamsOf, params } from './params.ts';

/** What is the same for all subaccounts of a block. */
export interface BlockRules {
  readonly params: Params;
  readonly core: LiquidationParams;
  /**
   * Underlyings in which liquidations can go on: they trade, and index and some of the volatilities
   * carry them.
   */
  readonly settledIn: ReadonlySet<number>;
  /** Underlyings that never had a price. */
  readonly unpriced: ReadonlySet<number>;
}

export function blockRules(view: View): BlockRules {
  const { underlyings } = optionsParams.get(view);
  const idsOf = (holds: (underlying: Underlying) => boolean): Set<number> =>
    new Set(underlyings.filter(holds).map(({ id }) => id));
  const p = params.get(view);
  return {
    params: p,
    core: coreParamsOf(p),
    settledIn: idsOf(({ id, enabled }) => enabled && isSettledInAt(view, id)),
    unpriced: idsOf(({ id }) => indexUusdOf(view, id) === undefined),
  };
}
