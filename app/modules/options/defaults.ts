import { ListingCalendar } from '../../../proto/gen/tenor.options.v1.ts';
import type {
  GenesisState,
  ListingRule,
  Params,
  StrikeStep,
  TickStep,
  Underlying,
} from '../../../proto/gen/tenor.options.v1.ts';

/** `fast-expiry`: series that expire minutes ahead, for test networks. */
export type OptionsPreset = 'default' | 'fast-expiry';

const CENTS = 10_000n;
const USD = 1_000_000n;
const CONTRACTS = 10_000n;
const DAY = 86_400n;

const steps = (usd: readonly [bigint, bigint, bigint, bigint]): StrikeStep[] => [
  { maxTenorSeconds: 2n * DAY, stepUusd: usd[0] * USD },
  { maxTenorSeconds: 14n * DAY, stepUusd: usd[1] * USD },
  { maxTenorSeconds: 61n * DAY, stepUusd: usd[2] * USD },
  { maxTenorSeconds: 0n, stepUusd: usd[3] * USD },
];

/** From so many USD on, a tick of so many cents. */
const ticks = (...table: (readonly [bigint, bigint])[]): TickStep[] =>
  table.map(([usd, cents]) => ({ fromUusd: usd * USD, tickUusd: cents * CENTS }));

function underlyings(strikesEachSide: number): Underlying[] {
  const btc: Underlying = {
    id: 1,
    symbol: 'BTC',
    ticks: ticks([0n, 10n], [10n, 50n], [500n, 100n], [5000n, 500n]),
    lot: CONTRACTS / 100n,
    minOrder: CONTRACTS / 100n,
    maxOrder: 1_000n * CONTRACTS,
    strikeSteps: steps([250n, 500n, 1000n, 5000n]),
    strikesEachSide,
    deltaStrikesEachSide: 6,
    leastDeltaPpm: 100_000,
    pruneDeltaPpm: 20_000,
    maxOpenInterest: 50_000n * CONTRACTS,
    maxSeriesOpenInterest: 10_000n * CONTRACTS,
    maxPosition: 5_000n * CONTRACTS,
    enabled: true,
  };
  const eth: Underlying = {
    ...btc,
    id: 2,
    symbol: 'ETH',
    ticks: ticks([0n, 1n], [10n, 5n], [100n, 10n], [500n, 50n]),
    lot: CONTRACTS / 10n,
    minOrder: CONTRACTS / 10n,
    maxOrder: 10_000n * CONTRACTS,
    strikeSteps: steps([10n, 25n, 50n, 100n]),
    maxOpenInterest: 500_000n * CONTRACTS,
    maxSeriesOpenInterest: 100_000n * CONTRACTS,
    maxPosition: 50_000n * CONTRACTS,
  };
  return [btc, eth];
}

function rule(calendar: ListingCalendar, name: string, count: number, seconds = 0n): ListingRule {
  return { name, calendar, count, intervalSeconds: seconds };
}

const STANDARD: ListingRule[] = [
  rule(ListingCalendar.LISTING_CALENDAR_DAILY, 'daily', 3),
  rule(ListingCalendar.LISTING_CALENDAR_WEEKLY, 'weekly', 3),
  rule(ListingCalendar.LISTING_CALENDAR_MONTHLY, 'monthly', 3),
  rule(ListingCalendar.LISTING_CALENDAR_QUARTERLY, 'quarterly', 4),
];
const FAST: ListingRule[] = [
  rule(ListingCalendar.LISTING_CALENDAR_INTERVAL, 'every two minutes', 3, 120n),
  rule(ListingCalendar.LISTING_CALENDAR_DAILY, 'daily', 1),
];

/** Genesis parameters: the venue's rules, or the same with expiries minutes ahead. */
export function defaultOptionsParams(preset: OptionsPreset): Params {
  const fast = preset === 'fast-expiry';
  return {
    underlyings: underlyings(fast ? 2 : 3),
    listing: fast ? FAST : STANDARD,
    settlementWindowSeconds: fast ? 20n : 1800n,
    maxSampleSeconds: fast ? 5n : 10n,
    minCoverageSeconds: fast ? 10n : 1200n,
    maxExpirySeconds: 400n * DAY,
    maxListingsPerBlock: 40,
    maxSettlementsPerBlock: 100,
    minListingLeadSeconds: fast ? 60n : 3600n,
    sampleRetentionSeconds: fast ? 3600n : 7n * DAY,
    settlementFeePpm: 150,
    settlementFeeCapPpm: 125_000,
    priceRetentionSeconds: 1825n * DAY,
  };
}

export function defaultOptionsGenesis(preset: OptionsPreset): GenesisState {
  return {
    params: defaultOptionsParams(preset),
    series: [],
    expiries: [],
    samples: [],
    nextSeriesId: 1n,
    deltaListings: [],
    settledDays: [],
  };
}
