import { Collection } from '../store/collection.ts';
import type { ValueCodec } from '../store/collection.ts';
import { address, lastText, tuple } from '../store/keys.ts';
import { assert } from '../lib/assert.ts';

const store = 'bank';

/** A decimal integer as text, as the Cosmos SDK stores balances. */
const decimal: ValueCodec<bigint> = {
  encode(value) {
    assert(value >= 0n, 'a balance below zero');
    return Buffer.from(value.toString(), 'ascii');
  },
  decode: (bytes) => BigInt(Buffer.from(bytes).toString('ascii')),
};

/** Key as in the Cosmos SDK: 0x02 ‖ length ‖ address ‖ denom. Zero balances are not stored. */
export const balances = new Collection({
  store,
  prefix: 2,
  name: 'balances',
  key: tuple(address, lastText),
  value: decimal,
  storage: 'proved',
});
export const supplies = new Collection({
  store,
  prefix: 3,
  name: 'supplies',
  key: lastText,
  value: decimal,
  storage: 'proved',
});
