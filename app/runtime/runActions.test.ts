import { beforeEach, expect, test } from '@jest/globals';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { TxMsgData } from '../../proto/gen/cosmos.base.abci.v1beta1.ts';
import { accountsParams } from '../modules/accounts/index.ts';
import { codeOf, Execution } from '../../test/harness/execution.ts';
import { anyOf } from '../../test/harness/keys.ts';
import { depositMsg } from '../../test/harness/trading.ts';
import { isCancel } from './tx.ts';
import type { Tx } from './tx.ts';
import { drawOf, gasWantedOf } from './allowance.ts';
import { readTx } from './readTx.ts';
import { runtimeParams } from './coreModule.ts';

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
  for (let i = 0; i < 7; i++) chain.block();
  expect(codeOf(chain.run(chain.sign(chain.alice, [depositMsg(chain.alice, 200)], {})))).toBe('/0');
});

const cancel = { cancel: { sender: '', subaccount: 0, orderId: 9n, clientOrderId: '' } };
const replace: clob.BatchAction = {
  replace: {
    ...{ sender: '', subaccount: 0, orderId: 9n, clientOrderId: '' },
    ...{ priceUusd: 0n, quantity: 100n },
  },
};
const signed = (...batches: clob.BatchAction[][]) =>
  chain.sign(
    chain.alice,
    batches.map((actions) =>
      anyOf(clob.MsgBatch, { sender: chain.alice.address, subaccount: 0, actions }),
    ),
    { fee: [], gasLimit: 0n },
  );
const read = (...batches: clob.BatchAction[][]) =>
  readTx(signed(...batches), chain.router, runtimeParams.get(chain.view)).content as Tx;

test('the actions of a batch count, not the batch', () => {
  const mixed = read([cancel, replace, cancel]);
  expect(drawOf(mixed, chain.alice.address)).toEqual({ actions: 1, cancels: 2 });
  expect(gasWantedOf(mixed)).toBe(65_000);
  expect(isCancel(mixed)).toBe(false);
  expect(isCancel(read([cancel, cancel], [cancel]))).toBe(true);
});

test('a transaction does as many actions as it may have messages, however they come', () => {
  const many = Array<clob.BatchAction>(60).fill(cancel);
  expect(chain.refusal(signed(many, many))).toBe('sdk/18');
});

test('what wants more gas than a transaction may have is refused at once', () => {
  const { sender, subaccount } = cancel.cancel;
  const all = { sender, subaccount, series: '', underlying: '', expirySeconds: 0n };
  const many = Array<clob.BatchAction>(81).fill({ cancelAll: all });
  expect(chain.refusal(signed(many))).toBe('sdk/11');
});

test('refused actions are told one by one, and cost as much more as any failure', () => {
  chain.wait(600_000);
  const answer = chain.run(signed([cancel], [replace, cancel]));
  expect(codeOf(answer)).toBe('/0');
  expect(answer.log.split('\n').map((line) => line.split(' ').slice(0, 2))).toEqual([
    ...[
      ['0.0', 'clob/11'],
      ['1.0', 'clob/11'],
      ['1.1', 'clob/11'],
    ],
  ]);
  const [, second] = TxMsgData.decode(answer.data).msgResponses;
  expect(clob.MsgBatchResponse.decode(second!.value).results).toEqual(
    Array(2).fill({ codespace: 'clob', code: 11 }),
  );
  // Ten actions were saved up; one that failed took five.
  expect(accountsParams.get(chain.view).failureCost).toBe(5);
  const five = Array<clob.BatchAction>(5).fill(replace);
  expect(chain.refusal(signed([...five, replace]))).toBe('runtime/2');
  expect(codeOf(chain.run(signed(five)))).toBe('/0');
});
