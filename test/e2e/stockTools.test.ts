import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as signing039 from '@cosmjs/proto-signing';
import * as stargate039 from '@cosmjs/stargate';
import * as signing032 from 'cosmjs-proto-signing-032';
import * as signing036 from 'cosmjs-proto-signing-036';
import * as stargate032 from 'cosmjs-stargate-032';
import * as stargate036 from 'cosmjs-stargate-036';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset, metricsPorts } from '../../testnet/ports.ts';
import { explorerPaths, keplrPaths, named, rowsOf } from './stockPaths.ts';
import type { Named } from './stockPaths.ts';

const LIMIT_MS = 240_000;

let dir: string;
let network: Testnet;
let engineMetrics: string;
const account = (name: string) => network.accounts.find((one) => one.name === name)!;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-stock-'));
  const portOffset = await freePortOffset(1);
  const options = { dir, validators: 1, blockTimeMs: 400, portOffset, metrics: true };
  engineMetrics = `http://127.0.0.1:${metricsPorts(0, portOffset).engine}/metrics`;
  network = await startTestnet(options);
}, LIMIT_MS);

afterAll(async () => {
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
}, LIMIT_MS);

/** What is used of a version of cosmjs; the versions' own types differ in what is not. */
interface Cosmjs {
  readonly signing: Pick<typeof signing039, 'DirectSecp256k1HdWallet'>;
  readonly stargate: Pick<typeof stargate039, 'SigningStargateClient' | 'GasPrice'>;
}

const versions: [string, Cosmjs, string][] = [
  ['0.32', { signing: signing032, stargate: stargate032 } as unknown as Cosmjs, 'alice'],
  ['0.36', { signing: signing036, stargate: stargate036 } as unknown as Cosmjs, 'bob'],
  ['0.39', { signing: signing039, stargate: stargate039 }, 'carol'],
];

describe('cosmjs, unmodified', () => {
  test.each(versions)(
    '%s estimates a fee, sends, and finds what it sent',
    async (_version, { signing, stargate }, name) => {
      const { mnemonic, address } = account(name);
      const wallet = await signing.DirectSecp256k1HdWallet.fromMnemonic(mnemonic, {
        prefix: 'tenor',
      });
      const client = await stargate.SigningStargateClient.connectWithSigner(
        network.nodes[0]!.rpc,
        wallet,
        { gasPrice: stargate.GasPrice.fromString('0.01uusd') },
      );
      try {
        const to = account('faucet').address;
        const before = BigInt((await client.getBalance(to, 'uusd')).amount);
        const amount = [{ denom: 'uusd', amount: '1234' }];
        const sent = await client.sendTokens(address, to, amount, 'auto', `from ${name}`);
        expect([sent.code, sent.gasUsed > 0n]).toEqual([0, true]);
        expect(BigInt((await client.getBalance(to, 'uusd')).amount)).toBe(before + 1_234n);
        expect(await client.getTx(sent.transactionHash)).toMatchObject({
          height: sent.height,
          code: 0,
        });
        const found = await client.searchTx(`message.sender='${address}'`);
        expect(found.map(({ hash }) => hash)).toContain(sent.transactionHash);
        expect(await client.getAccount(address)).toMatchObject({ address, sequence: 1 });
      } finally {
        client.disconnect();
      }
    },
    LIMIT_MS,
  );
});

/** Balances, a fee by simulation, a transfer and its look-up. */
const COSMPY = `
import sys
from cosmpy.aerial.client import LedgerClient, NetworkConfig
from cosmpy.aerial.wallet import LocalWallet
url, chain_id, mnemonic, to = sys.argv[1:]
client = LedgerClient(NetworkConfig(chain_id=chain_id, url=url, fee_minimum_gas_price=0.01,
    fee_denomination='uusd', staking_denomination='utenor'))
wallet = LocalWallet.from_mnemonic(mnemonic, prefix='tenor')
before = client.query_bank_balance(to, 'uusd')
tx = client.send_tokens(to, 1234, 'uusd', wallet)
tx.wait_to_complete()
print(tx.response.code, client.query_bank_balance(to, 'uusd') - before)
print(len(client.query_validators()), client.query_latest_block().height > 1)
`;

// Where cosmpy is installed: a virtual environment's Python. CI makes one.
const python = process.env['COSMPY_PYTHON'] ?? '';

(python === '' ? describe.skip : describe)('cosmpy, unmodified', () => {
  test.each([
    ['gRPC', () => `grpc+http://${network.nodes[0]!.grpc}`, 'bob'],
    ['REST', () => `rest+${network.nodes[0]!.rest}`, 'carol'],
  ])(
    'estimates a fee, sends, and finds what it sent over %s',
    (_protocol, urlOf, sender) => {
      const script = join(dir, 'send.py');
      writeFileSync(script, COSMPY);
      const url = urlOf();
      const { mnemonic } = account(sender);
      const args = [script, url, network.chainId, mnemonic, account('faucet').address];
      const ran = spawnSync(python, args, { encoding: 'utf8', timeout: 60_000 });
      expect([ran.stdout.trim(), ran.status]).toEqual(['0 1234\n1 True', 0]);
    },
    LIMIT_MS,
  );
});

