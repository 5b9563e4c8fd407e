import { Params as Message } from '../../../proto/gen/tenor.clob.v1.ts';
import type { GenesisState } from '../../../proto/gen/tenor.clob.v1.ts';
import { Params } from '../../runtime/params.ts';

/** On one side: half of what the matching core can hold. */
const MAX_BOOK_ORDERS = 1 << 23;

/** What is wrong with the parameters, or null. */
export function wrongParams(p: Message): string | null {
  if (p.maxMatchesPerOrder < 1 || p.maxMatchesPerOrder > 10_000) {
    return 'max_matches_per_order is 1 to 10000';
  }
  if (p.maxBookOrders < 1 || p.maxBookOrders > MAX_BOOK_ORDERS) {
    return `max_book_orders is 1 to ${MAX_BOOK_ORDERS}`;
  }
  if (p.recentTrades < 1 || p.recentTrades > 100_000) return 'recent_trades is 1 to 100000';
  if (p.maxPurgesPerBlock < 1 || p.maxPurgesPerBlock > 100_000) {
    return 'max_purges_per_block is 1 to 100000';
  }
  if (p.endedOrdersSeconds > 7 * 86_400) return 'ended_orders_seconds is at most a week';
  if (p.maxEndedOrders > 10_000_000) return 'max_ended_orders is at most 10000000';
  if (p.maxQuoteGroups > 1_000) return 'max_quote_groups is at most 1000';
  if (p.maxTriggers > 10_000) return 'max_triggers is at most 10000';
  if (p.maxTriggersPerBlock > 10_000) return 'max_triggers_per_block is at most 10000';
  if (p.maxDelayedPerBlock < 1 || p.maxDelayedPerBlock > 10_000) {
    return 'max_delayed_per_block is 1 to 10000';
  }
  if (p.maxTriggerPricesPerBlock > 100_000) {
    return 'max_trigger_prices_per_block is at most 100000';
  }
  return null;
}

export const params = new Params('clob', Message, wrongParams);

export function defaultClobParams(): Message {
  return {
    maxMatchesPerOrder: 100,
    maxBookOrders: 25_000,
    recentTrades: 1_000,
    maxPurgesPerBlock: 500,
    // As long as an unordered transaction may wait.
    endedOrdersSeconds: 600,
    maxEndedOrders: 200_000,
    maxQuoteGroups: 8,
    maxTriggers: 50,
    maxTriggersPerBlock: 20,
    maxTriggerPricesPerBlock: 1_000,
    delayTakers: false,
    maxDelayedPerBlock: 400,
  };
}

export function defaultClobGenesis(): GenesisState {
  return {
    params: defaultClobParams(),
    books: [],
    trades: [],
    nextOrderId: 1n,
    nextTradeId: 1n,
    ended: [],
    quotes: { groups: [], nextGroupId: 1n, switches: [] },
    triggers: [],
    nextTriggerId: 1n,
    triggerCursor: 0n,
    delayed: [],
  };
}
