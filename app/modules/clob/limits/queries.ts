import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import {
  accountsParams,
  allowanceLeft,
  limitsOf,
  nextLimitsOf,
  sumsOf,
} from '../../accounts/index.ts';
import { addressBytes } from '../../auth/index.ts';
import type { View } from '../../../runtime/context.ts';
import { query } from '../../../runtime/module.ts';
import type { QueryHandler } from '../../../runtime/module.ts';
import { ownedBy } from './owned.ts';

function describe(view: View, owner: string): pb.QueryLimitsResponse {
  addressBytes(owner);
  const { cashUusd, openOrders } = sumsOf(view, owner);
  const { actions: actionsLeft, cancels: cancelsLeft } = allowanceLeft(view, owner);
  const next = nextLimitsOf(view, owner);
  const { quotes, triggers, delayed } = ownedBy(view, owner);
  return {
    ...{ cashUusd, openOrders, quotes, triggers, delayed, actionsLeft, cancelsLeft },
    step: limitsOf(view, owner),
    ...(next === undefined ? {} : { next }),
    failureCost: accountsParams.get(view).failureCost,
  };
}

export const limitQueries: Readonly<Record<string, QueryHandler>> = {
  '/tenor.clob.v1.Query/Limits': query(
    pb.QueryLimitsRequest,
    pb.QueryLimitsResponse,
    (view, { owner }) => describe(view, owner),
  ),
};
