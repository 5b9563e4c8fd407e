import type { View } from '../../../runtime/context.ts';
import { blockPrices } from './blockPrices.ts';
import { portfolioSuspects } from './portfolioSweep.ts';
import { riskTableOf } from './riskTable.ts';
import { standardSuspects } from './standardSweep.ts';

/**
 * Subaccounts that may be below their maintenance margin, by id: every one that is, and hardly any
 * other. All that hold a short or owe cash are looked at, in every block, from flat arrays.
 */
export function breachSuspects(view: View): bigint[] {
  const table = riskTableOf(view);
  table.follow(view);
  const prices = blockPrices(view, table.series);
  const places = [
    ...standardSuspects(view, table, prices),
    ...portfolioSuspects(view, table, prices),
  ];
  const ids = places.map((at) => table.ids[at]!);
  return ids.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** What all accounts that can be in breach count for: each 1 and its positions. */
export function sweepCost(view: View): number {
  const table = riskTableOf(view);
  table.follow(view);
  return table.cost;
}
