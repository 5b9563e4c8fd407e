import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import * as tx from '../../proto/gen/cosmos.tx.v1beta1.ts';
import { operatorText } from '../services/bech32.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { UserKey } from '../../test/harness/keys.ts';
import { startApi } from '../server.ts';
import type { Api } from '../server.ts';
import { restRoutes } from './routes.ts';

type Json = Record<string, unknown>;

let chain: TestChain;
let api: Api;
const faults: object[] = [];

beforeAll(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 3; i++) await chain.block();
  api = await startApi({
    listen: '127.0.0.1:0',
    // Nobody listens there.
    rpc: 'http://127.0.0.1:1',
    query: (path, data, height) => chain.node.app.answer(path, data, height),
    chainId: () => 'tenor-test-1',
    logger: { error: (fields) => faults.push(fields) },
  });
});

afterAll(async () => {
  await api.close();
  await chain.close();
});

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(api.url + path, { headers });
  const body = (await response.json()) as Json;
  return { status: response.status, headers: response.headers, body };
}

async function post(path: string, body: string, type = 'application/json') {
  const headers = { 'content-type': type, origin: 'https://wallet.example' };
  const response = await fetch(api.url + path, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Json };
}

const refused = (code: number, message: unknown = expect.any(String)) => ({
  ...{ code, message, details: [] },
});

const BANK = '/cosmos/bank/v1beta1';
const AUTH = '/cosmos/auth/v1beta1';
const STAKING = '/cosmos/staking/v1beta1';
const SIMULATE = '/cosmos/tx/v1beta1/simulate';

