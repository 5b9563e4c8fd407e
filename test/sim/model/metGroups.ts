import { addFill, isFrozen, judgeQuote, settle } from './groups.ts';
import { feeOf, makerRefusal } from './matching.ts';
import type { Book, Fill, Verdict } from './matching.ts';
import type { Group, Order, Quotes, Series } from './types.ts';

/** Groups whose quotes an order meets on its way, which come to their limits when it is over. */
export class MetGroups {
  /** Whether they lack margin. */
  readonly #met = new Map<Group, boolean>();
  /** Whether a group holds the fill that was judged last only without its other quotes. */
  readonly #lacking = new Map<Group, boolean>();
  /** Fills of quotes, and groups that a limit or their margin pulled. */
  quotesFilled = 0;
  groupsPulled = 0;

  /** Why a maker may not trade this now, or null; of a quote, what its group can still do. */
  refusalOf(quotes: Quotes, fill: Fill): [string, Verdict] | null {
    const refusal = makerRefusal(quotes, fill);
    const { maker, priceUusd, quantity } = fill;
    if (refusal !== null || maker.group === undefined) return refusal;
    const who = { account: maker.account, isMaker: true };
    const fee = feeOf(quotes, who, maker.series, priceUusd, quantity);
    const { keep, alone } = judgeQuote(quotes, maker, quantity, fee, priceUusd);
    this.#lacking.set(maker.group, keep === 'no');
    const may = keep === 'no' ? alone : keep;
    return may === 'yes' ? null : ['margin', may];
  }

  filled(maker: Order, quantity: bigint, quotes: Quotes): void {
    const { group } = maker;
    if (group === undefined) return;
    addFill(group, maker, quantity, quotes);
    this.#met.set(group, this.#lacking.get(group) ?? false);
    this.quotesFilled++;
  }

  dropped({ group }: Order, reason: string): void {
    if (group !== undefined && reason === 'margin') this.#met.set(group, true);
  }

  /** Groups that came to a limit are pulled in the same instant. */
  settle(bookOf: (series: Series) => Book, quotes: Quotes): void {
    const met = [...this.#met];
    this.#met.clear();
    for (const [group, lacksMargin] of met) {
      settle(bookOf, group, lacksMargin, quotes);
      if (isFrozen(group, quotes.timeMs)) this.groupsPulled++;
    }
  }
}
