import * as pb from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { mustSubaccountOf } from '../../accounts/index.ts';
import { query } from '../../../runtime/module.ts';
import type { QueryHandler } from '../../../runtime/module.ts';
import { steps } from '../state.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

export const stepQueries: Readonly<Record<string, QueryHandler>> = {
  '/tenor.liquidation.v1.Query/Steps': query(
    pb.QueryStepsRequest,
    pb.QueryStepsResponse,
    (view, { subaccountId, owner, number, after, limit }) => {
      const id = subaccountId === 0n ? mustSubaccountOf(view, owner, number).id : subaccountId;
      const most = limit === 0 ? DEFAULT_LIMIT : Math.min(limit, MAX_LIMIT);
      const found: pb.Step[] = [];
      for (const [[of, sequence], step] of steps.following(view, [id, after])) {
        if (of !== id) break;
        if (found.length === most) {
          return { steps: found, nextAfter: found.at(-1)!.sequence };
        }
        if (sequence > after) found.push(step);
      }
      return { steps: found, nextAfter: 0n };
    },
  ),
};
