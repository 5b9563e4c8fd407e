import { Params } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { GenesisState } from '../../../proto/gen/tenor.accounts.v1.ts';
import { Params as ParamsItem } from '../../runtime/params.ts';

/**
 * What one account can make others compute: positions and orders, each in a series of its own. The
 * risk core takes 1,024 legs; the last one is the order that is being judged.
 */
const MAX_LEGS = 1_023;
const MAX_SUBACCOUNTS = 100_000;

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
  return null;
}

export const params = new ParamsItem('accounts', Params, wrongParams);

export function defaultAccountsParams(): Params {
  return {
    maxSubaccounts: 128,
    maxSeriesStandard: 64,
    maxSeriesPortfolio: 512,
    maxOpenOrders: 200,
    minDepositUusd: 1_000_000n,
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
  };
}
