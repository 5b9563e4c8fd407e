import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { TenorClient, keySigner, queries } from '../../client/index.ts';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { TestBrowser } from '../browser/browser.ts';
import { browserTest } from '../browser/browserTest.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import { FEE, depositMsg } from '../harness/trading.ts';
import type { Markets } from './answers.ts';
import { Hogs, UPGRADE, halfOpen, hugeGrpc, memoryMb, noise, refusalOf } from './attack.ts';
import { NodeClient, eventually } from './client.ts';
import { OpenApiExamples } from './openApiExamples.ts';
import type { Document } from './openApiExamples.ts';
import { firstLineOf, readmeProgram } from './readmeExample.ts';
import type { Own } from './readmeExample.ts';

// What a newcomer finds written, on a network of one: each as it is written.

const LIMIT_MS = 180_000;
const KILLED_AFTER = 50;

let dir: string;
let network: Testnet;
let node: NodeClient;
const account = (name: string) => network.accounts.find((one) => one.name === name)!;
const signerOf = (name: string) => keySigner(privateKeyOf(account(name).mnemonic));

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-ways-'));
  const portOffset = await freePortOffset(1);
  network = await startTestnet({ dir, validators: 1, blockTimeMs: 400, portOffset });
  node = new NodeClient(network.nodes[0]!);
}, LIMIT_MS);

afterAll(async () => {
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
}, LIMIT_MS);

/** What the example needs of this network: a series at the money, and prices about its mark. */
async function own(name: string): Promise<Own> {
  const { markets } = await node.get<Markets>('/tenor/v1/markets?underlying=BTC&limit=100');
  const marked = markets.filter(({ mark }) => mark !== null);
  const usd = ({ mark }: (typeof marked)[number]) => Number(mark!.markUusd) / 1e6;
  const market = marked.find((one) => usd(one) > 500 && usd(one) < 5_000)!;
  const about = BigInt(Math.round(usd(market) / 50) * 50) * 1_000_000n;
  const { rpc, ws } = network.nodes[0]!;
  return {
    ...{ rpc, stream: ws!, mnemonic: account(name).mnemonic, series: market.symbol },
    ...{ bidUusd: about - 50_000_000n, askUusd: about + 50_000_000n },
  };
}

const quotedBy = async (name: string): Promise<number> => {
  const client = await TenorClient.connect(node.rpc);
  const { address: owner } = account(name);
  const { quotes } = await client.ask(queries.quotes, { owner, subaccount: 0, group: 'g1' });
  return quotes.length;
};

test(
  'the ten lines of client/README.md quote a series two-sided, in Node',
  async () => {
    const program = await readmeProgram(await own('alice'), 'node');
    expect(await firstLineOf(program, 60_000)).toBe('quoted quoted');
    expect(await quotedBy('alice')).toBe(2);
  },
  LIMIT_MS,
);

browserTest(
  'and in a browser',
  async () => {
    const program = await readmeProgram(await own('bob'), 'browser');
    const browser = await TestBrowser.start();
    try {
      // A page of no policy of its own, of another origin than the engine.
      const { page, faults } = await browser.open(`${node.rest}/assetlist.json`);
      const said = page.waitForEvent('console', { timeout: 60_000 });
      await page.addScriptTag({ content: program, type: 'module' });
      expect([(await said).text(), faults]).toEqual(['quoted quoted', []]);
      expect(await quotedBy('bob')).toBe(2);
    } finally {
      await browser.stop();
    }
  },
  LIMIT_MS,
);

const DELEGATIONS = '/cosmos/staking/v1beta1/validators/{validator_addr}/delegations';
const govPaths = (version: string) =>
  ['', '/deposits/{depositor}', '/tally', '/votes/{voter}'].map(
    (path) => `/cosmos/gov/${version}/proposals/{proposal_id}${path}`,
  );

/** What is not there on a network of one: delegations, grants, proposals, upgrades. */
const NOT_THERE = [
  '/cosmos/distribution/v1beta1/delegators/{delegator_address}/rewards/{validator_address}',
  '/cosmos/feegrant/v1beta1/allowance/{granter}/{grantee}',
  ...govPaths('v1'),
  ...govPaths('v1beta1'),
  '/cosmos/staking/v1beta1/delegators/{delegator_addr}/validators/{validator_addr}',
  `${DELEGATIONS}/{delegator_addr}`,
  `${DELEGATIONS}/{delegator_addr}/unbonding_delegation`,
  '/cosmos/upgrade/v1beta1/applied_plan/{name}',
];
const REFUSED: Readonly<Record<string, number>> = {
  ...Object.fromEntries(NOT_THERE.map((path) => [`get ${path}`, 404])),
  'get /stream': 426,
  'get /tenor/v1/accounts/{address}/{subaccount}/orders/{order}': 400,
  'get /tenor/v1/liquidations/{account}/auction': 400,
};

