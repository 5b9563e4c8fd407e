import type { AuctionRules } from './model/auctions.ts';
import type { Queue } from './model/delays.ts';
import type { FeedPace } from './model/feeds.ts';
import { TREASURY_PPM } from './model/fees.ts';
import { ENDED_ORDERS_SECONDS } from './model/known.ts';
import { TIERS } from './model/types.ts';
import type { Schedule } from './model/schedule.ts';
import { UNDERWRITING_WAIT_SECONDS } from './transactions.ts';

export interface Settings {
  readonly schedule: Schedule;
  readonly fundFeePpm: number;
  readonly auctions: AuctionRules;
  readonly delayTakers: boolean;
  readonly queue: Queue;
  readonly pace: FeedPace;
  /** Series that a block lists, or closes. */
  readonly listings: number;
}

/** Prices may be old here: blocks at night are minutes apart. And nobody waits to order. */
export function settingsOf(
  state: Record<string, unknown>,
  {
    schedule,
    fundFeePpm,
    auctions,
    delayTakers,
    queue,
    pace,
    listings: maxListingsPerBlock,
  }: Settings,
): void {
  const {
    steps: auctionSteps,
    openingMs: openingAuctionMs,
    maxLockMs: maxAuctionLockMs,
    matches: maxAuctionMatchesPerBlock,
  } = auctions;
  const change = (module: string, changed: object) =>
    Object.assign((state[module] as { params: object }).params, changed);
  const calls = { auctionSteps, openingAuctionMs, maxAuctionLockMs, maxAuctionMatchesPerBlock };
  const takers = { delayTakers, maxDelayed: queue.most, maxDelayedPerBlock: queue.perBlock };
  change('clob', { ...calls, ...takers, endedOrdersSeconds: ENDED_ORDERS_SECONDS });
  const paceOf = ({ staleMs, haltMs }: FeedPace) => ({
    ...{ staleAfterMs: String(staleMs), haltAfterMs: String(haltMs) },
  });
  const { rules } = (state['oracle'] as { params: { rules: object[] } }).params;
  change('oracle', { ...paceOf(pace), rules: rules.map((rule) => ({ ...rule, ...paceOf(pace) })) });
  const much = { actionsPerMinute: 60_000, actionBurst: 1_000, openOrders: 1_000 };
  const waiting = { quotes: 1_000, triggers: 100 };
  const cancels = { cancelsPerMinute: 60_000, cancelBurst: 2_000 };
  const limits = [{ minEquityUusd: '0', ...much, ...cancels, ...waiting }];
  // Traders here pay a hundredth of what they would elsewhere.
  const feeTiers = TIERS.toReversed().map(({ usd, maker, taker }) => ({
    leastPaidUusd: String(usd * 1_000_000n),
    ...{ makerSharePpm: Number(maker) * 10_000, takerSharePpm: Number(taker) * 10_000 },
  }));
  const underwritingWaitSeconds = UNDERWRITING_WAIT_SECONDS;
  const treasuryFeePpm = Number(TREASURY_PPM);
  change('accounts', { limits, feeTiers, fundFeePpm, treasuryFeePpm, underwritingWaitSeconds });
  change('options', { maxListingsPerBlock });
  change('liquidation', {
    fastBlocks: Number(schedule.fast),
    slowBlocks: Number(schedule.slow),
    insolventBlocks: Number(schedule.insolvent),
  });
}
