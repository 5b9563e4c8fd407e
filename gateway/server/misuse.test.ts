import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { FakeNode } from '../../cli/fixture.ts';
import { TenorClient, keySigner } from '../../client/index.ts';
import { Access } from '../access/access.ts';
import { Account } from '../account/account.ts';
import { DeadMan } from '../account/deadMan.ts';
import { Disconnects } from '../account/disconnects.ts';
import { Labels } from '../account/labels.ts';
import { Signing } from '../account/signing.ts';
import { Trading } from '../account/trading.ts';
import { Hub } from '../channels/hub.ts';
import { Market } from '../market/market.ts';
import { methods } from '../methods/index.ts';
import { Dispatcher } from '../rpc/dispatch.ts';
import type { Answer } from '../rpc/dispatch.ts';
import { RPC_ERRORS } from '../rpc/rpcError.ts';
import type { Services } from '../services.ts';
import { Server } from './server.ts';

// Of a chain on which nothing is listed: what is refused before anybody looks at a market.
const credentials = { clientId: 'the-id-1', clientSecret: 'the-secret', sessionKey: null };
const CODES = new Set<number>(Object.values(RPC_ERRORS).map(([code]) => code));
const INTERNAL = RPC_ERRORS.internal[0];
const faults: unknown[] = [];

let node: FakeNode;
let server: Server;
let dispatcher: Dispatcher;
let port: number;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-gateway-'));
  node = new FakeNode();
  const signer = keySigner(new Uint8Array(32).fill(7));
  const client = await TenorClient.connect(await node.listen(), { signer });
  const log: Services['log'] = (entry) => {
    if (entry.kind === 'fault') faults.push(entry);
  };
  const market = new Market(client);
  const account = new Account(client, market);
  const signing = new Signing(client, market, log);
  const labels = new Labels(
    join(dir, 'labels'),
    () => Date.now(),
    () => false,
  );
  const trading = new Trading({ client, account, signing, market, labels });
  const deadMan = new DeadMan(client, signing, market, log);
  const hub = new Hub();
  const services: Services = {
    ...{ client, market, account, signing, trading, deadMan, hub, log },
    access: new Access(credentials, () => Date.now()),
    disconnects: new Disconnects({ client, trading, signing, deadMan, log }),
    ...{ isTestnet: true, repeatsLabels: false, history: null },
  };
  hub.open(services);
  dispatcher = new Dispatcher(services, methods);
  mkdirSync(join(dir, 'assets'));
  writeFileSync(join(dir, 'index.html'), '<p>page</p>');
  const page = { files: dir, node: 'http://127.0.0.1:1' };
  server = new Server({ dispatcher, access: services.access, page });
  port = await server.listen(0);
});

afterAll(async () => {
  await server.close();
  await node.close();
  rmSync(dir, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

const caller = { connection: null, isAuthorized: true, onWritten: () => undefined };

function expectKnown({ error, result }: Answer): void {
  if (error === undefined) expect(result).toBeDefined();
  else expect([CODES.has(error.code), error.code === INTERNAL]).toEqual([true, false]);
}

describe('fuzzed calls', () => {
  test('whatever is sent in place of a request gets the protocol’s own error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ depthSize: 'large' }), async (message) => {
        const answer = await dispatcher.answer(message, caller);
        expectKnown(answer);
        expect(JSON.stringify(answer).length).toBeLessThan(2_000);
      }),
      { numRuns: 300 },
    );
  });

  // Values as clients get them wrong, and as attackers get them right.
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(
      '__proto__',
      'constructor',
      'BTC',
      'USDC',
      'NOTHING',
      "'; DROP TABLE fills",
      'ok',
    ),
    fc.constantFrom(
      1e308,
      -0,
      2 ** 53,
      1e-9,
      '1e400',
      '٣',
      'x'.repeat(5_000),
      'NaN',
      'BTC-PERPETUAL',
    ),
  );
  const NAMES = [
    ...['instrument_name', 'currency', 'kind', 'amount', 'price', 'label', 'type', 'order_id'],
    ...['channels', 'count', 'start_timestamp', 'end_timestamp', 'resolution', 'depth', 'quotes'],
    ...['grant_type', 'client_id', 'client_secret', 'timestamp', 'signature', 'nonce', 'interval'],
    ...['mmp_group', 'index_name', 'quote_id', 'simulated_positions', 'cancel_type', 'scope'],
  ];

  test.each(Object.keys(methods))('%s with any parameters', async (method) => {
    const params = fc.dictionary(fc.constantFrom(...NAMES, '__proto__', 'toString'), value);
    await fc.assert(
      fc.asyncProperty(params, async (given) => {
        expectKnown(
          await dispatcher.answer({ jsonrpc: '2.0', id: 1, method, params: given }, caller),
        );
      }),
      { numRuns: 30 },
    );
  });
});

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers });

