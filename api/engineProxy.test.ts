import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { registerEngineProxy } from './engineProxy.ts';

/** An engine that says what it was asked. */
const engine = fastify();
const server = fastify();
const asked: unknown[] = [];

beforeAll(async () => {
  engine.post('/', (request) => {
    asked.push(request.body);
    return { jsonrpc: '2.0', id: 7, result: { said: true } };
  });
  await registerEngineProxy(server, await engine.listen({ host: '127.0.0.1', port: 0 }));
});
afterAll(async () => {
  await server.close();
  await engine.close();
});

const ask = (payload: object) => server.inject({ method: 'POST', url: '/rpc', payload });

describe('the engine’s RPC for pages', () => {
  it('passes on what clients ask, as it is', async () => {
    const question = { jsonrpc: '2.0', id: 7, method: 'abci_query', params: { path: '/x' } };
    const answer = await ask(question);
    expect(answer.json()).toEqual({ jsonrpc: '2.0', id: 7, result: { said: true } });
    expect(asked).toEqual([question]);
  });

  it.each(['dial_peers', 'unsafe_flush_mempool', 'subscribe', 'broadcast_tx_commit', '', 7])(
    'refuses %j, which no page needs',
    async (method) => {
      asked.length = 0;
      const answer = await ask({ jsonrpc: '2.0', id: 3, method });
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ id: 3, error: { code: -32_601 } });
      expect(asked).toEqual([]);
    },
  );

  it('refuses a list of questions, and what is none', async () => {
    expect((await ask([{ method: 'dial_peers' }])).statusCode).toBe(400);
    expect((await server.inject({ method: 'POST', url: '/rpc' })).statusCode).toBe(400);
  });

  it.each([
    ['no JSON', '{', 400, -32_700],
    ['too much', `"${'x'.repeat(500_000)}"`, 413, -32_600],
  ])('refuses %s in the words of JSON-RPC', async (_what, payload, status, code) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await server.inject({ method: 'POST', url: '/rpc', payload, headers });
    expect([answer.statusCode, answer.json()]).toEqual([
      status,
      { jsonrpc: '2.0', id: null, error: expect.objectContaining({ code }) },
    ]);
  });

  it('says when the engine is gone', async () => {
    const lonely = fastify();
    await registerEngineProxy(lonely, 'http://127.0.0.1:1');
    const payload = { jsonrpc: '2.0', id: 1, method: 'status' };
    const answer = await lonely.inject({ method: 'POST', url: '/rpc', payload });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({
      id: 1,
      error: { message: 'the engine does not answer: try another node' },
    });
  });
});
