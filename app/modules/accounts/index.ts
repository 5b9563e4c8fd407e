import type { Module } from '../../runtime/module.ts';
import { schemasOf } from '../../store/collection.ts';
import { collectFees } from './cash.ts';
import { carryOutRequests } from './fund/underwriting.ts';
import { underwrite } from './fund/msgs/underwrite.ts';
import { withdrawUnderwriting } from './fund/msgs/withdrawUnderwriting.ts';
import { payReferrers, setReferrer } from './fees/index.ts';
import { genesis } from './genesis.ts';
import { invariants } from './invariants.ts';
import { deposit } from './msgs/deposit.ts';
import { params } from './params.ts';
import { queries } from './queries.ts';
import { rebuild } from './rebuild.ts';
import { payOutExpiries } from './settlement.ts';
import * as state from './state.ts';

export * from './cash.ts';
export { accountsErrors } from './errors.ts';
export {
  defaultAccountsGenesis,
  defaultAccountsParams,
  params as accountsParams,
} from './params.ts';
export { accrueTradingFee, termsOf } from './fees/index.ts';
export type { FeeParts } from './core/feeTiers.ts';
export * from './flags.ts';
export * from './fund/index.ts';
export { takeChanged } from './holdings/changed.ts';
export * from './holdings/holdings.ts';
export * from './positions.ts';
export {
  addToOwner,
  allowanceLeft,
  chargeFailure,
  drawAllowance,
  hasPlace,
  limitsOf,
  nextLimitsOf,
  sumsOf,
  takeAllowance,
} from './owners.ts';
export { isRisky, riskyAccounts } from './risky.ts';
export * from './subaccounts.ts';

export const accountsModule: Module = {
  name: 'accounts',
  schemas: schemasOf(state),
  msgs: [deposit, setReferrer, underwrite, withdrawUnderwriting],
  queries,
  genesis,
  invariants,
  params,
  rebuild,
  beginBlock: payOutExpiries,
  endBlock(ctx) {
    carryOutRequests(ctx);
    collectFees(ctx);
    payReferrers(ctx);
    return undefined;
  },
};
