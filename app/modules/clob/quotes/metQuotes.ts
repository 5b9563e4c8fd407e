import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { applyQuoteFill, settleGroup } from './fills.ts';
import type { QuoteFill } from './fills.ts';
import { noteGone } from './pull.ts';
import { groups } from './state.ts';

/**
 * The groups whose quotes one order meets on its way. Each has at most one quote on a side of a
 * book, so that a group meets an order once: pulled after the match, it is pulled in the same
 * instant.
 */
export class MetQuotes {
  readonly #ctx: Ctx;
  /** Whether margin was short for it, by group. */
  readonly #met = new Map<bigint, boolean>();

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
  }

  /** Counts a fill that happens. Returns the maker's subaccount. */
  fill(fill: QuoteFill, lacksMargin: boolean): bigint {
    applyQuoteFill(this.#ctx, fill);
    this.#met.set(fill.groupId, lacksMargin);
    return groups.must(this.#ctx, fill.groupId).subaccountId;
  }

  /** A quote has left its book without a trade. */
  cancelled(groupId: bigint, series: Series, isBuy: boolean, reason: string): void {
    noteGone(this.#ctx, groups.must(this.#ctx, groupId), series, isBuy, reason);
    if (reason === 'margin') this.#met.set(groupId, true);
  }

  /** Pulls the groups that came to a limit. */
  settle(): void {
    for (const [groupId, lacksMargin] of this.#met) settleGroup(this.#ctx, groupId, lacksMargin);
  }
}