test(
  'every example of /openapi.json is answered as it says',
  async () => {
    const document = await node.get<Document>('/openapi.json');
    const { address } = account('carol');
    const user = new UserKey('carol', privateKeyOf(account('carol').mnemonic));
    const send = (amount: string) =>
      anyOf(MsgSend, {
        ...{ fromAddress: address, toAddress: address, amount: [{ denom: 'uusd', amount }] },
      });
    await node.send(user, [send('1'), depositMsg(user, 10_000)], FEE);
    const { validator_info } = await node.call<{ validator_info: { address: string } }>(
      'status',
      {},
    );
    const { tx_responses: sent } = await node.get<{ tx_responses: { txhash: string }[] }>(
      `/cosmos/tx/v1beta1/txs?query=message.sender='${address}'`,
    );
    const { series } = await own('carol');
    const { validators } = await node.get<{ validators: { operator_address: string }[] }>(
      '/cosmos/staking/v1beta1/validators',
    );
    const [operator, hash] = [validators[0]!.operator_address, sent[0]!.txhash];
    const tx_bytes = Buffer.from(await node.sign(user, [send('2')], FEE)).toString('base64');
    const terminal = await (await fetch(node.rest)).text();
    const [, asset] = /assets\/([\w.-]+\.js)/.exec(terminal)!;
    const names = {
      ...{ address, series, expiry: series.split('-')[1]!, hash, tx_bytes, asset },
      ...{ validator_addr: operator, validator_address: operator },
      validator: validator_info.address,
      ...{ query: `message.sender='${address}'` },
    };
    const examples = new OpenApiExamples(node.rest, document, names);
    const all = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((verb) => [path, verb] as const),
    );
    expect(all.length).toBeGreaterThan(110);
    const wrong: object[] = [];
    const refused: Record<string, number> = {};
    for (const [path, verb] of all) {
      const answered = await examples.ask(path, verb);
      if (answered.misfits.length > 0) wrong.push(answered);
      if (answered.status >= 400) refused[`${verb} ${path}`] = answered.status;
    }
    expect(wrong).toEqual([]);
    expect(refused).toEqual(REFUSED);
  },
  LIMIT_MS,
);