describe('answers are as the SDK gateway writes them', () => {
  test('balances, by page', async () => {
    const { address } = chain.user('alice');
    const coins = [
      { denom: 'utenor', amount: '10000000000' },
      { denom: 'uusd', amount: '1000000000000' },
    ];
    const all = await get(`${BANK}/balances/${address}`);
    expect(all.body).toEqual({ balances: coins, pagination: { next_key: null, total: '2' } });
    const page = `${BANK}/balances/${address}?pagination.limit=1`;
    const first = await get(`${page}&pagination.count_total=true`);
    const { next_key: key } = first.body['pagination'] as { next_key: string };
    expect(first.body).toEqual({
      ...{ balances: coins.slice(0, 1), pagination: { next_key: key, total: '2' } },
    });
    const next = await get(`${page}&pagination.key=${encodeURIComponent(key)}`);
    expect(next.body).toEqual({
      ...{ balances: coins.slice(1), pagination: { next_key: null, total: '0' } },
    });
    const one = await get(`${BANK}/balances/${address}/by_denom?denom=uusd`);
    expect(one.body).toEqual({ balance: coins[1] });
    const reversed = await get(`${page}&pagination.reverse=true`);
    expect(reversed.body['balances']).toEqual(coins.slice(1));
  });

  test('accounts, with what an Any holds beside its type', async () => {
    const { address } = chain.user('alice');
    const { body } = await get(`${AUTH}/accounts/${address}/`);
    const account = { address, pub_key: null, account_number: '0', sequence: '0' };
    expect(body).toEqual({
      account: {
        '@type': '/cosmos.auth.v1beta1.BaseAccount',
        ...account,
        account_number: expect.stringMatching(/^\d+$/),
      },
    });
    const listed = await get(`${AUTH}/accounts?pagination.limit=2&pagination.countTotal=1`);
    expect(listed.body).toEqual({
      accounts: [expect.any(Object), expect.any(Object)],
      pagination: { next_key: expect.any(String), total: expect.stringMatching(/^[1-9]/) },
    });
  });

  test('validators, with decimals that have a point, and times', async () => {
    const { body } = await get(`${STAKING}/validators?status=BOND_STATUS_BONDED`);
    const [first] = body['validators'] as Json[];
    expect(first).toMatchObject({
      operator_address: expect.stringMatching(/^tenorvaloper1/),
      consensus_pubkey: { '@type': '/cosmos.crypto.ed25519.PubKey', key: expect.any(String) },
      status: 'BOND_STATUS_BONDED',
      tokens: '100000000',
      delegator_shares: '100000000.000000000000000000',
      commission: { commission_rates: { rate: '0.000000000000000000' } },
      unbonding_time: '1970-01-01T00:00:00Z',
    });
    const { operator_address: operator } = first as { operator_address: string };
    const one = await get(`${STAKING}/validators/${operator}`);
    expect(one.body['validator']).toEqual(first);
    const none = await get(`${STAKING}/validators?status=BOND_STATUS_UNBONDED`);
    expect(none.body['validators']).toEqual([]);
    expect((await get(`${STAKING}/pool`)).body).toEqual({
      pool: { not_bonded_tokens: '0', bonded_tokens: '400000000' },
    });
    const { params } = (await get(`${STAKING}/params`)).body as { params: Json };
    expect(params).toMatchObject({
      ...{ bond_denom: 'utenor', unbonding_time: expect.stringMatching(/^\d+s$/) },
    });
  });

  test('of the height that is asked for, and say so', async () => {
    const { address } = chain.user('alice');
    const path = `${BANK}/balances/${address}`;
    const now = await get(path);
    expect(now.headers.get('grpc-metadata-x-cosmos-block-height')).toBe(String(chain.height));
    const old = await get(path, { 'x-cosmos-block-height': '2' });
    expect(old.headers.get('grpc-metadata-x-cosmos-block-height')).toBe('2');
    const later = await get(path, { 'x-cosmos-block-height': '999999' });
    expect([later.status, later.body]).toEqual([404, refused(5)]);
  });

  test('to preflights that announce a POST', async () => {
    const response = await fetch(api.url + SIMULATE, {
      method: 'OPTIONS',
      headers: {
        ...{ origin: 'https://wallet.example', 'access-control-request-method': 'POST' },
        'access-control-request-headers': 'content-type',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toMatch(/POST/);
    expect(response.headers.get('access-control-allow-headers')).toMatch(/content-type/);
  });

  const paths = restRoutes().filter(({ verb }) => verb === 'GET');

  test.each(paths.map(({ template }) => template))('%s is served', async (template) => {
    const { address } = chain.user('alice');
    const operator = operatorText(new Uint8Array(20));
    const path = template.replace(/\{(\w+)(=\*\*)?\}/g, (_all, name: string) =>
      /valid/.test(name) ? operator : /height|id/.test(name) ? '1' : address,
    );
    const { status, body } = await get(path);
    // What is of the engine says that it is silent here; nothing is unknown, or a fault.
    expect([200, 400, 404, 503]).toContain(status);
    if (status !== 200) expect(body).toEqual(refused(expect.any(Number) as never));
    expect(faults).toEqual([]);
  });
});

describe('refusals have the shape of the gateway', () => {
  const digits = '9'.repeat(30);

  test.each([
    [`${AUTH}/accounts/nobody`, 400, 3],
    [`${AUTH}/accounts?pagination.reverse=true`, 400, 3],
    [`${BANK}/balances/TENOR1QQQ`, 400, 3],
    [`${BANK}/balances/%F0%9F%92%A9`, 400, 3],
    [`${BANK}/spendable_balances/test`, 400, 3],
    [`${BANK}/supply?pagination.limit=-1`, 400, 3],
    [`${BANK}/supply?pagination.limit=${digits}`, 400, 3],
    [`${BANK}/supply?pagination.offset=10001`, 400, 3],
    [`${BANK}/supply?pagination.key=%C2%A7`, 400, 3],
    [`${BANK}/supply?pagination.limit=1&pagination.limit=2`, 400, 3],
    [`${BANK}/supply?pagination.count_total=maybe`, 400, 3],
    [`${BANK}/supply?pagination.key=AAAA&pagination.offset=1`, 400, 3],
    [`${BANK}/denoms_metadata/nothing/at/all`, 404, 5],
    [`${STAKING}/validators?status=ASLEEP`, 400, 3],
    [`${STAKING}/validators/nobody`, 400, 3],
    ['/cosmos/gov/v1/proposals?proposal_status=77', 400, 3],
    ['/cosmos/gov/v1/proposals/1', 404, 5],
    ['/cosmos/tx/v1beta1/txs/beef', 400, 3],
    ['/cosmos/tx/v1beta1/txs', 400, 3],
    ['/cosmos/base/tendermint/v1beta1/blocks/-1', 400, 3],
    ['/cosmos/base/tendermint/v1beta1/blocks/latest', 503, 14],
    ['/cosmos/nothing/v1beta1/here', 501, 12],
    ['/ibc/apps/transfer/v1/params', 501, 12],
    ['/feemarket/v1/params', 501, 12],
  ])('%s: %i', async (path, status, code) => {
    const answer = await get(path);
    expect([answer.status, answer.body]).toEqual([status, refused(code)]);
    expect(faults).toEqual([]);
  });

  test('an account of this chain that has no coins yet is not found', async () => {
    const stranger = new UserKey('stranger').address;
    const { status, body } = await get(`${AUTH}/accounts/${stranger}`);
    expect([status, body]).toEqual([404, refused(5, expect.stringContaining('not found'))]);
    expect((await get(`${BANK}/balances/${stranger}`)).body['balances']).toEqual([]);
  });

  test('a parameter that names no field is ignored', async () => {
    const { status } = await get(`${BANK}/supply?nothing=1&pagination=2&pagination.limit.x=3`);
    expect(status).toBe(200);
  });

  test.each([
    ['no body', 'null'],
    ['a list', '[]'],
    ['text that is no JSON', '{"tx_bytes"'],
    ['no transaction', '{}'],
    ['an unknown field', '{"bytes":"AAAA"}'],
    ['bytes that are no base64', '{"tx_bytes":"§"}'],
    ['bytes that are no transaction', '{"tx_bytes":"AAAA"}'],
    ['a number as bytes', '{"tx_bytes":7}'],
    ['an unknown message', '{"tx":{"body":{"messages":[{"@type":"/x.Y"}]}}}'],
    ['messages that are no list', '{"tx":{"body":{"messages":{"@type":"/x.Y"}}}}'],
  ])('of a simulation with %s', async (_name, body) => {
    const answer = await post(SIMULATE, body);
    expect([answer.status, answer.body]).toEqual([400, refused(3)]);
  });

  test.each([
    ['a mode that waits', '{"tx_bytes":"AAAA","mode":1}', 400, 3],
    ['an unknown mode', '{"tx_bytes":"AAAA","mode":"SOON"}', 400, 3],
    ['a silent engine', '{"tx_bytes":"AAAA","mode":"BROADCAST_MODE_SYNC"}', 503, 14],
    ['more than the engine takes', `{"tx_bytes":"${'A'.repeat(1_500_000)}"}`, 413, 3],
  ])('of a broadcast with %s', async (_name, body, status, code) => {
    const answer = await post('/cosmos/tx/v1beta1/txs', body);
    expect([answer.status, answer.body]).toEqual([status, refused(code)]);
  });

  test('Anys inside of Anys end somewhere', async () => {
    const depth = 500;
    const open = '{"@type":"/cosmos.tx.v1beta1.TxBody","messages":['.repeat(depth);
    const answer = await post(
      SIMULATE,
      `{"tx":{"body":{"messages":[${open}${']}'.repeat(depth)}]}}}`,
    );
    expect([answer.status, answer.body]).toEqual([400, refused(3, expect.stringMatching(/deep/))]);
  });
});

describe('a simulation', () => {
  const send = () => {
    const [from, to] = [chain.user('alice').address, chain.user('bob').address];
    return { from, to, amount: [{ denom: 'uusd', amount: '5' }] };
  };
  const gas = {
    gas_wanted: expect.stringMatching(/^\d+$/),
    gas_used: expect.stringMatching(/^\d{4,}$/),
  };

  test('is done of what a wallet has not signed yet: without a key', async () => {
    const { from, to, amount } = send();
    const value = MsgSend.encode({ fromAddress: from, toAddress: to, amount });
    const messages = [{ typeUrl: MsgSend.typeUrl, value }];
    const single = { mode: 1 } as const;
    const txBytes = tx.TxRaw.encode({
      bodyBytes: tx.TxBody.encode({ messages, memo: '', timeoutHeight: 0n, unordered: false }),
      authInfoBytes: tx.AuthInfo.encode({
        signerInfos: [{ modeInfo: { single }, sequence: 0n }],
        fee: { amount: [], gasLimit: 0n, payer: '', granter: '' },
      }),
      signatures: [new Uint8Array(0)],
    });
    const tx_bytes = Buffer.from(txBytes).toString('base64');
    const { status, body } = await post(SIMULATE, JSON.stringify({ tx_bytes }), 'text/plain');
    expect([status, body]).toEqual([200, expect.objectContaining({ gas_info: gas })]);
  });

  test('is done of a transaction in JSON, as cosmpy sends it', async () => {
    const { from, to, amount } = send();
    const message = { '@type': MsgSend.typeUrl, fromAddress: from, toAddress: to, amount };
    const signer = { modeInfo: { single: { mode: 'SIGN_MODE_DIRECT' } } };
    const asked = {
      tx: { body: { messages: [message] }, authInfo: { signerInfos: [signer], fee: {} } },
    };
    const { status, body } = await post(
      SIMULATE,
      JSON.stringify({ tx: { ...asked.tx, signatures: [''] } }),
    );
    expect([status, body]).toEqual([200, expect.objectContaining({ gas_info: gas })]);
  });
});
