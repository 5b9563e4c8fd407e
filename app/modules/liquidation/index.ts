import type { Module } from '../../runtime/module.ts';
import { schemasOf } from '../../store/collection.ts';
import { tick } from './auction/auction.ts';
import { clearAuctions } from './auction/clearBids.ts';
import { bidLiquidation } from './auction/msgs/bidLiquidation.ts';
import { blockRules } from './blockRules.ts';
import { flagBreaches } from './flagging.ts';
import { genesis } from './genesis.ts';
import { keepSteps } from './history/keepSteps.ts';
import { invariants } from './invariants.ts';
import { params } from './params.ts';
import { queries } from './queries.ts';
import { rebuild } from './rebuild.ts';
import { reduceFlagged } from './reduceFlagged.ts';
import * as state from './state.ts';

export { defaultLiquidationGenesis, defaultLiquidationParams } from './params.ts';

export const liquidationModule: Module = {
  name: 'liquidation',
  schemas: schemasOf(state),
  msgs: [bidLiquidation],
  queries,
  genesis,
  invariants,
  params,
  rebuild,
  endBlock(ctx) {
    const rules = blockRules(ctx);
    const first = ctx.events.length;
    tick(ctx, rules);
    const breaches = flagBreaches(ctx, rules);
    reduceFlagged(ctx, rules);
    clearAuctions(ctx, rules);
    keepSteps(ctx, first, breaches, rules);
    return undefined;
  },
};
