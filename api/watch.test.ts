import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestChain } from '../test/harness/chain.ts';
import { TestReplica } from '../test/harness/replica.ts';
import { HEALTHY_AGE_MS } from './health.ts';
import { startApi } from './server.ts';
import type { Api } from './server.ts';

let chain: TestChain;
let reader: TestReplica;
let api: Api;
let nowMs = 0;

const get = async (path: string) => {
  const response = await fetch(api.url + path);
  return { status: response.status, text: await response.text() };
};
const health = async () => {
  const { status, text } = await get('/health');
  return [status, JSON.parse(text) as object];
};

beforeAll(async () => {
  chain = await TestChain.start();
  reader = new TestReplica(chain.node);
  api = await startApi({
    listen: '127.0.0.1:0',
    query: (path, data, height) => reader.replica.answer(path, data, height),
    chainId: () => '',
    clock: () => nowMs,
    logger: { error: (fields) => expect(fields).toBeUndefined() },
  });
  reader.observe(api.observer);
});
afterAll(async () => {
  await api.close();
  reader.feed.close();
  await chain.close();
});

test('a node is healthy while it follows the chain', async () => {
  expect(await health()).toEqual([503, expect.objectContaining({ status: 'starting' })]);
  expect((await get('/metrics')).status).toBe(200);
  for (let i = 0; i < 2; i++) await chain.block();
  await reader.caughtUp();
  nowMs = chain.timeMs + 1_000;
  const [height, timeMs] = ['2', String(chain.timeMs)];
  expect(await health()).toEqual([200, { status: 'ok', height, timeMs, ageMs: 1_000 }]);
  // Clocks differ: a block of the future is new.
  nowMs = chain.timeMs - 50;
  expect(await health()).toEqual([200, { status: 'ok', height, timeMs, ageMs: 0 }]);
  nowMs = chain.timeMs + HEALTHY_AGE_MS + 1;
  expect(await health()).toEqual([503, expect.objectContaining({ status: 'behind', height })]);
});

test('requests are counted by route and class, whatever their paths are', async () => {
  for (let i = 0; i < 30; i++) await get(`/tenor/v1/markets/NOTHING-${i}`);
  await get('/nowhere');
  const { text } = await get('/metrics');
  const count = 'tenor_read_http_request_duration_seconds_count';
  expect(text).toContain(`${count}{route="/tenor/v1/markets/:series",status="4xx"} 30`);
  expect(text).not.toContain('NOTHING');
  expect(text).not.toContain('nowhere');
});
