import { Surface, ValidatorVotes } from '../../../proto/gen/tenor.oracle.v1.ts';
import { Collection } from '../../store/collection.ts';
import { bytes, u32 } from '../../lib/keys.ts';
import { records as shared } from '../../lib/records.ts';

const store = 'oracle';

export const prices = new Collection({ ...shared.prices, storage: 'proved' });
export const surfaces = new Collection({
  store,
  prefix: 2,
  name: 'surfaces',
  key: u32,
  value: Surface,
  storage: 'proved',
});
/** How each validator voted, by consensus address. */
export const records = new Collection({
  store,
  prefix: 3,
  name: 'records',
  key: bytes(20),
  value: ValidatorVotes,
  storage: 'proved',
});