test(
  'of 200 orders at once over one key none is lost or doubled, though the node is killed',
  async () => {
    const { series } = await own('carol');
    const client = await TenorClient.connect(node.rpc, { signer: signerOf('carol') });
    await client.deposit(500_000_000_000n);
    const order = { series, side: 'buy', quantity: 100n } as const;
    // It is killed in the middle of them, however fast they are.
    let answered = 0;
    const placed = Array.from({ length: 200 }, async (_, i) => {
      const done = await client.place({ ...order, priceUusd: 5_000_000n, clientOrderId: `n${i}` });
      if (++answered === KILLED_AFTER) network.kill(0, 'app');
      return done;
    });
    const settled = await Promise.allSettled(placed);
    const failed = settled.flatMap((one) =>
      one.status === 'rejected' ? [String(one.reason)] : [],
    );
    expect(failed).toEqual([]);
    const ids = settled.map((one) => (one.status === 'fulfilled' ? one.value.orderId : 0n));
    expect(new Set(ids).size).toBe(200);
    const resting = await eventually('a node that answers', async () => {
      const isThere = await fetch(`${node.rest}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      return isThere ? client.orders() : undefined;
    });
    const names = resting.map(({ clientOrderId }) => clientOrderId);
    expect(names.toSorted()).toEqual(Array.from({ length: 200 }, (_, i) => `n${i}`).toSorted());
  },
  LIMIT_MS,
);

/** What is asked for in vain, each in the words of its protocol. */
const IN_VAIN: readonly (readonly [path: string, status: number, kind: 'own' | 'gateway'])[] = [
  ['/tenor/v1/nothing', 404, 'own'],
  ['/tenor/v1/markets?limit=999999999', 400, 'own'],
  ['/tenor/v1/markets?after=99999999999999999999999', 400, 'own'],
  ['/tenor/v1/oracle/prices?height=999999999', 404, 'own'],
  ['/tenor/v1/accounts/nobody/0', 400, 'own'],
  ['/tenor/v1/params?module=__proto__', 404, 'own'],
  [`/tenor/v1/markets/${'A'.repeat(200)}`, 414, 'own'],
  ['/cosmos/nothing', 501, 'gateway'],
  ['/cosmos/bank/v1beta1/balances/nobody', 400, 'gateway'],
  ['/cosmos/bank/v1beta1/supply?pagination.limit=-1', 400, 'gateway'],
  ['/cosmos/bank/v1beta1/supply?pagination.offset=18446744073709551615', 400, 'gateway'],
  ['/cosmos/tx/v1beta1/txs?query=tx.height>0&page=99999999999999999', 400, 'gateway'],
  ['/cosmos/base/tendermint/v1beta1/blocks/99999999999999999999', 400, 'gateway'],
];
const BODIES = { own: 'error', gateway: 'message' } as const;
const MEMORY_MB = 400;

interface Committed {
  readonly signed_header: { readonly commit: { readonly round: number } };
}

async function roundsOf(from: number, to: number): Promise<number[]> {
  const rounds: number[] = [];
  for (let height = from; height <= to; height++) {
    const answer = await node.call<Committed>('commit', { height: String(height) });
    rounds.push(answer.signed_header.commit.round);
  }
  return rounds;
}

test(
  'whatever is thrown at a node is refused in kind, its memory is bounded, and blocks go on',
  async () => {
    const { rest, ws, grpc, pids } = network.nodes[0]!;
    const before = memoryMb(pids.app!);
    const from = await node.height();
    for (const [path, status, kind] of IN_VAIN) {
      const refused = await refusalOf(rest + path);
      expect([path, refused.status, refused.body.includes(BODIES[kind])]).toEqual([
        ...[path, status, true],
      ]);
    }
    const post = (body: string) => ({
      ...{ method: 'POST', body, headers: { 'content-type': 'application/json' } },
    });
    for (const body of ['{', '[]', '{"method":"dial_peers"}', 'x'.repeat(1_000_000)]) {
      expect((await refusalOf(`${rest}/rpc`, post(body))).body).toEqual(['jsonrpc', 'id', 'error']);
    }
    const huge = post(JSON.stringify({ tx_bytes: 'A'.repeat(5_000_000) }));
    expect(await refusalOf(`${rest}/cosmos/tx/v1beta1/txs`, huge)).toEqual({
      ...{ status: 413, body: ['code', 'message', 'details'] },
    });
    expect(await hugeGrpc(grpc!)).toMatch(/^status 8$|ENHANCE_YOUR_CALM|CANCEL/);
    const { markets } = await node.get<Markets>('/tenor/v1/markets?limit=500');
    const kinds = (symbol: string) => [
      `book:${symbol}`,
      `book:${symbol}:orders`,
      `ticker:${symbol}`,
    ];
    const names = markets.flatMap(({ symbol }) => kinds(symbol));
    const hogs = new Hogs();
    await hogs.subscribe(ws!, 25, (i) =>
      Array.from({ length: 400 }, (_, k) => names[(k + i * 400) % names.length]!),
    );
    const sockets = [
      await halfOpen(rest, 300, () => 'GET /tenor/v1/trades HTTP/1.1\r\nHost: node\r\n'),
      await halfOpen(rest, 100, () => Buffer.concat([Buffer.from(UPGRADE), noise(500)])),
      await halfOpen(grpc!, 100, () => noise(500)),
    ];
    await eventually('25 refusals of more', () =>
      Promise.resolve((hogs.heard.get('error too_many_channels') ?? 0) >= 25 ? true : undefined),
    );
    hogs.stopReading();
    const isFurther = async () => ((await node.height()) > from + 10 ? true : undefined);
    await eventually('ten more blocks', isFurther, 60_000);
    // Others are served meanwhile.
    expect((await fetch(`${rest}/health`)).status).toBe(200);
    const after = memoryMb(pids.app!);
    hogs.close();
    for (const each of sockets) each.close();
    expect([...hogs.heard.keys()].filter((name) => /internal/.test(name))).toEqual([]);
    expect(after.app - before.app).toBeLessThan(MEMORY_MB / 4);
    expect(after.read - before.read).toBeLessThan(MEMORY_MB);
    // A validator that was too late for its own proposal would go into another round.
    const rounds = await roundsOf(from + 1, (await node.height()) - 1);
    expect(rounds.filter((round) => round > 0).length).toBeLessThanOrEqual(rounds.length / 20);
  },
  LIMIT_MS,
);
