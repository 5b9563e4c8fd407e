import { Bid, Flag } from '../../../proto/gen/tenor.liquidation.v1.ts';
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
/** The account under liquidation after which the next block's clearings go on; 0: the first. */
export const cleared = cursor(7, 'cleared');
