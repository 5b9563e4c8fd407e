import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../accounts/index.ts';
import { marginOf } from '../../margin/index.ts';
import { mustUnderlyingById } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import { query } from '../../../runtime/module.ts';
import type { QueryHandler } from '../../../runtime/module.ts';
import { booksOf } from '../books/books.ts';
import { infos } from '../state.ts';
import { toNumber, toUusd } from '../units.ts';
import { fillsWithin, sum } from './core/window.ts';
import { groupsOf, isFrozen, mustGroup, quotesOf } from './groups.ts';
import { switches } from './state.ts';

function describe(view: View, group: pb.QuoteGroup): pb.QuoteGroupState {
  const { quantity, ...sums } = sum(fillsWithin(group.fills, group.windowMs, view.header.timeMs));
  return {
    group,
    underlying: mustUnderlyingById(view, group.underlyingId).symbol,
    quotes: quotesOf(view, group.id).length,
    filled: quantity,
    ...sums,
    isFrozen: isFrozen(view, group),
  };
}

function restingQuotes(view: View, { id, name }: pb.QuoteGroup): pb.RestingQuote[] {
  return quotesOf(view, id).map(([seriesId, isBuy, orderId]) => {
    const order = booksOf(view).must(seriesId).order(toNumber(orderId))!;
    const { symbol: series } = infos.must(view, seriesId);
    const priceUusd = toUusd(order.price);
    const remaining = BigInt(order.size);
    return { orderId, group: name, series, seriesId, isBuy, priceUusd, remaining };
  });
}

export const quoteQueries: Readonly<Record<string, QueryHandler>> = {
  '/tenor.clob.v1.Query/QuoteGroups': query(
    pb.QueryQuoteGroupsRequest,
    pb.QueryQuoteGroupsResponse,
    (view, { owner, subaccount }) => {
      const { id } = mustSubaccountOf(view, owner, subaccount);
      const deadManSwitch = switches.get(view, id);
      return {
        groups: groupsOf(view, id).map((group) => describe(view, group)),
        reservedUusd: marginOf(view, id).quotesReservedUusd,
        ...(deadManSwitch === undefined ? {} : { deadManSwitch }),
      };
    },
  ),
  '/tenor.clob.v1.Query/Quotes': query(
    pb.QueryQuotesRequest,
    pb.QueryQuotesResponse,
    (view, { owner, subaccount, group }) => {
      const { id } = mustSubaccountOf(view, owner, subaccount);
      const wanted = group === '' ? groupsOf(view, id) : [mustGroup(view, id, group)];
      return { quotes: wanted.flatMap((one) => restingQuotes(view, one)) };
    },
  ),
};
