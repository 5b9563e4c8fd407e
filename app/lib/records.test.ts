import { expect, test } from '@jest/globals';
import { createRegistry } from '../modules/index.ts';
import { fromBinary } from './bytes.ts';
import { recordKey, records } from './records.ts';

const owner = Uint8Array.from({ length: 20 }, (_, i) => i);

test('every record that clients know is a collection of its module, in the app hash', () => {
  const { schemas } = createRegistry();
  for (const record of Object.values(records)) {
    const { store, prefix, name, key, value } = record;
    const found = schemas.filter((s) => s.store === store && s.prefix === prefix);
    expect(found).toMatchObject([{ name, key, value }]);
    expect(['proved', 'paged']).toContain(found[0]!.storage);
  }
});

test('keys are what outside programs were told', () => {
  const hex = (key: string) => fromBinary(key).toString('hex');
  const ownerHex = `14${Buffer.from(owner).toString('hex')}`;
  expect(hex(recordKey(records.balances, [owner, 'uusd']))).toBe(`02${ownerHex}75757364`);
  expect(hex(recordKey(records.subaccountIds, [owner, 3]))).toBe(`07${ownerHex}00000003`);
  expect(hex(recordKey(records.subaccounts, 9n))).toBe('010000000000000009');
  expect(hex(recordKey(records.positions, [9n, 258n]))).toBe('0200000000000000090000000000000102');
  // Signed 64-bit numbers have their sign bit flipped, so that they sort.
  expect(hex(recordKey(records.expiries, [1, 1_798_358_400n]))).toBe('0200000001800000006b30c580');
  expect(hex(recordKey(records.optionsParams, null))).toBe('ff');
});
