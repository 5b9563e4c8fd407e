import type { Binary } from '../../lib/bytes.ts';
import { Collection, Item } from '../../store/collection.ts';
import { i64, lastText, tuple, u32, u64 } from '../../lib/keys.ts';
import type { KeyPart } from '../../lib/keys.ts';
import { records } from '../../lib/records.ts';
import { u64Value } from '../../lib/values.ts';
import type { ValueCodec } from '../../lib/values.ts';

const store = 'options';

function derived<K, V>(prefix: number, name: string, key: KeyPart<K>) {
  const inMemory: ValueCodec<V> = {
    encode: () => new Uint8Array(0),
    decode() {
      throw new Error(`${store}/${name} has no bytes`);
    },
  };
  return new Collection<K, V>({ store, prefix, name, key, value: inMemory, storage: 'derived' });
}

/** An underlying, Unix seconds and a series. */
type ExpirySeries = readonly [number, bigint, bigint];
type TimeFirst = readonly [bigint, number];
const underExpiry = tuple<[number, bigint, bigint]>(u32, i64, u64);
const timeFirst = tuple<[bigint, number]>(i64, u32);

export const series = new Collection({ ...records.series, storage: 'proved' });
export const expiries = new Collection({ ...records.expiries, storage: 'proved' });
export const samples = new Collection({ ...records.samples, storage: 'proved' });
export const nextSeriesId = new Item({
  ...{ store, prefix: 4, name: 'nextSeriesId' },
  value: u64Value,
  storage: 'proved',
});

/** The minute in which strikes by delta were last listed, by underlying. */
export const deltaListings = new Collection<number, bigint>({
  ...{ store, prefix: 5, name: 'deltaListings', key: u32 },
  value: u64Value,
  storage: 'proved',
});

export const settledPrices = new Collection({ ...records.settledPrices, storage: 'proved' });

/** By symbol. */
export const seriesIds = derived<string, bigint>(20, 'seriesIds', lastText);
export const seriesByExpiry = derived<ExpirySeries, true>(21, 'seriesByExpiry', underExpiry);
/** Expiries that are not settled, in order of time. */
export const liveKeys = derived<TimeFirst, true>(22, 'liveKeys', timeFirst);
/** Longs over all series of an underlying, in 1e-4 contracts. */
export const interest = derived<number, bigint>(23, 'interest', u32);

/** Until a time, and while the index stays inside, an underlying needs no listing. */
export interface Quiet {
  /** Inclusive. */
  readonly fromUusd: bigint;
  /** Exclusive, as the time. */
  readonly toUusd: bigint;
  readonly untilMs: number;
}
export const quiet = derived<number, Quiet>(24, 'quiet', u32);

export function expiryParts(underlyingId: number, expirySeconds: bigint): Binary {
  return records.expiries.key.write([underlyingId, expirySeconds]);
}
