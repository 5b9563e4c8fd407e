import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  QuerySeriesBySymbolRequest,
  QuerySeriesBySymbolResponse,
} from '../../proto/gen/tenor.options.v1.ts';
import { decodeAddress } from '../../app/lib/address.ts';
import { fromBinary } from '../../app/lib/bytes.ts';
import { recordKey, records } from '../../app/lib/records.ts';
import { formatExpiry } from '../../app/modules/options/core/index.ts';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { UserKey } from '../harness/keys.ts';
import { FEE, Side, depositMsg, orderMsg } from '../harness/trading.ts';
import type { ProvedSettlement } from './answers.ts';
import { NodeClient, control, eventually } from './client.ts';
import { hidesASample, lies } from './lies.ts';
import { LyingProxy, altering } from './lyingProxy.ts';
import { proved } from './relayer.ts';
import { tenor } from './tenor.ts';
import type { Ran } from './tenor.ts';
import { callWith, priceOf } from './series.ts';

const LIMIT_MS = 120_000;
const VALIDATORS = 3;

let dir: string;
let home: string;
let network: Testnet;
let node: NodeClient;
let proxy: LyingProxy;
let url: string;
let symbol: string;
let tradedAt: number;
const addressOf = (name: string) => network.accounts.find((a) => a.name === name)!.address;
const run = (args: string): Promise<Ran> => tenor(args, { home, env: { TENOR_TESTNET: dir } });

