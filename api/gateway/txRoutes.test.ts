import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import * as tx from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { startApi } from '../server.ts';
import type { Api } from '../server.ts';
import { gatewayJson } from './gatewayJson.ts';

let chain: TestChain;
let api: Api;

beforeAll(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 3; i++) await chain.block();
  api = await startApi({
    listen: '127.0.0.1:0',
    // Nobody listens there.
    rpc: 'http://127.0.0.1:1',
    query: (path, data, height) => chain.node.app.answer(path, data, height),
    chainId: () => 'tenor-test-1',
    logger: { error: () => undefined },
  });
});

afterAll(async () => {
  await api.close();
  await chain.close();
});

async function post(path: string, body: unknown) {
  const headers = { 'content-type': 'application/json', origin: 'https://wallet.example' };
  const response = await fetch(api.url + path, {
    ...{ method: 'POST', headers, body: JSON.stringify(body) },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const send = () => {
  const [from, to] = [chain.user('alice'), chain.user('bob')];
  const amount = [{ denom: 'uusd', amount: '5' }];
  return MsgSend.encode({ fromAddress: from.address, toAddress: to.address, amount });
};

/** A transaction as a wallet has it before anybody signed: no key, an empty signature. */
function unsigned(): Uint8Array {
  const message = { typeUrl: MsgSend.typeUrl, value: send() };
  const body = { messages: [message], memo: '', timeoutHeight: 0n, unordered: false };
  const single = { mode: 1 } as const;
  const authInfo = {
    signerInfos: [{ modeInfo: { single }, sequence: 0n }],
    fee: { amount: [], gasLimit: 0n, payer: '', granter: '' },
  };
  return tx.TxRaw.encode({
    ...{ bodyBytes: tx.TxBody.encode(body), authInfoBytes: tx.AuthInfo.encode(authInfo) },
    signatures: [new Uint8Array(0)],
  });
}

describe("the SDK's paths for transactions", () => {
  test('simulate what a wallet has not signed yet', async () => {
    const tx_bytes = Buffer.from(unsigned()).toString('base64');
    const { status, body } = await post('/cosmos/tx/v1beta1/simulate', { tx_bytes });
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        gas_info: {
          gas_wanted: expect.stringMatching(/^\d+$/),
          gas_used: expect.stringMatching(/^\d{4,}$/),
        },
      }),
    ]);
  });

  test.each([
    ['no body', '/cosmos/tx/v1beta1/simulate', null],
    ['no tx_bytes', '/cosmos/tx/v1beta1/simulate', {}],
    ['tx_bytes that are no base64', '/cosmos/tx/v1beta1/simulate', { tx_bytes: '§' }],
    ['tx_bytes that are no transaction', '/cosmos/tx/v1beta1/simulate', { tx_bytes: 'AAAA' }],
    ['a mode that waits', '/cosmos/tx/v1beta1/txs', { tx_bytes: 'AAAA', mode: 1 }],
    ['an unknown mode', '/cosmos/tx/v1beta1/txs', { tx_bytes: 'AAAA', mode: 'SOON' }],
  ])("refuse %s in the gateway's shape", async (_name, path, asked) => {
    const { status, body } = await post(path, asked);
    expect([status, body]).toEqual([400, { code: 3, message: expect.any(String), details: [] }]);
  });

  test('say that the engine is silent when a transaction cannot be handed on', async () => {
    const asked = { tx_bytes: 'AAAA', mode: 'BROADCAST_MODE_SYNC' };
    const { status, body } = await post('/cosmos/tx/v1beta1/txs', asked);
    expect([status, body['code']]).toEqual([503, 14]);
  });

  test('refuse the hash of nothing', async () => {
    const response = await fetch(`${api.url}/cosmos/tx/v1beta1/txs/beef`);
    expect([response.status, await response.json()]).toEqual([
      400,
      { code: 3, message: expect.stringContaining('64 hexadecimal'), details: [] },
    ]);
  });
});

describe("the gateway's JSON", () => {
  test('shows what an Any holds, names in snake_case, numbers as text', () => {
    const body = tx.TxBody.encode({
      messages: [{ typeUrl: MsgSend.typeUrl, value: send() }],
      ...{ memo: 'hi', timeoutHeight: 7n, unordered: false },
    });
    const { address } = chain.user('alice');
    expect(gatewayJson(tx.TxBody, tx.TxBody.decode(body))).toEqual({
      messages: [
        {
          '@type': '/cosmos.bank.v1beta1.MsgSend',
          from_address: address,
          to_address: chain.user('bob').address,
          amount: [{ denom: 'uusd', amount: '5' }],
        },
      ],
      memo: 'hi',
      timeout_height: '7',
      unordered: false,
      timeout_timestamp: null,
    });
  });

  test('leaves what it does not know in base64', () => {
    const any = { typeUrl: '/other.Msg', value: new Uint8Array([1, 2]) };
    const bytes = { messages: [any], memo: '', timeoutHeight: 0n, unordered: false };
    expect(gatewayJson(tx.TxBody, bytes)).toMatchObject({
      messages: [{ '@type': '/other.Msg', value: 'AQI=' }],
    });
  });
});
