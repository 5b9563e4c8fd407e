import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TenorClient } from '../client/index.ts';
import { TestChain } from '../test/harness/chain.ts';
import { ChainRpc } from '../test/harness/chainRpc.ts';
import { firstCall, fundUsers, trade } from '../test/harness/crisis.ts';
import { marginOf } from '../test/harness/trading.ts';
import { startApi } from './server.ts';
import type { Api } from './server.ts';

let chain: TestChain;
let api: Api;
let series: string;
let path: string;
const faults: object[] = [];

beforeAll(async () => {
  chain = await TestChain.start({ alone: true });
  await fundUsers(chain, { alice: 20_000, bob: 200_000 });
  series = firstCall(chain);
  await trade(chain, { seller: 'alice', buyer: 'bob', series, size: 0.5 });
  api = await startApi({
    listen: '127.0.0.1:0',
    query: (asked, data, height) => chain.node.app.answer(asked, data, height),
    chainId: () => 'tenor-test-1',
    logger: { error: (fields) => faults.push(fields) },
  });
  path = `${api.url}/tenor/v1/accounts/${chain.user('alice').address}/0/what-if`;
});
afterAll(async () => {
  await api.close();
  await chain.close();
});

interface Margin {
  readonly initialUusd: string;
  readonly maintenanceUusd: string;
}
interface Answer {
  readonly before: Margin;
  readonly after: Margin;
  readonly shocked: Margin | null;
  readonly trades: readonly { readonly feeUusd: string; readonly priceUusd: string }[];
  readonly error?: string;
  readonly codespace?: string;
  readonly code?: number;
}

async function get(query: string): Promise<[number, Answer]> {
  const response = await fetch(`${path}?${query}`);
  return [response.status, (await response.json()) as Answer];
}

async function post(body: string): Promise<[number, Answer]> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body });
  return [response.status, (await response.json()) as Answer];
}

test('trades and a shocked market have one answer by GET, POST and the client', async () => {
  const before = marginOf(chain, chain.user('alice'));
  const trades = [
    { series, quantity: '-2000', priceUusd: '1200000000' },
    { series, quantity: '1000' },
  ];
  const shocks = [{ underlying: 'BTC', indexPpm: 100_000 }, { volPpm: 500_000 }];
  const [status, posted] = await post(JSON.stringify({ trades, shocks }));
  expect(status).toBe(200);
  const asked = `trade=${series}:-2000@1200000000&trade=${series}:1000&index=BTC:100000&vol=500000`;
  expect(await get(asked)).toEqual([200, posted]);
  expect(posted.before.initialUusd).toBe(String(before.initialUusd));
  const value = (of: Margin | null) => BigInt(of!.maintenanceUusd);
  expect(value(posted.after) < value(posted.before)).toBe(true);
  expect(value(posted.shocked) < value(posted.after)).toBe(true);
  expect(posted.trades.map(({ priceUusd }) => priceUusd)[0]).toBe('1200000000');
  // Nothing of it has happened.
  expect(marginOf(chain, chain.user('alice'))).toEqual(before);

  const rpc = new ChainRpc(chain);
  try {
    const signer = { address: chain.user('alice').address, pubkey: new Uint8Array(33) };
    const never = () => Promise.reject(new Error('nothing is signed'));
    const client = await TenorClient.connect(await rpc.listen(), {
      signer: { ...signer, sign: never },
    });
    const answer = await client.whatIf({
      trades: trades.map(({ quantity, priceUusd }) => ({
        ...{ series, quantity: BigInt(quantity) },
        priceUusd: priceUusd === undefined ? undefined : BigInt(priceUusd),
      })),
      shocks: shocks.map((shock) => ({ underlying: '', indexPpm: 0, volPpm: 0, ...shock })),
    });
    expect(String(answer.shocked!.maintenanceUusd)).toBe(posted.shocked!.maintenanceUusd);
  } finally {
    await rpc.close();
  }
});

test('an empty question has an answer, and cash may come or go', async () => {
  const [, empty] = await post('{}');
  expect([empty.after, empty.shocked]).toEqual([empty.before, null]);
  expect(await get('')).toEqual([200, empty]);
  const [, richer] = await get('cash=5000000');
  expect(BigInt(richer.before.initialUusd) - BigInt(empty.before.initialUusd)).toBe(5_000_000n);
});

test('what is too much or cannot be is refused with a reason or a code', async () => {
  const many = (count: number, of: object) => Array.from({ length: count }, () => of);
  const one = { series, quantity: '1' };
  const refused: [string, number, RegExp | number][] = [
    ['[]', 400, /object/],
    ['"x"', 400, /object/],
    ['{', 400, /JSON/],
    ['{"trade":[]}', 400, /body\.trade: unknown field/],
    ['{"owner":"x"}', 400, /body\.owner: unknown field/],
    ['{"constructor":1}', 400, /unknown field|prototype/],
    ['{"trades":[{"series":"X"}]}', 400, /quantity: missing/],
    ['{"trades":[{"series":"X","quantity":0.5}]}', 400, /quantity/],
    ['{"shocks":5}', 400, /shocks/],
    ['{"shocks":[null,7]}', 400, /./],
    [JSON.stringify({ trades: many(101, one) }), 400, 10],
    [JSON.stringify({ shocks: many(21, {}) }), 400, 10],
    [JSON.stringify({ trades: [{ series, quantity: '0' }] }), 400, 10],
    [JSON.stringify({ trades: [{ series, quantity: '1', priceUusd: '5' }] }), 400, 10],
    [JSON.stringify({ shocks: [{ indexPpm: -1_000_000 }] }), 400, 10],
    [JSON.stringify({ cashUusd: String(1n << 62n) }), 400, 10],
    [JSON.stringify({ trades: [{ series: 'BTC-1-1-C', quantity: '1' }] }), 404, /./],
    [JSON.stringify({ shocks: [{ underlying: 'DOGE' }] }), 404, /./],
    [JSON.stringify({ trades: many(400, one) }), 413, /./],
  ];
  for (const [body, status, reason] of refused) {
    const [given, { error, code }] = await post(body);
    const told = typeof reason === 'number' ? code : error;
    expect([body.slice(0, 60), given, told]).toEqual([
      ...[body.slice(0, 60), status],
      typeof reason === 'number' ? reason : expect.stringMatching(reason),
    ]);
  }
  for (const query of ['trade=x', 'index=up', 'vol=1&vol=BTC', 'cash=1.5', 'height=99999']) {
    const [status, { error }] = await get(query);
    expect([query, status, typeof error]).toEqual([query, query[0] === 'h' ? 404 : 400, 'string']);
  }
  expect(faults).toEqual([]);
});
