import type { Params } from '../../../../proto/gen/tenor.margin.v1.ts';
import { coreRules, defaultRules } from '../core/index.ts';
import type { PortfolioParams } from '../core/index.ts';

/** Made once for each version of the parameters: values in state are never changed. */
const made = new WeakMap<Params, Map<number, PortfolioParams>>();

/**
 * The portfolio rules of an underlying, for the core; the same object for the same parameters. One
 * that has no entry yet is judged like the first: all have the same number of scenarios.
 */
export function portfolioParamsOf(p: Params, underlyingId: number): PortfolioParams {
  let known = made.get(p);
  if (known === undefined) {
    known = new Map();
    for (const { underlyingId: id, portfolio } of p.underlyings) {
      known.set(id, coreRules(portfolio ?? defaultRules()));
    }
    made.set(p, known);
  }
  let rules = known.get(underlyingId);
  if (rules === undefined) {
    rules = coreRules(p.underlyings[0]?.portfolio ?? defaultRules());
    known.set(underlyingId, rules);
  }
  return rules;
}
