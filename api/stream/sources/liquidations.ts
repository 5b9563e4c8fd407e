import * as liquidation from '../../../proto/gen/tenor.liquidation.v1.ts';
import { toJson } from '../../../proto/json.ts';
import type { Json } from '../../../proto/json.ts';
import { withoutNulls } from '../mergePatch.ts';
import type { JsonObject } from '../mergePatch.ts';
import type { Source } from '../source.ts';

const PAGE = 200;
/** Accounts under liquidation that are shown, by id. */
const FLAGS_MAX = 2_000;

const EVENTS = new Set([
  ...['liquidation_flagged', 'liquidation_step', 'liquidation_released', 'auction'],
  ...['liquidation_bid', 'auction_cleared', 'deleveraged', 'loss_shared', 'deficit', 'fund_paid'],
]);

/** Accounts under liquidation with their auctions, by id, and what happens to them. */
export const liquidationsSource: Source = {
  read: (reader) => {
    const flags: JsonObject = {};
    const deficits: JsonObject = {};
    let after = 0n;
    for (let seen = 0; seen < FLAGS_MAX; seen += PAGE) {
      const page = reader.ask(
        '/tenor.liquidation.v1.Query/Liquidations',
        liquidation.QueryLiquidationsRequest,
        liquidation.QueryLiquidationsResponse,
        { page: { after, limit: PAGE } },
      );
      for (const flag of page.flags) flags[String(flag.subaccountId)] = withoutNulls(toJson(flag));
      for (const deficit of page.deficits) deficits[String(deficit.subaccountId)] = toJson(deficit);
      if (page.nextAfter === undefined) break;
      after = page.nextAfter;
    }
    return { flags, deficits };
  },
  follows: { touched: () => false, everyBlock: true },
  events: ({ events }) => {
    const ours = events.filter(({ event }) => EVENTS.has(event));
    return ours.length === 0 ? undefined : { events: ours as unknown as Json[] };
  },
};
