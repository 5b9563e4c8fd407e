import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentPolicy } from './page.ts';
import { registerTerminal } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'tenor-terminal-'));
const server = fastify();
const history = 'https://history.example';
const others = ['http://127.0.0.1:1327', 'https://node.example'];

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<p>page</p>');
  writeFileSync(join(folder, 'assets', 'main-A1.js'), 'plain()');
  writeFileSync(join(folder, 'assets', 'main-A1.js.br'), 'packed');
  writeFileSync(join(folder, 'accounts.json'), '[{"name":"alice"}]');
  const testAccounts = join(folder, 'accounts.json');
  const options = { files: folder, nodes: others, history, testAccounts };
  await registerTerminal(server, options, () => 'tenor-1');
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) =>
  server.inject({ url, headers: { host: '127.0.0.1:1317', ...headers } });

describe('the terminal', () => {
  it('is at /, asked for again each time, and may do what its policy names', async () => {
    const page = await get('/');
    expect(page.body).toBe('<p>page</p>');
    expect(page.headers['cache-control']).toBe('no-cache');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toBe(contentPolicy(others, history));
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:1327 https://node.example ws:");
    expect(policy).toMatch(/connect-src [^;]* https:\/\/history\.example;/);
  });

  it('has files that browsers keep, compressed as they like', async () => {
    const packed = await get('/assets/main-A1.js', { 'accept-encoding': 'br' });
    expect(packed.headers['content-encoding']).toBe('br');
    expect(packed.body).toBe('packed');
    expect(packed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/assets/main-A1.js')).body).toBe('plain()');
    expect((await get('/assets/..%2faccounts.json')).statusCode).not.toBe(200);
  });

  it('knows its network, its own node first', async () => {
    const said = (await get('/terminal.json', { host: '127.0.0.1:1327' })).json<object>();
    expect(said).toEqual({
      chainId: 'tenor-1',
      nodes: ['http://127.0.0.1:1327', 'https://node.example'],
      history: 'https://history.example',
      testAccounts: true,
    });
  });
});

describe('keys of test accounts', () => {
  const status = async (headers: Record<string, string>) =>
    (await get('/test-accounts.json', headers)).statusCode;

  it('are for the page of this machine', async () => {
    expect(await status({})).toBe(200);
    expect(await status({ origin: 'http://127.0.0.1:1317' })).toBe(200);
  });
  it('are for no other site, whatever name it gives this machine', async () => {
    expect(await status({ origin: 'https://elsewhere.example' })).toBe(403);
    expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status({ host: 'rebound.example:1317' })).toBe(403);
  });
  it('are nowhere unless a file is named', async () => {
    const bare = fastify();
    await registerTerminal(bare, {}, () => 'tenor-1');
    const said = await bare.inject({ url: '/test-accounts.json' });
    expect(said.statusCode).toBe(404);
    expect((await bare.inject({ url: '/terminal.json' })).json()).toMatchObject({
      testAccounts: false,
    });
  });
});