describe('over HTTP', () => {
  test.each([
    ['a body that is no JSON', '/api/v2/public/test', '{"a"', 400, -32700],
    ['a body without end', '/api/v2', `"${'x'.repeat(70_000)}"`, 413, 11_050],
    ['a path that is none', '/api/v3/public/test', '{}', 404, -32601],
    ['a method that is none', '/api/v2/public/nothing', '{}', 400, -32601],
    ['a private one without a key', '/api/v2/private/buy', '{"amount":1}', 400, 13_009],
    ['one for connections only', '/api/v2/public/subscribe', '{"channels":[]}', 400, 10_030],
  ])('%s', async (_name, path, body, status, code) => {
    const response = await post(path, body);
    const { error } = (await response.json()) as Answer;
    expect([response.status, error?.code]).toEqual([status, code]);
  });

  test('there is a page at /, and JSON-RPC’s own error where there is none', async () => {
    const at = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect(await (await at('/')).text()).toBe('<p>page</p>');
    for (const path of ['/assets/nothing.js', '/assets/..%2findex.html', '/nothing']) {
      const answer = await at(path);
      const { error } = (await answer.json()) as Answer;
      expect([path, answer.status, error?.code]).toEqual([path, 404, -32601]);
    }
  });

  test('a wrong signature, a wrong token and a wrong scheme are refused', async () => {
    const ts = Date.now();
    for (const authorization of [
      `deri-hmac-sha256 id=the-id-1,ts=${ts},sig=${'0'.repeat(64)},nonce=1`,
      'Bearer of bad news',
      'Basic Og==',
      'Digest x',
    ]) {
      const response = await post('/api/v2/private/get_positions', '{}', { authorization });
      const { error } = (await response.json()) as Answer;
      expect([13_004, 13_009]).toContain(error?.code);
    }
  });

  test('pages of other sites, and other names of this machine, are refused', async () => {
    const statusFor = (headers: Record<string, string>) =>
      new Promise((resolve, reject) => {
        const options = { port, host: '127.0.0.1', path: '/api/v2/public/test', headers };
        httpRequest(options, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await statusFor({ host: 'evil.example' })).toBe(403);
    expect(await statusFor({ origin: 'https://evil.example' })).toBe(403);
    expect(await statusFor({ origin: 'http://localhost:3000' })).toBe(200);
  });
});

/** A connection, and what came over it. */
async function connect() {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/api/v2`);
  const came: Answer[] = [];
  socket.on('message', (data: Buffer) => came.push(JSON.parse(data.toString()) as Answer));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const next = async (count = came.length + 1) => {
    while (came.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    return came.at(-1)!;
  };
  return { socket, came, next, closed };
}

describe('over a connection', () => {
  test('bytes that are no JSON get an error, and the connection goes on', async () => {
    const { socket, came, next } = await connect();
    const texts = ['', '{', '[]', 'null', '\u0000\uFFFF', '{"method":5}', '"x"'];
    for (const text of texts) socket.send(text);
    socket.send(Buffer.from([0xff, 0xfe, 0x00]));
    await next(texts.length + 1);
    expect(came.map(({ error }) => error?.code)).not.toContain(undefined);
    socket.send('{"method":"public/test","id":9}');
    expect(await next(texts.length + 2)).toMatchObject({ id: 9, result: {} });
    socket.close();
  });

  test('a message that is too long ends it', async () => {
    const { socket, closed } = await connect();
    socket.send('x'.repeat(70_000));
    expect(await closed).toBe(1009);
  });

  test('ten thousand subscriptions are refused as one, and none of them stays', async () => {
    const { socket, next } = await connect();
    const channels = Array.from({ length: 10_000 }, (_, i) => `t.${i}`);
    const call = (list: string[]) =>
      socket.send(
        JSON.stringify({ method: 'public/subscribe', id: 1, params: { channels: list } }),
      );
    for (let at = 0; at < channels.length; at += 2_500) call(channels.slice(at, at + 2_500));
    expect((await next(4)).error).toMatchObject({ code: -32602 });
    call(channels.slice(0, 5));
    expect((await next(5)).error).toMatchObject({ data: { param: 'channels' } });
    socket.close();
  });

  test('channels of the account are for who is let in', async () => {
    const { socket, next } = await connect();
    const params = { channels: ['user.portfolio.usdc'] };
    socket.send(JSON.stringify({ method: 'public/subscribe', id: 1, params }));
    expect((await next(1)).error?.code).toBe(13_009);
    socket.send(JSON.stringify({ method: 'private/subscribe', id: 1, params }));
    expect((await next(2)).error?.code).toBe(13_009);
    socket.close();
  });

  test('connections are bounded, and those that went make room', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => connect()));
    await expect(connect()).rejects.toThrow('403');
    for (const { socket } of all) socket.terminate();
    await Promise.all(all.map(({ closed }) => closed));
    while (server.connections > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    (await connect()).socket.close();
  });
});
