import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestChain } from '../test/harness/chain.ts';
import { indexReport } from '../test/harness/reports.ts';
import { startApi } from './server.ts';
import type { Api } from './server.ts';

let chain: TestChain;
let api: Api;
const faults: object[] = [];

const start = (waitingMax?: number, corsOrigins: readonly string[] = ['*']) =>
  startApi({
    listen: '127.0.0.1:0',
    query: (path, data, height) => chain.node.app.answer(path, data, height),
    chainId: () => 'tenor-test-1',
    logger: { error: (fields) => faults.push(fields) },
    corsOrigins,
    ...(waitingMax === undefined ? {} : { waitingMax }),
  });

beforeAll(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 8; i++) await chain.block();
  api = await start();
});

afterAll(async () => {
  await api.close();
  await chain.close();
});

type Json = Record<string, unknown>;

async function get(path: string, headers: Record<string, string> = {}, base = api) {
  const response = await fetch(base.url + path, { headers });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Json,
  };
}

describe('the read side', () => {
  test.each([
    ['/tenor/v1/markets?limit=3', 'markets'],
    ['/tenor/v1/markets?underlying=BTC&limit=3', 'markets'],
    ['/tenor/v1/chain/btc', 'series'],
    ['/tenor/v1/chain/btc?depth=5', 'series'],
    ['/tenor/v1/surface/BTC', 'surface'],
    ['/tenor/v1/oracle/prices', 'prices'],
    ['/tenor/v1/oracle/vol-index/btc', 'volIndex'],
    ['/tenor/v1/oracle/votes', 'votes'],
    ['/tenor/v1/oracle/report-card', 'cards'],
    ['/tenor/v1/oracle/sources', 'validators'],
    ['/tenor/v1/validators', 'validators'],
    ['/tenor/v1/funds', 'funds'],
    ['/tenor/v1/liquidations', 'height'],
    ['/tenor/v1/liquidations/1/steps', 'steps'],
    ['/tenor/v1/trades', 'trades'],
    ['/tenor/v1/auctions?underlying=BTC', 'auctions'],
    ['/tenor/v1/params', 'params'],
    ['/tenor/v1/params?module=oracle', 'params'],
  ])('%s answers with %s', async (path, key) => {
    const { status, body, headers } = await get(path, { origin: 'https://wallet.example' });
    expect([status, Object.keys(body)]).toEqual([200, expect.arrayContaining([key])]);
    expect(headers.get('access-control-allow-origin')).toBe('https://wallet.example');
  });

  test('a series is found by its symbol, and lists go on where they ended', async () => {
    const first = (await get('/tenor/v1/markets?limit=2')).body;
    const [one, two] = first['markets'] as { symbol: string; id: string }[];
    const market = await get(`/tenor/v1/markets/${one!.symbol}`);
    expect(market.body['market']).toMatchObject({
      symbol: one!.symbol,
      mark: { statusName: 'live', ageMs: expect.any(String), confidencePpm: 1_000_000 },
    });
    const rest = (await get(`/tenor/v1/markets?limit=2&after=${String(first['nextAfter'])}`)).body;
    expect(first['nextAfter']).toBe(two!.id);
    const ids = (rest['markets'] as { id: string }[]).map((m) => Number(m.id));
    expect(ids.every((id) => id > Number(two!.id))).toBe(true);
  });

  test('orders, triggers and limits of an account are told, or why they are not', async () => {
    const { address } = chain.user('alice');
    const limits = await get(`/tenor/v1/limits/${address}`);
    expect(limits.body).toMatchObject({ cashUusd: '0', quotes: 0, step: { quotes: 0 } });
    for (const path of ['orders/1', 'orders/mine?by=client', 'triggers']) {
      const { status, body } = await get(`/tenor/v1/accounts/${address}/0/${path}`);
      expect([status, body['codespace'], body['code']]).toEqual([404, 'accounts', 1]);
    }
    const bad = await get(`/tenor/v1/accounts/${address}/0/orders/mine`);
    expect([bad.status, bad.body['error']]).toEqual([
      400,
      `order must be a whole number up to ${Number.MAX_SAFE_INTEGER}`,
    ]);
  });

  test('the height can be asked for, and is told', async () => {
    const now = await get('/tenor/v1/oracle/prices');
    expect([now.body['height'], now.headers.get('x-tenor-height')]).toEqual([8, '8']);
    expect((await get('/tenor/v1/oracle/prices?height=7')).body['height']).toBe(7);
    const header = { 'x-cosmos-block-height': '6' };
    expect((await get('/tenor/v1/oracle/prices', header)).body['height']).toBe(6);
    for (const height of [9, 999_999_999_999_999]) {
      expect((await get(`/tenor/v1/oracle/prices?height=${height}`)).status).toBe(404);
    }
  });
});

interface Listed {
  readonly symbol: string;
  readonly mark: Json;
}

/** What four feeders report that know an index of BTC and nothing else. */
const INDEX_ONLY = new Map([0, 1, 2, 3].map((i) => [i, indexReport(64_000)]));

