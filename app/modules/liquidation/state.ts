import { Flag } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { Collection, Item } from '../../store/collection.ts';
import { u64 } from '../../lib/keys.ts';
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
