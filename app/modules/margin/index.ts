import { GenesisState } from '../../../proto/gen/tenor.margin.v1.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import type { Module } from '../../runtime/module.ts';
import { schemasOf } from '../../store/collection.ts';
import { invariants } from './invariants.ts';
import { withdraw } from './msgs/withdraw.ts';
import { setMarginMode } from './msgs/setMarginMode.ts';
import { params } from './params.ts';
import { queries } from './queries.ts';
import * as state from './state.ts';

export { accountMargin, bufferOf } from './account/accountMargin.ts';
export { describeMargin } from './account/describeMargin.ts';
export type { AccountMargin } from './account/accountMargin.ts';
export { bandOf, fillFee, fullFee, markUusdOf, whyNoBand } from './band.ts';
export { assertBidCash } from './bidCash.ts';
export type { Band } from './band.ts';
export { marginErrors } from './errors.ts';
export {
  assertOrderMargin,
  assertQuotesMargin,
  canFill,
  canHold,
  keepsReserve,
  maintenanceOf,
  marginOf,
  spareCash,
  staysCovered,
} from './judge/judge.ts';
export type { Fill } from './judge/judge.ts';
export type { Change, ExpiryKey, ExpiryLegs, Leg } from './inputs/legs.ts';
export { greeksOf, isMarkedFresh, markOf, priceAtVol } from './marks.ts';
export type { SeriesMark } from './marks.ts';
export {
  hasOpenOrders,
  openOrdersOf,
  ordersOnSide,
  releaseOrders,
  reservedOf,
  reserveOrder,
} from './openOrders.ts';
export { knownMaintenance } from './judge/knownMaintenance.ts';
export { breachSuspects, sweepCost } from './sweep/breachSuspects.ts';
export {
  emptyReserve,
  groupReserveOf,
  reservesAfter,
  storeReserve,
  withQuote,
  withQuotes,
} from './quotes/groupReserves.ts';
export type { QuotedSide, QuoteSide } from './quotes/groupReserves.ts';
export type { GroupReserve, OpenOrder } from './state.ts';
export { defaultMarginGenesis } from './params.ts';

export const marginModule: Module = {
  name: 'margin',
  schemas: schemasOf(state),
  msgs: [withdraw, setMarginMode],
  queries,
  genesis: genesisOf<GenesisState>({
    codec: GenesisState,
    check: (g) => (g.params === undefined ? 'params are missing' : params.wrong(g.params)),
    init: (ctx, g) => {
      params.set(ctx, g.params!);
    },
    export: (view) => ({ params: params.get(view) }),
  }),
  invariants,
  params,
};
