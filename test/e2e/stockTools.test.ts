import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
import { freePortOffset } from '../../testnet/ports.ts';

const LIMIT_MS = 240_000;

let dir: string;
let network: Testnet;
const account = (name: string) => network.accounts.find((one) => one.name === name)!;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-stock-'));
  const portOffset = await freePortOffset(1);
  network = await startTestnet({ dir, validators: 1, blockTimeMs: 400, portOffset });
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
`;

// Where cosmpy is installed: a virtual environment's Python. CI makes one.
const python = process.env['COSMPY_PYTHON'] ?? '';

(python === '' ? describe.skip : describe)('cosmpy, unmodified', () => {
  test(
    'estimates a fee, sends, and finds what it sent over gRPC',
    () => {
      const script = join(dir, 'send.py');
      writeFileSync(script, COSMPY);
      const url = `grpc+http://${network.nodes[0]!.grpc}`;
      const { mnemonic } = account('bob');
      const args = [script, url, network.chainId, mnemonic, account('faucet').address];
      const ran = spawnSync(python, args, { encoding: 'utf8', timeout: 60_000 });
      expect([ran.stdout.trim(), ran.status]).toEqual(['0 1234', 0]);
    },
    LIMIT_MS,
  );
});
