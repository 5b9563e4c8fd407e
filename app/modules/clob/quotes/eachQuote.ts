import type { View } from '../../../runtime/context.ts';
import { booksOf } from '../books/books.ts';
import { BUY, SELL } from '../core/index.ts';
import type { OrderView } from '../core/index.ts';
import { infos } from '../state.ts';
import { groupOfTag } from '../core/tags.ts';

/** Every quote that rests, from the books. */
export function eachQuote(
  view: View,
  visit: (groupId: bigint, seriesId: bigint, quote: Readonly<OrderView>) => void,
): void {
  for (const [seriesId] of infos.entries(view)) {
    for (const side of [BUY, SELL] as const) {
      booksOf(view)
        .must(seriesId)
        .orders(side, (order) => {
          const groupId = groupOfTag(order.tag);
          if (groupId !== undefined) visit(groupId, seriesId, order);
        });
    }
  }
}
