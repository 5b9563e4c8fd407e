import { Collection, Item } from '../../store/collection.ts';
import type { StorageClass } from '../../store/collection.ts';
import type { KeyPart } from '../../lib/keys.ts';
import { u64Value } from '../../lib/values.ts';
import type { ValueCodec } from '../../lib/values.ts';

const store = 'clob';

/** A collection of the module. */
export function kept<K, V>(
  storage: StorageClass,
  prefix: number,
  name: string,
  key: KeyPart<K>,
  value: ValueCodec<V>,
) {
  return new Collection<K, V>({ store, prefix, name, key, value, storage });
}

export function provedItem(prefix: number, name: string) {
  return new Item<bigint>({ store, prefix, name, value: u64Value, storage: 'proved' });
}

/** One that is rebuilt from others. */
export function derived<K, V>(prefix: number, name: string, key: KeyPart<K>) {
  const inMemory: ValueCodec<V> = {
    encode: () => new Uint8Array(0),
    decode() {
      throw new Error(`${store}/${name} has no bytes`);
    },
  };
  return kept('derived', prefix, name, key, inMemory);
}
