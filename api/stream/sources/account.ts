import * as accounts from '../../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../../../proto/gen/tenor.liquidation.v1.ts';
import * as margin from '../../../proto/gen/tenor.margin.v1.ts';
import { toJson } from '../../../proto/json.ts';
import type { Json } from '../../../proto/json.ts';
import { QueryRefused } from '../../port.ts';
import type { Reader } from '../../port.ts';
import { withoutNulls } from '../mergePatch.ts';
import type { JsonObject } from '../mergePatch.ts';
import type { Source } from '../source.ts';
import { tradeOf } from './trades.ts';

/** By a key of its own, so that a patch can name one. */
function by<T>(list: readonly T[], key: (entry: T) => string | bigint): JsonObject {
  return Object.fromEntries(
    list.map((entry) => [String(key(entry)), withoutNulls(toJson(entry))] as const),
  );
}

/** What is refused does not exist: an auction of an account that is healthy, a margin unpriced. */
function orNone(work: () => Json): Json {
  try {
    return work();
  } catch (error) {
    if (error instanceof QueryRefused) return null;
    throw error;
  }
}

const CLOB = '/tenor.clob.v1.Query';

function ordersOf(reader: Reader, owner: string, subaccount: number): JsonObject {
  const { orders } = reader.ask(
    `${CLOB}/Orders`,
    clob.QueryOrdersRequest,
    clob.QueryOrdersResponse,
    {
      ...{ owner, subaccount },
    },
  );
  const { triggers } = reader.ask(
    `${CLOB}/Triggers`,
    clob.QueryTriggersRequest,
    clob.QueryTriggersResponse,
    { owner, subaccount },
  );
  return { orders: by(orders, ({ id }) => id), triggers: by(triggers, ({ id }) => id) };
}

function quotesOf(reader: Reader, owner: string, subaccount: number): JsonObject {
  const { groups, deadManSwitch, reservedUusd } = reader.ask(
    `${CLOB}/QuoteGroups`,
    clob.QueryQuoteGroupsRequest,
    clob.QueryQuoteGroupsResponse,
    { owner, subaccount },
  );
  const { quotes } =
    groups.length === 0
      ? { quotes: [] }
      : reader.ask(`${CLOB}/Quotes`, clob.QueryQuotesRequest, clob.QueryQuotesResponse, {
          ...{ owner, subaccount, group: '' },
        });
  return {
    quoteGroups: by(groups, ({ group }) => group!.name),
    quotes: by(quotes, ({ orderId }) => orderId),
    quotesReservedUusd: String(reservedUusd),
    deadManSwitch: toJson(deadManSwitch ?? null),
  };
}

function subaccountOf(reader: Reader, owner: string, number: number): Json {
  const who = { owner, number };
  const { subaccount, positions } = reader.ask(
    '/tenor.accounts.v1.Query/Subaccount',
    accounts.QuerySubaccountRequest,
    accounts.QuerySubaccountResponse,
    who,
  );
  return withoutNulls({
    subaccount: toJson(subaccount ?? null),
    positions: by(positions, ({ symbol }) => symbol),
    ...ordersOf(reader, owner, number),
    ...quotesOf(reader, owner, number),
    margin: orNone(() => {
      const { QueryMarginRequest, QueryMarginResponse } = margin;
      const path = '/tenor.margin.v1.Query/Margin';
      const answer = reader.ask(path, QueryMarginRequest, QueryMarginResponse, who);
      return toJson(answer.margin ?? null);
    }),
    liquidation: orNone(() => {
      const { QueryAuctionRequest, QueryAuctionResponse } = liquidation;
      const path = '/tenor.liquidation.v1.Query/Auction';
      const request = { subaccountId: 0n, ...who };
      return toJson(reader.ask(path, QueryAuctionRequest, QueryAuctionResponse, request));
    }),
  });
}

/**
 * All of an owner's subaccounts by number: cash, positions, orders, quotes, margin, liquidation.
 * Its fills, what else happened to it, and its transactions are told at once; the document follows.
 */
export function accountSource(owner: string): Source {
  return {
    read: (reader) => {
      const { subaccounts } = reader.ask(
        '/tenor.accounts.v1.Query/Subaccounts',
        accounts.QuerySubaccountsRequest,
        accounts.QuerySubaccountsResponse,
        { owner },
      );
      const described = subaccounts.map(
        ({ number }) => [String(number), subaccountOf(reader, owner, number)] as const,
      );
      return { owner, subaccounts: Object.fromEntries(described) };
    },
    follows: { touched: ({ byAddress }) => byAddress.has(owner), everyBlock: true },
    events: (block) => {
      const facts = block.byAddress.get(owner) ?? [];
      const fills = facts.filter(({ event }) => event === 'trade');
      const txs = block.txs.filter(({ signers }) => signers.has(owner));
      if (facts.length === 0 && txs.length === 0) return undefined;
      return {
        fills: fills.map((fact) => tradeOf(fact, block)),
        events: facts.filter(({ event }) => event !== 'trade') as unknown as Json[],
        txs: txs.map(({ hash, code, codespace, log }) => ({ hash, code, codespace, log })),
      };
    },
  };
}
