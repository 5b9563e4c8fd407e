import type { Module } from '../../runtime/module.ts';
import { schemasOf } from '../../store/collection.ts';
import { beginBlock, endBlock } from './block.ts';
import { genesis } from './genesis.ts';
import { invariants } from './invariants.ts';
import { batch } from './orders/msgs/batch.ts';
import { cancelAll } from './orders/msgs/cancelAll.ts';
import { cancelOrder } from './orders/msgs/cancelOrder.ts';
import { placeOrder } from './orders/msgs/placeOrder.ts';
import { replaceOrder } from './orders/msgs/replaceOrder.ts';
import { params } from './params.ts';
import { queries } from './queries.ts';
import { quoteMsgs } from './quotes/msgs/index.ts';
import * as auctionState from './auctions/state.ts';
import * as quoteState from './quotes/state.ts';
import { rebuild } from './rebuild.ts';
import * as state from './state.ts';
import { cancelTrigger } from './triggers/msgs/cancelTrigger.ts';
import { placeTrigger } from './triggers/msgs/placeTrigger.ts';

export { clobErrors } from './errors.ts';
export { placeLiquidationOrder } from './orders/match/liquidationOrder.ts';
export type { LiquidationOrder } from './orders/match/liquidationOrder.ts';
export { defaultClobGenesis } from './params.ts';
export { cancelAllOrders } from './orders/resting.ts';
export type { CancelReason } from './orders/reasons.ts';
export type { CancelFilter } from './orders/resting.ts';

export const clobModule: Module = {
  name: 'clob',
  schemas: [...schemasOf(state), ...schemasOf(quoteState), ...schemasOf(auctionState)],
  msgs: [
    ...[placeOrder, cancelOrder, cancelAll, replaceOrder, placeTrigger, cancelTrigger, batch],
    ...quoteMsgs,
  ],
  queries,
  genesis,
  invariants,
  params,
  rebuild,
  beginBlock,
  endBlock(ctx) {
    endBlock(ctx);
    return undefined;
  },
};
