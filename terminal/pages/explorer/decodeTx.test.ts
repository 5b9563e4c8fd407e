import { expect, test } from '@jest/globals';
import { UserKey } from '../../../test/harness/keys.ts';
import { depositMsg, orderMsg, Side } from '../../../test/harness/trading.ts';
import { decodeTx } from './decodeTx.ts';

test('a transaction is read to the fields of its messages that say something', () => {
  const user = new UserKey('alice', new Uint8Array(32).fill(7));
  const order = { series: 'BTC-27DEC26-64000-C', size: 0.5, price: 1_200, side: Side.SIDE_BUY };
  const signed = user.signTx([depositMsg(user, 500), orderMsg(user, order)], {
    ...{ chainId: 'tenor-1', accountNumber: 1n, sequence: 0n, memo: 'hello' },
  });
  const read = decodeTx(signed)!;
  expect([read.memo, read.isUnordered]).toEqual(['hello', false]);
  expect(read.messages.map(({ name }) => name)).toEqual(['MsgDeposit', 'MsgPlaceOrder']);
  const fields = Object.fromEntries(read.messages[1]!.fields);
  expect(fields).toMatchObject({ series: 'BTC-27DEC26-64000-C', quantity: '5000' });
  expect(fields).toMatchObject({ priceUusd: '1200000000', sender: user.address });
  expect(fields).not.toHaveProperty('clientOrderId');
});

test('bytes that are no transaction are none', () => {
  expect(decodeTx(new Uint8Array([1, 2, 3]))).toBeNull();
  expect(decodeTx(new Uint8Array(0))).toBeNull();
});
