import {
  FeedState,
  Surface,
  ValidatorVotes,
  VoteBase,
} from '../../../proto/gen/tenor.oracle.v1.ts';
import { Collection } from '../../store/collection.ts';
import { bytes, i64, tuple, u32, u64 } from '../../lib/keys.ts';
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
/** Forwards, surfaces and stablecoins, by kind, id and expiry; an index stands in its price. */
export const feeds = new Collection({
  store,
  prefix: 4,
  name: 'feeds',
  key: tuple<[number, number, bigint]>(u32, u32, i64),
  value: FeedState,
  storage: 'proved',
});
/** What votes are told against, by height: of the last two. */
export const bases = new Collection({
  store,
  prefix: 5,
  name: 'bases',
  key: u64,
  value: VoteBase,
  storage: 'proved',
});
