import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { registerTerminal } from '../../api/terminal.ts';
import { NodePage, nodeOfStream } from './page.ts';

const folder = mkdtempSync(join(tmpdir(), 'tenor-page-'));
const peer = 'http://127.0.0.1:1327';
const node = fastify();
const gateway = fastify();
let url: string;

async function gatewayOf(to: string, history?: string): Promise<FastifyInstance> {
  const server = fastify();
  const options = { files: folder, node: to, ...(history === undefined ? {} : { history }) };
  await new NodePage(options).register(server);
  return server;
}

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<p>page</p>');
  writeFileSync(join(folder, 'assets', 'main-A1.js'), 'plain()');
  const testAccounts = join(folder, 'accounts.json');
  writeFileSync(testAccounts, '[{"name":"alice"}]');
  const nodes = [peer, "https://x.example 'unsafe-inline'", 'javascript:alert(1)'];
  await registerTerminal(node, { nodes, testAccounts }, () => 'tenor-1');
  url = await node.listen({ host: '127.0.0.1', port: 0 });
  await new NodePage({ files: folder, node: url }).register(gateway);
});
afterAll(async () => {
  await gateway.close();
  await node.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  gateway.inject({ url: path, headers: { host: '127.0.0.1:8765', ...headers } });

test('the page may talk to the node and its peers, and nothing widens its policy', async () => {
  const page = await get('/');
  expect([page.statusCode, page.body]).toEqual([200, '<p>page</p>']);
  const policy = String(page.headers['content-security-policy']);
  const streams = [url, peer].map((each) => each.replace('http', 'ws'));
  expect(policy).toContain(`connect-src 'self' ${[url, peer, ...streams].join(' ')};`);
  expect(policy).not.toMatch(/unsafe|\*|javascript/);
  expect((await get('/assets/main-A1.js')).body).toBe('plain()');
});

test('it is told the node’s network, and not the gateway’s own address', async () => {
  expect((await get('/terminal.json')).json()).toEqual({
    ...{ chainId: 'tenor-1', nodes: [url, peer], history: '', testAccounts: true },
  });
});

test('keys of test accounts are passed on to this page alone', async () => {
  const own = await get('/test-accounts.json', { origin: 'http://127.0.0.1:8765' });
  expect([own.statusCode, own.json()]).toEqual([200, [{ name: 'alice' }]]);
  const elsewhere = { origin: 'http://localhost:3000' };
  expect((await get('/test-accounts.json', elsewhere)).statusCode).toBe(403);
});

test('a node that is gone is said to be, and an indexer can be named', async () => {
  const lonely = await gatewayOf('http://127.0.0.1:1', 'http://127.0.0.1:1311');
  const said = await lonely.inject({ url: '/terminal.json' });
  expect([said.statusCode, said.json()]).toEqual([
    503,
    { error: 'http://127.0.0.1:1 does not answer' },
  ]);
  const page = await lonely.inject({ url: '/' });
  expect(page.headers['content-security-policy']).toMatch(
    /connect-src [^;]* http:\/\/127.0.0.1:1311;/,
  );
  const host = { host: '127.0.0.1:8765' };
  const keys = await lonely.inject({ url: '/test-accounts.json', headers: host });
  expect(keys.statusCode).toBe(404);
  await lonely.close();
});

test.each([
  ['ws://127.0.0.1:1317/stream', 'http://127.0.0.1:1317'],
  ['wss://node.example/tenor/stream/', 'https://node.example/tenor'],
  ['wss://node.example/elsewhere', null],
])('the node that streams at %s is %s', (stream, expected) => {
  expect(nodeOfStream(stream)).toBe(expected);
});
