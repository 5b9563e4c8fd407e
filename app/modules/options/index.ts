import { indexOf } from '../oracle/index.ts';
import type { Module } from '../../runtime/module.ts';
import { schemasOf } from '../../store/collection.ts';
import { beginBlock, forgetRemoved } from './block.ts';
import { genesis } from './genesis.ts';
import { invariants } from './invariants.ts';
import { deltasAt } from './liveSmile.ts';
import { paramsSpec } from './params.ts';
import { queries } from './queries.ts';
import { rebuild } from './records.ts';
import * as state from './state.ts';

export { closeExpiry, closingBudget, recordPaidOut, settlingExpiries } from './closing.ts';
export { priceOf } from './records.ts';
export { defaultOptionsGenesis, defaultOptionsParams } from './defaults.ts';
export type { OptionsPreset } from './defaults.ts';
export { optionsErrors } from './errors.ts';
export * from './instruments.ts';
export { adjustOpenInterest, refusalOfInterest } from './openInterest.ts';
export { params as optionsParams } from './params.ts';
export { outgrownSeries, removeSeries } from './pruning.ts';

export const optionsModule: Module = {
  name: 'options',
  schemas: schemasOf(state),
  msgs: [],
  queries,
  genesis,
  invariants,
  params: paramsSpec,
  rebuild,
  beginBlock: (ctx) => {
    beginBlock(ctx, indexOf, deltasAt);
    forgetRemoved(ctx);
  },
};