describe('wallets and explorers', () => {
  let names: Named;
  const rest = () => network.nodes[0]!.rest;

  type Json = Record<string, unknown>;

  async function get(path: string): Promise<{ status: number; body: Json }> {
    const response = await fetch(rest() + encodeURI(path));
    return { status: response.status, body: (await response.json()) as Json };
  }

  // Of a transaction that cosmjs sent before.
  beforeAll(async () => {
    const { address } = account('alice');
    const found = await get(`/cosmos/tx/v1beta1/txs?query=message.sender='${address}'`);
    const [sent] = found.body['tx_responses'] as { txhash: string; height: string }[];
    const { body } = await get('/cosmos/staking/v1beta1/validators');
    const [validator] = body['validators'] as { operator_address: string }[];
    const operator = validator!.operator_address;
    names = { address, operator, hash: sent!.txhash, height: sent!.height };
  }, LIMIT_MS);

  test.each(rowsOf(keplrPaths))('Keplr: %s is %i', async (path, status, key) => {
    const answer = await get(named(path, names));
    expect([answer.status, key === null || key in answer.body]).toEqual([status, true]);
    if (status >= 400) expect(Object.keys(answer.body)).toEqual(['code', 'message', 'details']);
  });

  test.each(rowsOf(explorerPaths))('ping.pub: %s is %i', async (path, status, key) => {
    const answer = await get(named(path, names));
    expect([answer.status, key === null || key in answer.body]).toEqual([status, true]);
    if (status === 501) expect(answer.body).toMatchObject({ code: 12, details: [] });
  });

  test('a block, its transactions and a search tell of the same transfer', async () => {
    const { height, hash, address } = names;
    const query = `query=tx.height=${height}&page=1&limit=100`;
    const search = (await get(`/cosmos/tx/v1beta1/txs?${query}`)).body;
    const responses = search['tx_responses'] as Json[];
    const found = responses.find(({ txhash }) => txhash === hash)!;
    const one = (await get(`/cosmos/tx/v1beta1/txs/${hash}`)).body;
    expect(one['tx_response']).toEqual(found);
    expect(found).toMatchObject({ height, code: 0, tx: { '@type': '/cosmos.tx.v1beta1.Tx' } });
    const block = (await get(`/cosmos/base/tendermint/v1beta1/blocks/${height}`)).body;
    const { header } = block['block'] as { header: Json };
    expect(header).toMatchObject({ height, chain_id: network.chainId });
    expect(String(header['time'])).toContain(String(found['timestamp']).slice(0, -1));
    const inBlock = (await get(`/cosmos/tx/v1beta1/txs/block/${height}`)).body;
    expect(JSON.stringify(inBlock['txs'])).toContain(`"from_address":"${address}"`);
  });

  test.each([
    ['/cosmos/tx/v1beta1/txs?query=no+query+at+all', 400, 3],
    ["/cosmos/tx/v1beta1/txs?query=message.sender='nobody'&page=7", 400, 3],
    ['/cosmos/tx/v1beta1/txs/{nothing}', 404, 5],
    ['/cosmos/base/tendermint/v1beta1/blocks/999999999', 404, 5],
    ['/cosmos/base/tendermint/v1beta1/validatorsets/999999999', 404, 5],
  ])('what the engine refuses is a refusal: %s', async (path, status, code) => {
    const { body, ...answer } = await get(path.replace('{nothing}', '0'.repeat(64)));
    expect([answer.status, body['code']]).toEqual([status, code]);
  });

  test.each([
    ['/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo', 0],
    ['/cosmos.base.node.v1beta1.Service/Config', 0],
    ['/cosmos.staking.v1beta1.Query/Params', 0],
    ['/cosmos.staking.v1beta1.Query/Validator', 18],
    ['/cosmos.nft.v1beta1.Query/NFTs', 6],
  ])('a relayer asks the engine for %s', async (path, code) => {
    const response = await fetch(`${network.nodes[0]!.rpc}/abci_query?path="${path}"`);
    const { result } = (await response.json()) as { result: { response: Json } };
    const { code: told, value } = result.response;
    expect([told, code !== 0 || typeof value === 'string']).toEqual([code, true]);
  });
});

test('every metric of the engine that the dashboard names is one that it has', async () => {
  const { rest, rpc } = network.nodes[0]!;
  // Counters are there once they have counted: here a transaction that is none.
  await fetch(`${rpc}/broadcast_tx_sync?tx=0x00`);
  expect((await fetch(`${rest}/health`)).status).toBe(200);
  const text = await (await fetch(engineMetrics)).text();
  const has = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name));
  const file = new URL('../../testnet/grafana/dashboard.json', import.meta.url);
  const named = readFileSync(file, 'utf8').match(/\bcometbft_\w+/g)!;
  const wanted = [...new Set(named.map((name) => name.replace(/_bucket$/, '')))];
  expect(wanted.length).toBeGreaterThan(6);
  // A network of one has no peers, and a gauge that was never set is not there.
  const missing = wanted.filter((name) => !has.has(name));
  expect(missing.filter((name) => name !== 'cometbft_p2p_peers')).toEqual([]);
});
