import * as pb from '../../../proto/gen/tenor.accounts.v1.ts';
import { defined } from '../../lib/assert.ts';
import { seriesById } from '../options/index.ts';
import { query } from '../../runtime/module.ts';
import type { QueryHandler } from '../../runtime/module.ts';
import { feeQueries } from './fees/index.ts';
import { fundQueries } from './fund/queries.ts';
import { positionsOf } from './positions.ts';
import { mustSubaccountOf, subaccountsOf } from './subaccounts.ts';

export const queries: Readonly<Record<string, QueryHandler>> = {
  ...fundQueries,
  ...feeQueries,
  '/tenor.accounts.v1.Query/Subaccount': query(
    pb.QuerySubaccountRequest,
    pb.QuerySubaccountResponse,
    (view, { owner, number }) => {
      const subaccount = mustSubaccountOf(view, owner, number);
      const positions = positionsOf(view, subaccount.id).map((position) => {
        const series = defined(seriesById(view, position.seriesId), 'the series of a position');
        return { symbol: series.symbol, position };
      });
      return { subaccount, positions };
    },
  ),
  '/tenor.accounts.v1.Query/Subaccounts': query(
    pb.QuerySubaccountsRequest,
    pb.QuerySubaccountsResponse,
    (view, { owner }) => ({ subaccounts: subaccountsOf(view, owner) }),
  ),
};
