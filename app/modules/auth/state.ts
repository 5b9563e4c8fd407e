import { BaseAccount } from '../../../proto/gen/cosmos.auth.v1beta1.ts';
import { Bucket } from '../../../proto/gen/tenor.auth.v1.ts';
import { Collection, Item } from '../../store/collection.ts';
import { address, tuple, u64 } from '../../lib/keys.ts';
import { present, u64Value } from '../../lib/values.ts';

const store = 'auth';

export const accounts = new Collection({
  store,
  prefix: 1,
  name: 'accounts',
  key: address,
  value: BaseAccount,
  storage: 'proved',
});
export const nextAccountNumber = new Item({
  store,
  prefix: 2,
  name: 'nextAccountNumber',
  value: u64Value,
  storage: 'proved',
});
/** Unordered transactions by (timeout in ns, signer), until the timeout has passed. */
export const nonces = new Collection({
  store,
  prefix: 3,
  name: 'nonces',
  key: tuple(u64, address),
  value: present,
  storage: 'proved',
});
export const buckets = new Collection({
  store,
  prefix: 4,
  name: 'buckets',
  key: address,
  value: Bucket,
  storage: 'proved',
});
