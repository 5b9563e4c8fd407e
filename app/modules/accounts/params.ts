import { Params } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { EquityStep, FeeTier, GenesisState } from '../../../proto/gen/tenor.accounts.v1.ts';
import { Params as ParamsItem } from '../../runtime/params.ts';
import { wrongSteps } from './core/equitySteps.ts';
import { wrongTiers } from './core/feeTiers.ts';

/**
 * What one account can make others compute: positions and orders, each in a series of its own. The
 * risk core takes 1,024 legs; the last one is the order that is being judged.
 */
const MAX_LEGS = 1_023;
const USD = 1_000_000n;
const MAX_SUBACCOUNTS = 100_000;
const MAX_FAILURE_COST = 1_000;

const MAX_PPM = 1_000_000;
const MAX_WAIT_SECONDS = 31_536_000;
const MAX_REQUESTS = 1_000;

function wrongFundRules(p: Params): string | null {
  if (p.fundFeePpm > MAX_PPM || p.fundDailyLossPpm > MAX_PPM) {
    return `fund_fee_ppm and fund_daily_loss_ppm are at most ${MAX_PPM}`;
  }
  if (p.minUnderwriteUusd < USD) return 'min_underwrite_uusd is at least a dollar';
  if (p.underwritingWaitSeconds < 1 || p.underwritingWaitSeconds > MAX_WAIT_SECONDS) {
    return `underwriting_wait_seconds is 1 to ${MAX_WAIT_SECONDS}`;
  }
  for (const cap of [p.maxFundRequests, p.maxFundRequestsPerBlock]) {
    if (cap < 1 || cap > MAX_REQUESTS) return `caps of requests are 1 to ${MAX_REQUESTS}`;
  }
  return null;
}

/** What is wrong with the parameters, or null. */
export function wrongParams(p: Params): string | null {
  if (p.maxSubaccounts < 1 || p.maxSubaccounts > MAX_SUBACCOUNTS) {
    return `max_subaccounts is 1 to ${MAX_SUBACCOUNTS}`;
  }
  for (const cap of [p.maxSeriesStandard, p.maxSeriesPortfolio]) {
    if (cap < 1 || cap > MAX_LEGS) return `caps of series are 1 to ${MAX_LEGS}`;
    if (cap + p.maxOpenOrders > MAX_LEGS) {
      return `a cap of series and max_open_orders are together at most ${MAX_LEGS}`;
    }
  }
  if (p.failureCost < 1 || p.failureCost > MAX_FAILURE_COST) {
    return `failure_cost is 1 to ${MAX_FAILURE_COST}`;
  }
  if (p.treasuryFeePpm > MAX_PPM) return `treasury_fee_ppm is at most ${MAX_PPM}`;
  if (p.fundFeePpm + p.referrerFeePpm > MAX_PPM) {
    return `fund_fee_ppm and referrer_fee_ppm are together at most ${MAX_PPM}`;
  }
  return wrongSteps(p.limits) ?? wrongTiers(p.feeTiers) ?? wrongFundRules(p);
}

export const params = new ParamsItem('accounts', Params, wrongParams);

/**
 * Equity in USD; actions a minute and at once, cancels a minute and at once; open orders, quotes,
 * triggers.
 */
const DEFAULT_LIMITS: EquityStep[] = (
  [
    [0n, [0, 0, 2, 10], [4, 0, 2]],
    [100n, [30, 10, 120, 40], [20, 20, 10]],
    [1_000n, [300, 100, 1_200, 300], [100, 200, 50]],
    [10_000n, [3_000, 500, 12_000, 1_500], [500, 2_000, 250]],
    [100_000n, [30_000, 2_000, 120_000, 8_000], [4_000, 20_000, 1_000]],
  ] as const
).map(([usd, rates, [openOrders, quotes, triggers]]) => {
  const [actionsPerMinute, actionBurst, cancelsPerMinute, cancelBurst] = rates;
  return {
    minEquityUusd: usd * USD,
    ...{ actionsPerMinute, actionBurst, cancelsPerMinute, cancelBurst },
    ...{ openOrders, quotes, triggers },
  };
});

/** USD paid over 30 days, then what of the fees of makers and of takers is paid, in percent. */
const DEFAULT_TIERS: FeeTier[] = (
  [
    [0n, 100, 100],
    [1_000n, 80, 95],
    [10_000n, 60, 90],
    [100_000n, 40, 80],
    [1_000_000n, 20, 70],
  ] as const
).map(([usd, maker, taker]) => ({
  leastPaidUusd: usd * USD,
  ...{ makerSharePpm: maker * 10_000, takerSharePpm: taker * 10_000 },
}));

export function defaultAccountsParams(): Params {
  return {
    maxSubaccounts: 128,
    maxSeriesStandard: 64,
    maxSeriesPortfolio: 512,
    maxOpenOrders: 200,
    minDepositUusd: 1_000_000n,
    limits: DEFAULT_LIMITS,
    failureCost: 5,
    fundFeePpm: 200_000,
    dustUusd: 10n * USD,
    minUnderwriteUusd: 100n * USD,
    underwritingWaitSeconds: 86_400,
    maxFundRequests: 16,
    fundDailyLossPpm: 500_000,
    maxFundRequestsPerBlock: 100,
    minPlaceUusd: 1_000n * USD,
    // Until there is governance nobody could spend it.
    treasuryFeePpm: 0,
    feeTiers: DEFAULT_TIERS,
    referrerFeePpm: 100_000,
  };
}

export function defaultAccountsGenesis(): GenesisState {
  return {
    params: defaultAccountsParams(),
    subaccounts: [],
    positions: [],
    deficits: [],
    settlements: [],
    feePotUusd: 0n,
    nextId: 1n,
    funds: [],
    fundShares: [],
    fundRequests: [],
    nextRequestId: 1n,
    lateDeposits: [],
    fees: [],
    treasuryPotUusd: 0n,
  };
}
