import { Params } from '../../proto/gen/tenor.accounts.v1.ts';
import type { GenesisState } from '../../proto/gen/tenor.accounts.v1.ts';
import { Params as ParamsItem } from '../runtime/params.ts';

/** Bounds of what one account can make others compute: the risk core takes 1,024 legs. */
const MAX_SERIES = 1024;
const MAX_OPEN_ORDERS = 10_000;
const MAX_SUBACCOUNTS = 100_000;

/** What is wrong with the parameters, or null. */
export function wrongParams(p: Params): string | null {
  if (p.maxSubaccounts < 1 || p.maxSubaccounts > MAX_SUBACCOUNTS) {
    return `max_subaccounts is 1 to ${MAX_SUBACCOUNTS}`;
  }
  for (const cap of [p.maxSeriesStandard, p.maxSeriesPortfolio]) {
    if (cap < 1 || cap > MAX_SERIES) return `caps of series are 1 to ${MAX_SERIES}`;
  }
  if (p.maxOpenOrders > MAX_OPEN_ORDERS) return `max_open_orders is at most ${MAX_OPEN_ORDERS}`;
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