describe('what does not exist', () => {
  test('is null and never 0: prices, marks and volatilities of the first blocks', async () => {
    const young = await TestChain.start();
    const port = (path: string, data: Uint8Array, height: number) =>
      young.node.app.answer(path, data, height);
    const logger = { error: (fields: object) => faults.push(fields) };
    const listen = '127.0.0.1:0';
    const served = await startApi({ listen, query: port, chainId: () => '', logger });
    try {
      await young.block({ reports: INDEX_ONLY });
      const { body } = await get('/tenor/v1/oracle/prices', {}, served);
      expect(body['prices']).toEqual([
        { underlying: 'BTC', price: null },
        { underlying: 'ETH', price: null },
      ]);
      // An index makes series; without a volatility none of them has a mark.
      for (let i = 0; i < 3; i++) await young.block({ reports: INDEX_ONLY });
      const listed = await get('/tenor/v1/markets?limit=1', {}, served);
      const [market] = listed.body['markets'] as Listed[];
      const none = { markUusd: null, vol: null, delta: null, gamma: null, vega: null, theta: null };
      expect(market!.mark).toMatchObject({ ...none, forward: 64_000 });
      expect(market).toMatchObject({ bid: null, ask: null });
      expect((await get('/tenor/v1/surface/BTC', {}, served)).body).toMatchObject({ smiles: [] });
      const { body: none30 } = await get('/tenor/v1/oracle/vol-index/BTC', {}, served);
      expect(none30).toMatchObject({ underlying: 'BTC', volIndex: null });
    } finally {
      await served.close();
      await young.close();
    }
  });

  test('a series in which nothing rests has neither bid nor ask', async () => {
    const [market] = (await get('/tenor/v1/markets?limit=1')).body['markets'] as Listed[];
    expect(market).toMatchObject({ bid: null, ask: null });
    expect(Number(market!.mark['vol'])).toBeGreaterThan(0);
    const { body } = await get(`/tenor/v1/markets/${market!.symbol}`);
    expect(body['expiry']).toMatchObject({ settlementUusd: null, settledHeight: null });
  });
});

describe('what cannot be answered', () => {
  const digits = '9'.repeat(5_000);
  test.each<[string, number]>([
    ['/tenor/v1/nothing', 404],
    ['/tenor/v1/markets?limit=-1', 400],
    ['/tenor/v1/markets?limit=501', 400],
    ['/tenor/v1/markets?limit=1e2', 400],
    ['/tenor/v1/markets?limit=1&limit=2', 400],
    ['/tenor/v1/markets?after=9007199254740992', 400],
    [`/tenor/v1/markets?after=${digits}`, 400],
    ['/tenor/v1/markets?underlying=DOGE', 404],
    ['/tenor/v1/markets?expiry=someday', 400],
    ['/tenor/v1/markets/BTC-1-1-X', 404],
    ['/tenor/v1/markets/%00', 404],
    ['/tenor/v1/markets/%ff/book', 400],
    ['/tenor/v1/markets/%E0%A4%A', 400],
    ['/%E0%A4%A', 400],
    ['/tenor/v1/markets/BTC-27DEC26-100000-C/book?depth=201', 400],
    [`/tenor/v1/markets/${'x'.repeat(200)}`, 414],
    ['/tenor/v1/chain/__proto__', 404],
    ['/tenor/v1/params?module=__proto__', 404],
    ['/tenor/v1/surface/constructor', 404],
    ['/tenor/v1/oracle/vol-index/DOGE', 404],
    ['/tenor/v1/accounts/nobody/0', 400],
    ['/tenor/v1/accounts/nobody/4294967296', 400],
    ['/tenor/v1/accounts/nobody/-1', 400],
    ['/tenor/v1/liquidations/nobody/steps', 400],
    ['/tenor/v1/liquidations/1/steps?limit=201', 400],
    ['/tenor/v1/settlements/never', 400],
    [`/tenor/v1/settlements/27DEC26?after=${digits}`, 400],
    ['/tenor/v1/settlements/27DEC26?limit=1001', 400],
    ['/tenor/v1/oracle/report-card/nobody', 400],
    [`/tenor/v1/oracle/report-card/${'00'.repeat(20)}`, 400],
    ['/tenor/v1/oracle/prices?height=-1', 400],
    ['/tenor/v1/oracle/prices?height=1&height=2', 400],
    ['/tenor/v1/oracle/prices?height=1.5', 400],
  ])('%s is a %s with a reason, and no fault', async (path, expected) => {
    const { status, body } = await get(path);
    expect([status, typeof body['error']]).toEqual([expected, 'string']);
    // Not the framework's own shape.
    expect(body).not.toHaveProperty('statusCode');
    expect(faults).toEqual([]);
  });

  test('nothing is written: other methods have no path', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const response = await fetch(`${api.url}/tenor/v1/markets`, { method });
      expect(response.status).toBe(404);
    }
  });
});

test('when too many wait the answer is to come back later', async () => {
  const busy = await start(0);
  try {
    const { status, headers, body } = await get('/tenor/v1/markets', {}, busy);
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body['error']).toMatch(/too many requests/);
  } finally {
    await busy.close();
  }
});

test.each([
  [['https://app.example'], 'https://app.example'],
  [[], null],
])('only the pages that are named may read: %j', async (corsOrigins, allowed) => {
  const picky = await start(undefined, corsOrigins);
  try {
    const headers = { origin: 'https://app.example' };
    const { headers: told } = await get('/tenor/v1/funds', headers, picky);
    expect(told.get('access-control-allow-origin')).toBe(allowed);
    const other = await get('/tenor/v1/funds', { origin: 'https://else.example' }, picky);
    expect(other.headers.get('access-control-allow-origin')).toBe(null);
  } finally {
    await picky.close();
  }
});

test('a port in use fails the start', async () => {
  const { port } = new URL(api.url);
  const second = startApi({
    listen: `127.0.0.1:${port}`,
    query: () => {
      throw new Error('not asked');
    },
    chainId: () => '',
    logger: { error: () => undefined },
  });
  await expect(second).rejects.toThrow(/EADDRINUSE/);
});
