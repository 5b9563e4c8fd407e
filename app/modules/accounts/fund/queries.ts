import * as pb from '../../../../proto/gen/tenor.accounts.v1.ts';
import { optionsParams } from '../../options/index.ts';
import { query } from '../../../runtime/module.ts';
import type { QueryHandler } from '../../../runtime/module.ts';
import { exitValue } from '../core/fundShares.ts';
import { fundOf, pausesWithdrawals, payableOf } from './fund.ts';
import { freeSharesOf, requestsOf, sharesOf } from './underwriting.ts';

const MILLION = 1_000_000n;

export const fundQueries: Readonly<Record<string, QueryHandler>> = {
  '/tenor.accounts.v1.Query/Funds': query(pb.QueryFundsRequest, pb.QueryFundsResponse, (view) => ({
    funds: optionsParams.get(view).underlyings.map(({ id, symbol }) => {
      const fund = fundOf(view, id);
      return {
        underlying: symbol,
        fund,
        payableUusd: payableOf(view, id),
        exitPriceUusd: exitValue(fund, MILLION),
        pausesWithdrawals: pausesWithdrawals(view, id),
      };
    }),
  })),
  '/tenor.accounts.v1.Query/Underwriting': query(
    pb.QueryUnderwritingRequest,
    pb.QueryUnderwritingResponse,
    (view, { owner }) => ({
      funds: optionsParams.get(view).underlyings.flatMap(({ id, symbol }) => {
        const fund = fundOf(view, id);
        const shares = sharesOf(view, owner, fund);
        if (shares === 0n) return [];
        return {
          underlying: symbol,
          shares: { underlyingId: id, owner, shares, epoch: fund.epoch },
          freeShares: freeSharesOf(view, owner, fund),
          valueUusd: exitValue(fund, shares),
        };
      }),
      requests: requestsOf(view, owner),
    }),
  ),
};
