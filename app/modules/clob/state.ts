import {
  BookInfo,
  DelayedOrder,
  EndedBlock,
  Trade,
  Trigger,
} from '../../../proto/gen/tenor.clob.v1.ts';
import type { EndedOrder } from '../../../proto/gen/tenor.clob.v1.ts';
import { Collection } from '../../store/collection.ts';
import { address, i64, lastText, tuple, u32, u64 } from '../../lib/keys.ts';
import { records } from '../../lib/records.ts';
import { derived, kept, provedItem } from './collections.ts';

type ClientId = readonly [bigint, string];
type ExpirySeries = readonly [bigint, bigint];

/** The books: by series, then page. What a page holds is told in core/pages.ts. */
export const pages = new Collection({ ...records.bookPages, storage: 'paged' });
/** Resting orders: what the book does not say of them. */
export const orders = new Collection({ ...records.orders, storage: 'proved' });
/** Series that have a book. */
export const infos = kept('proved', 3, 'infos', u64, BookInfo);
/** The last trades. */
export const trades = kept('proved', 4, 'trades', u64, Trade);
export const nextOrderId = provedItem(5, 'nextOrderId');
export const nextTradeId = provedItem(6, 'nextTradeId');

/** Orders that ended, by block, under how many had ended before. */
export const endedBlocks = kept('proved', 7, 'endedBlocks', u64, EndedBlock);

/** Orders that wait for a price. */
export const triggers = kept('proved', 8, 'triggers', u64, Trigger);
export const nextTriggerId = provedItem(9, 'nextTriggerId');

/** The price at which the next block goes on; 0 when the last one looked at all of them. */
export const triggerCursor = provedItem(10, 'triggerCursor');

/** Orders that would take, until the end of the next block. */
export const delayed = kept('proved', 11, 'delayed', u64, DelayedOrder);

/** Place in time of the next order that comes to rest, in whichever book. */
export const nextSequence = provedItem(12, 'nextSequence');

/** Resting orders by subaccount and the client's id. */
export const clientIds = derived<ClientId, bigint>(
  20,
  'clientIds',
  tuple<[bigint, string]>(u64, lastText),
);
/** Series with a book by expiry: the first is the next to be purged. */
export const expiring = derived<ExpirySeries, true>(
  21,
  'expiring',
  tuple<[bigint, bigint]>(i64, u64),
);

/** Orders that ended, by id. */
export const ended = derived<bigint, EndedOrder>(22, 'ended', u64);

/** Orders that ended, by subaccount and the client's id. */
export const endedClientIds = derived<ClientId, bigint>(
  24,
  'endedClientIds',
  tuple<[bigint, string]>(u64, lastText),
);

/** Resting orders that are good until a time, by that time. */
export const timed = derived<ExpirySeries, true>(25, 'timed', tuple<[bigint, bigint]>(i64, u64));

type TriggerLevel = readonly [bigint, number, bigint, bigint];

/** Triggers by what they wait for (`priceKey`), whether above or below, rank of level, and id. */
export const triggerLevels = derived<TriggerLevel, true>(
  26,
  'triggerLevels',
  tuple<[bigint, number, bigint, bigint]>(u64, u32, u64, u64),
);

export const triggersOfSubaccount = derived<readonly [bigint, bigint], true>(
  27,
  'triggersOfSubaccount',
  tuple<[bigint, bigint]>(u64, u64),
);

/** Triggers by the expiry of their series. */
export const triggerExpiries = derived<ExpirySeries, true>(
  28,
  'triggerExpiries',
  tuple<[bigint, bigint]>(i64, u64),
);

/** What reserves nothing by itself, of all subaccounts of an owner. */
export interface Owned {
  readonly quotes: number;
  readonly triggers: number;
  /** Orders that wait for the end of the next block. */
  readonly delayed: number;
}
/** By address. */
export const owned = derived<Uint8Array, Owned>(29, 'owned', address);

type VolKey = readonly [bigint, number, bigint, bigint, bigint];
const volKey = tuple<[bigint, number, bigint, bigint, bigint]>(u64, u32, u64, i64, u64);
/** Orders by volatility outside the book: by series, side, how good it is, height and id. */
export const volWaiting = derived<VolKey, true>(40, 'volWaiting', volKey);
/** Those that rest in the book at their bounds, by how good that is. */
export const volParked = derived<VolKey, true>(41, 'volParked', volKey);
/** How many there are, by series and side. */
export const volCounts = derived<readonly [bigint, number], number>(
  42,
  'volCounts',
  tuple<[bigint, number]>(u64, u32),
);

/** Orders that wait for the end of the next block, by subaccount and the client's id. */
export const delayedClientIds = derived<ClientId, bigint>(
  43,
  'delayedClientIds',
  tuple<[bigint, string]>(u64, lastText),
);

/** How many wait so: under 0, while there are any. */
export const delayedCount = derived<number, number>(44, 'delayedCount', u32);
