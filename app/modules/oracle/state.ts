import {
  ClosedWindow,
  FeedName,
  OpenTallies,
  OpenWindow,
  Proposer,
  ValidatorSources,
  ValidatorVotes,
  VoteBase,
} from '../../../proto/gen/tenor.oracle.v1.ts';
import { Collection, Item } from '../../store/collection.ts';
import { bytes, i64, tuple, u32, u64 } from '../../lib/keys.ts';
import { records as shared } from '../../lib/records.ts';
import { u64Value } from '../../lib/values.ts';

const store = 'oracle';

export const prices = new Collection({ ...shared.prices, storage: 'proved' });
export const surfaces = new Collection({ ...shared.surfaces, storage: 'proved' });
/** How each validator voted until the window under way, by consensus address. */
export const records = new Collection({
  store,
  prefix: 3,
  name: 'records',
  key: bytes(20),
  value: ValidatorVotes,
  storage: 'proved',
});
/** Forwards, surfaces and stablecoins, by kind, id and expiry; an index stands in its price. */
export const feeds = new Collection({ ...shared.feeds, storage: 'proved' });
/** What votes are told against, by height: of the last two. */
export const bases = new Collection({
  store,
  prefix: 5,
  name: 'bases',
  key: u64,
  value: VoteBase,
  storage: 'proved',
});
/** How each validator takes part in the window under way. Written at every block. */
export const openWindow = new Item<OpenWindow>({
  store,
  prefix: 6,
  name: 'openWindow',
  value: OpenWindow,
  storage: 'proved',
});
/** What its values are like. Written at every block that is looked at. */
export const openTallies = new Item<OpenTallies>({
  store,
  prefix: 7,
  name: 'openTallies',
  value: OpenTallies,
  storage: 'proved',
});
/** The last windows, by the height at which they began. */
export const windows = new Collection({
  store,
  prefix: 8,
  name: 'windows',
  // A chain that begins again at height 1 has windows from before it.
  key: i64,
  value: ClosedWindow,
  storage: 'proved',
});
/** What validators last said of their sources, by consensus address. */
export const sources = new Collection({
  store,
  prefix: 9,
  name: 'sources',
  key: bytes(20),
  value: ValidatorSources,
  storage: 'proved',
});
/** What each did as a proposer since they were last judged. Its own is written with its block. */
export const proposers = new Collection({
  store,
  prefix: 11,
  name: 'proposers',
  key: bytes(20),
  value: Proposer,
  storage: 'proved',
});
/** What each id stood for first, by kind, of feeds that governance has changed since. */
export const names = new Collection({
  store,
  prefix: 12,
  name: 'names',
  key: tuple<[number, number]>(u32, u32),
  value: FeedName,
  storage: 'proved',
});
/** Block time in ms until which a settlement window is open. */
export const settlementUntil = new Item({
  store,
  prefix: 10,
  name: 'settlementUntil',
  value: u64Value,
  storage: 'proved',
});
