import { Validator, ValidatorSet } from '../../../proto/gen/tenor.staking.v1.ts';
import { Collection } from '../../store/collection.ts';
import { bytes, i64 } from '../../lib/keys.ts';
import { records } from '../../lib/records.ts';

const store = 'staking';

/** Validators by consensus address; power 0 means removed from the next set on. */
export const validators = new Collection({ ...records.validators, storage: 'proved' });
/** Signing sets by the height from which they are in force. */
export const sets = new Collection({
  store,
  prefix: 2,
  name: 'sets',
  key: i64,
  value: ValidatorSet,
  storage: 'proved',
});
/** Changes of this block, for its end. */
export const changed = new Collection({
  store,
  prefix: 3,
  name: 'changed',
  key: bytes(20),
  value: Validator,
  storage: 'proved',
});
