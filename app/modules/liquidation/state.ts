import { Bid, Flag, Step } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { Collection, Item } from '../../store/collection.ts';
import { tuple, u32, u64 } from '../../lib/keys.ts';
import { u64Value } from '../../lib/values.ts';

const store = 'liquidation';

function cursor(prefix: number, name: string) {
  return new Item<bigint>({ store, prefix, name, value: u64Value, storage: 'proved' });
}

/** Subaccounts under liquidation. */
export const flags = new Collection<bigint, Flag>({
  store,
  prefix: 1,
  name: 'flags',
  key: u64,
  value: Flag,
  storage: 'proved',
});
/** The risky subaccount after which the next block's checks go on; 0: the first. */
export const checked = cursor(2, 'checked');
/** The flagged subaccount after which the next block's steps go on; 0: the first. */
export const reduced = cursor(3, 'reduced');
/** Blocks with auctions in which an underlying's prices could be acted on. */
export const ticks = new Collection<number, bigint>({
  store,
  prefix: 4,
  name: 'ticks',
  key: u32,
  value: u64Value,
  storage: 'proved',
});
export const nextVersion = cursor(5, 'nextVersion');
/** Bids by account under liquidation and bidder, until they are cleared. */
export const bids = new Collection<readonly [bigint, bigint], Bid>({
  store,
  prefix: 6,
  name: 'bids',
  key: tuple<[bigint, bigint]>(u64, u64),
  value: Bid,
  storage: 'proved',
});
/** What was done with accounts under liquidation, by account and sequence. */
export const steps = new Collection<readonly [bigint, bigint], Step>({
  store,
  prefix: 8,
  name: 'steps',
  key: tuple<[bigint, bigint]>(u64, u64),
  value: Step,
  storage: 'proved',
});
/** What is derived of them has the accounts by sequence: the oldest go first. */
export const stepQueue = new Collection<bigint, bigint>({
  store,
  prefix: 20,
  name: 'stepQueue',
  key: u64,
  value: u64Value,
  storage: 'derived',
});
export const nextStep = cursor(9, 'nextStep');
/** The account under liquidation after which the next block's clearings go on; 0: the first. */
export const cleared = cursor(7, 'cleared');
