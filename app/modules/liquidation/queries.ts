import * as pb from '../../../proto/gen/tenor.liquidation.v1.ts';
import { deficitOf } from '../accounts/index.ts';
import { query } from '../../runtime/module.ts';
import type { QueryHandler } from '../../runtime/module.ts';
import { auctionQueries } from './auction/queries.ts';
import { stepQueries } from './history/queries.ts';
import { flags } from './state.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

export const queries: Readonly<Record<string, QueryHandler>> = {
  ...auctionQueries,
  ...stepQueries,
  '/tenor.liquidation.v1.Query/Liquidations': query(
    pb.QueryLiquidationsRequest,
    pb.QueryLiquidationsResponse,
    (view, { page }) => {
      const wanted = page?.limit ?? 0;
      const limit = wanted === 0 ? DEFAULT_LIMIT : Math.min(wanted, MAX_LIMIT);
      const found: pb.Flag[] = [];
      let nextAfter: bigint | undefined;
      for (const [, flag] of flags.following(view, page?.after ?? 0n)) {
        if (found.length === limit) {
          nextAfter = found.at(-1)!.subaccountId;
          break;
        }
        found.push(flag);
      }
      const deficits = found.flatMap(({ subaccountId }) => deficitOf(view, subaccountId) ?? []);
      return { flags: found, deficits, nextAfter };
    },
  ),
};
