import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BaseAccount } from '../proto/gen/cosmos.auth.v1beta1.ts';
import { AuthInfo, TxRaw } from '../proto/gen/cosmos.tx.v1beta1.ts';
import { Params } from '../proto/gen/tenor.runtime.v1.ts';
import { queries } from '../client/queries.ts';
import { exitCodes } from './errors.ts';
import { FakeNode, Place } from './fixture.ts';
import { publicKeyOf, secretOfMnemonic } from './keyring/secret.ts';

const mnemonic =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const alice = await publicKeyOf(await secretOfMnemonic(mnemonic));
const CANCEL = 'order cancel 9 --from alice';

let node: FakeNode;
let place: Place;
beforeEach(async () => {
  place = new Place();
  node = new FakeNode();
  const account = { address: alice.address, accountNumber: 3n, sequence: 8n };
  const params = Params.encode({
    ...{ authority: '', maxTxGas: 0n, maxTxBytes: 0, maxMsgs: 0, maxMemoBytes: 0 },
    ...{
      maxUnorderedTtlSeconds: 0,
      maxBlockGas: 0n,
      maxBlockBytes: 0n,
      gasPrices: [{ denom: 'utenor', pricePpm: 1_000n }],
    },
  });
  node
    .answer(queries.account, () => ({
      account: { typeUrl: BaseAccount.typeUrl, value: BaseAccount.encode(account) },
    }))
    .answer(queries.simulate, () => ({ gasInfo: { gasWanted: 0n, gasUsed: 10_000n } }))
    .answer(queries.params, () => ({ module: 'runtime', typeUrl: '', params }))
    .answer(queries.balances, () => ({ balances: [{ denom: 'utenor', amount: '50' }] }));
  const name = { name: 'alice', address: alice.address, mnemonic };
  place.addTestnet('tenor-local-1', await node.listen(), [name]);
});
afterEach(async () => {
  await node.close();
  place.remove();
});

const feesPaid = () =>
  node.broadcasts.map((b) => AuthInfo.decode(TxRaw.decode(b).authInfoBytes).fee!.amount);

describe('a message that is free for others', () => {
  it('is sent with a fee once the chain says that this account pays gas', async () => {
    node.admissions.push({ code: 9, codespace: 'runtime', log: 'send it with a fee' });
    expect((await place.run(CANCEL)).exitCode).toBe(exitCodes.ok);
    expect(feesPaid()).toEqual([[], [{ denom: 'utenor', amount: '13' }]]);
  });

  it('is not paid for without being asked where an allowance is used up', async () => {
    node.admissions.push({ code: 2, codespace: 'runtime', log: 'wait a moment' });
    const { exitCode, stderr } = await place.run(CANCEL);
    expect([exitCode, stderr]).toEqual([exitCodes.refused, expect.stringContaining('wait')]);
    expect(feesPaid()).toEqual([[]]);
  });
});
