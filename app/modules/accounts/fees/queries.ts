import * as pb from '../../../../proto/gen/tenor.accounts.v1.ts';
import { addressBytes } from '../../auth/index.ts';
import { query } from '../../../runtime/module.ts';
import type { QueryHandler } from '../../../runtime/module.ts';
import { params } from '../params.ts';
import { referrals } from '../state.ts';
import { feesOf, paidLately, tierOf } from './ownerFees.ts';

export const feeQueries: Readonly<Record<string, QueryHandler>> = {
  '/tenor.accounts.v1.Query/Fees': query(
    pb.QueryFeesRequest,
    pb.QueryFeesResponse,
    (view, { owner }) => {
      const { pastUusd: paidUusd, todayUusd } = paidLately(view, owner);
      const { feeTiers } = params.get(view);
      const tier = tierOf(view, owner);
      const next = feeTiers[tier + 1];
      const { referrer, receivedUusd } = feesOf(view, owner);
      return {
        ...{ paidUusd, todayUusd, tier, terms: feeTiers[tier]!, referrer, receivedUusd },
        owedUusd: referrals.get(view, addressBytes(owner)) ?? 0n,
        ...(next === undefined ? {} : { next }),
      };
    },
  ),
};