interface Verified {
  readonly verified: {
    readonly signedPower: string;
    readonly totalPower: string;
    readonly witnesses: readonly { readonly says: string }[];
    readonly records: readonly { readonly value: string | null }[];
  };
}
async function verified<T>(args: string): Promise<T & Verified> {
  const { exitCode, stdout, stderr } = await run(`verify ${args} --json`);
  if (exitCode !== 0) throw new Error(`${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as T & Verified;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-verify-'));
  home = mkdtempSync(join(tmpdir(), 'tenor-verify-home-'));
  network = await startTestnet({
    ...{ dir, validators: VALIDATORS, preset: 'fast-expiry', blockTimeMs: 500 },
    portOffset: await freePortOffset(VALIDATORS),
  });
  node = new NodeClient(network.nodes[0]!);
  proxy = new LyingProxy(node.rpc);
  url = await proxy.listen();
  await control(network.market.url, { underlying: 'BTC', price: '64000', hold: true });
  symbol = await trade();
}, LIMIT_MS);

afterEach(() => {
  proxy.lie = (_asked, truth) => truth;
});

afterAll(async () => {
  await proxy.close();
  await network.stop();
  for (const folder of [dir, home]) rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

/** Alice is short a quarter of a contract that Bob holds, and a quarter more rests. */
async function trade(): Promise<string> {
  const userOf = (name: string) =>
    new UserKey(name, privateKeyOf(network.accounts.find((a) => a.name === name)!.mnemonic));
  const [alice, bob] = [userOf('alice'), userOf('bob')];
  for (const user of [alice, bob]) await node.send(user, [depositMsg(user, 50_000)], FEE);
  const series = await callWith(node);
  const order = { series: series.symbol, price: priceOf(series) };
  await node.send(alice, [orderMsg(alice, { ...order, size: 0.5, side: Side.SIDE_SELL })]);
  const sent = await node.send(bob, [orderMsg(bob, { ...order, size: 0.25, side: Side.SIDE_BUY })]);
  tradedAt = sent.height;
  return series.symbol;
}

async function settled(): Promise<readonly { readonly expirySeconds: string }[]> {
  const { stdout } = await run('market expiries BTC --settled --json');
  const { expiries } = JSON.parse(stdout) as {
    expiries: { expirySeconds: string; status: string }[];
  };
  return expiries.filter(({ status }) => status === 'settled');
}

describe('the proofs of a running network', () => {
  test('hold for every kind of record, there and absent, at every retained height', async () => {
    const alice = decodeAddress(addressOf('alice'))!;
    const nobody = new Uint8Array(20);
    const { series } = await node.query(
      '/tenor.options.v1.Query/SeriesBySymbol',
      QuerySeriesBySymbolRequest,
      QuerySeriesBySymbolResponse,
      { symbol },
    );
    const { id, expirySeconds: expiry } = series!;
    const raw = (binary: string) => Uint8Array.from(fromBinary(binary));
    const pairs: [string, string, string][] = [
      [
        'bank',
        recordKey(records.balances, [alice, 'uusd']),
        recordKey(records.balances, [alice, 'x']),
      ],
      ['bank', recordKey(records.supplies, 'uusd'), recordKey(records.supplies, 'unothing')],
      [
        'accounts',
        recordKey(records.subaccountIds, [alice, 0]),
        recordKey(records.subaccountIds, [nobody, 0]),
      ],
      ['accounts', recordKey(records.subaccounts, 1n), recordKey(records.subaccounts, 99n)],
      ['accounts', recordKey(records.positions, [1n, id]), recordKey(records.positions, [1n, 0n])],
      ['options', recordKey(records.series, id), recordKey(records.series, 1n << 60n)],
      ['options', recordKey(records.expiries, [1, expiry]), recordKey(records.expiries, [1, 60n])],
      ['options', recordKey(records.optionsParams, null), recordKey(records.samples, [1, 60n, 0n])],
      ['oracle', recordKey(records.prices, 1), recordKey(records.prices, 77)],
      ['clob', recordKey(records.orders, 1n), recordKey(records.orders, 2n)],
      ['clob', recordKey(records.bookPages, [id, 1]), recordKey(records.bookPages, [0n, 0])],
    ];
    const last = await eventually('a block after the trade', async () => {
      const height = await node.height();
      return height > tradedAt ? height - 1 : undefined;
    });
    for (const [store, there, absent] of pairs) {
      expect(await proved(node, store, raw(there), last)).not.toBeNull();
      expect(await proved(node, store, raw(absent), last)).toBeNull();
    }
    const uusd = raw(recordKey(records.balances, [alice, 'uusd']));
    const position = raw(recordKey(records.positions, [1n, id]));
    const oldest = Math.max(1, last - 80); // A node keeps a hundred; some pass meanwhile.
    for (const height of [oldest, oldest + 1, Math.floor((oldest + last) / 2)]) {
      expect((await proved(node, 'bank', uusd, height))!.toString()).toMatch(/^\d+$/);
    }
    expect(
      await proved(node, 'bank', raw(recordKey(records.balances, [nobody, 'uusd'])), oldest),
    ).toBeNull();
    // Before the trade the position's absence is what is proved.
    expect(await proved(node, 'accounts', position, tradedAt - 1)).toBeNull();
    expect(await proved(node, 'accounts', position, last)).not.toBeNull();
  });
});

describe('tenor verify', () => {
  test('proves balances, accounts, orders and positions, there and absent', async () => {
    const balance = await verified<{ balances: { amount: string }[] }>(
      `balance alice uusd --node ${url}`,
    );
    expect(Number(balance.balances[0]!.amount)).toBeGreaterThan(900_000e6);
    const { signedPower, totalPower, witnesses } = balance.verified;
    expect(Number(signedPower) * 3).toBeGreaterThan(Number(totalPower) * 2);
    expect(witnesses.map(({ says }) => says)).toEqual(Array<string>(VALIDATORS).fill('agrees'));

    const held = await verified<{ position: { quantity: string } }>(
      `position ${symbol} --from bob`,
    );
    expect(held.position.quantity).toBe('2500');
    const short = await verified<{ position: { quantityDecimal: string } }>(
      `position ${symbol} --address ${addressOf('alice')}`,
    );
    expect(short.position.quantityDecimal).toBe('-0.25');
    const none = await verified<{ position: null }>(`position ${symbol} carol`);
    expect(none).toMatchObject({ position: null, verified: { records: [{ value: null }] } });
    expect(await verified('account carol')).toMatchObject({ subaccount: null });
    expect(await verified('order 1')).toMatchObject({
      order: { remaining: '2500', owner: addressOf('alice') },
    });
    expect(await verified('order 2')).toMatchObject({ order: null });
    expect(await verified('header 3')).toMatchObject({ verified: { header: { height: 3 } } });
    const { mode } = statSync(join(home, '.config', 'tenor', 'trust', 'tenor-local-1.json'));
    expect(mode & 0o777).toBe(0o600);
  });

  test('speaks to people, and proves the past', async () => {
    const at = tradedAt - 1;
    const { stdout } = await run(`verify balance carol --height ${at}`);
    expect(stdout).toMatch(/^Verified: tenor1\w+ holds 1,000,000.00 USD and 10,000 TENOR\n/);
    const past = `state +of height ${at}\n[^]*header +${at + 1} of tenor-local-1`;
    expect(stdout).toMatch(new RegExp(`${past}[^]*2 of 2 other nodes agree`));
  });

  test('proves where the settlement of an expiry stands, and that one is not listed', async () => {
    const expiry = symbol.split('-')[1]!;
    expect(await verified(`settlement ${expiry} BTC`)).toMatchObject({
      settlements: [{ underlying: 'BTC', expiry, settlement: { status: 'trading' } }],
    });
    expect(await verified('settlement 27DEC99')).toMatchObject({
      settlements: [{ settlement: null }, { settlement: null }],
    });
    const { exitCode, stdout } = await run('verify position BTC-27DEC99-64000-C bob');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('BTC 27DEC99 is not listed')]);
  });

  test('starts trust from a hash, and not from nothing', async () => {
    const bare = { home, env: { TENOR_CHAIN_ID: 'tenor-local-1' } };
    rmSync(join(home, '.config'), { recursive: true });
    const cold = await tenor(`verify header --node ${node.rpc}`, bare);
    expect([cold.exitCode, cold.stderr]).toEqual([
      8,
      expect.stringContaining('Nothing is trusted'),
    ]);
    const header = (await verified<{ verified: { header: { hash: string } } }>('header 4')).verified
      .header;
    rmSync(join(home, '.config'), { recursive: true });
    const flags = `--trust-height 4 --trust-hash ${header.hash}`;
    const byHash = await tenor(
      `verify balance ${addressOf('bob')} --node ${node.rpc} ${flags}`,
      bare,
    );
    expect([byHash.exitCode, byHash.stdout]).toEqual([0, expect.stringContaining('Verified')]);
    const remembered = await tenor(`verify header 2 --node ${node.rpc}`, bare);
    expect(remembered.exitCode).toBe(0);
  });
});

describe('a lying node is caught', () => {
  test.each(lies)('%s', async (_name, lie, exitCode, message) => {
    proxy.lie = lie;
    const ran = await run(`verify balance alice uusd --node ${url} --json`);
    expect([ran.exitCode, ran.stderr]).toEqual([exitCode, expect.stringMatching(message)]);
    const { error } = JSON.parse(ran.stdout) as { error: { exitCode: number } };
    expect(error.exitCode).toBe(exitCode);
  });

  test('a series that it hides is not taken for absent', async () => {
    proxy.lie = altering('abci_query', ({ response }, { params }) => {
      if (String(params['path']).endsWith('SeriesBySymbol')) {
        Object.assign(response, {
          code: 2,
          codespace: 'options',
          log: 'no such series',
          value: null,
        });
      }
    });
    const ran = await run(`verify position ${symbol} --from bob --node ${url}`);
    expect([ran.exitCode, ran.stderr]).toEqual([
      7,
      expect.stringMatching(/no proof while its expiry trades/),
    ]);
  });

  test('the same questions are verified when it does not lie', async () => {
    expect((await run(`verify balance alice uusd --node ${url}`)).exitCode).toBe(0);
  });
});

// Last, as it waits for a settlement: other tests want early heights.
test(
  'a settlement price is proved sample by sample, and one that is kept back is missed',
  async () => {
    const first = async () => (await settled())[0];
    const { expirySeconds } = await eventually('a settlement', first, 2 * LIMIT_MS);
    const name = formatExpiry(BigInt(expirySeconds));
    const proof = await verified<{ settlements: readonly ProvedSettlement[] }>(
      `settlement ${name} BTC --samples`,
    );
    const { settlement, samples } = proof.settlements[0]!;
    expect(samples.length).toBeGreaterThan(10);
    const sum = samples.reduce((s, { priceUusd, heldMs }) => {
      return s + BigInt(priceUusd) * BigInt(heldMs);
    }, 0n);
    expect(settlement.weightedSum).toBe(sum.toString());
    for (const { reportedPower, quorumPower, confidencePpm, ageMs } of samples) {
      expect(Number(reportedPower)).toBeGreaterThanOrEqual(Number(quorumPower));
      expect(Number(quorumPower)).toBe(201);
      expect(confidencePpm).toBeGreaterThan(900_000);
      expect(Number(ageMs)).toBeLessThan(10_000);
    }
    const { stdout } = await run(`verify settlement ${name} BTC --samples`);
    expect(stdout).toMatch(/BTC \w+: \d+ samples proved, which make the average/);

    proxy.lie = hidesASample;
    const cheated = await run(`verify settlement ${name} BTC --samples --node ${url}`);
    expect([cheated.exitCode, cheated.stderr]).toEqual([
      7,
      expect.stringMatching(/its samples hold for \d+ ms, not for/),
    ]);
  },
  3 * LIMIT_MS,
);
