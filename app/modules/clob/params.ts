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
  if (p.maxDelayed < p.maxDelayedPerBlock || p.maxDelayed > 1_000_000) {
    return 'max_delayed is max_delayed_per_block to 1000000';
  }
  if (p.maxAuctionMatchesPerBlock < 1 || p.maxAuctionMatchesPerBlock > 100_000) {
    return 'max_auction_matches_per_block is 1 to 100000';
  }
  const wrong = wrongAuctions(p);
  if (wrong !== null) return wrong;
  if (p.maxTriggerPricesPerBlock > 100_000) {
    return 'max_trigger_prices_per_block is at most 100000';
  }
  return null;
}

const DAY_MS = 86_400_000;
const MAX_STEPS = 16;

function wrongAuctions(p: Message): string | null {
  if (p.auctionSteps.length > MAX_STEPS) return `auction_steps: at most ${MAX_STEPS}`;
  for (const [i, { gapMs, lengthMs }] of p.auctionSteps.entries()) {
    if (gapMs <= (p.auctionSteps[i - 1]?.gapMs ?? 0)) return 'auction_steps: gaps ascend';
    if (lengthMs < 1 || lengthMs > DAY_MS) return 'auction_steps: a length is 1 ms to a day';
  }
  if (p.openingAuctionMs > DAY_MS) return 'opening_auction_ms is at most a day';
  if (p.maxAuctionLockMs > DAY_MS) return 'max_auction_lock_ms is at most a day';
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
    maxDelayed: 4_000,
    // Outages of ten seconds, a minute, ten minutes: auctions of a minute, five, an hour.
    auctionSteps: [
      { gapMs: 10_000, lengthMs: 60_000 },
      { gapMs: 60_000, lengthMs: 300_000 },
      { gapMs: 600_000, lengthMs: 3_600_000 },
    ],
    openingAuctionMs: 0,
    maxAuctionLockMs: 10_000,
    maxAuctionMatchesPerBlock: 1_000,
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
    markets: [],
    openings: [],
  };
}
