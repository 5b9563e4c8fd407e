import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { TestChain } from '../../test/harness/chain.ts';
import { TestReadSide, until } from '../../test/harness/streams.ts';
import { UPGRADE, halfOpen, noise } from '../../test/e2e/attack.ts';
import { StreamClient } from './fixture.ts';
import type { StreamLimits } from './limits.ts';

let chain: TestChain;
let readSide: TestReadSide;
const clients: StreamClient[] = [];

const start = async (limits: Partial<StreamLimits> = {}) => {
  readSide = await TestReadSide.start(chain.node, limits);
  await readSide.reader.caughtUp();
};
const open = async (): Promise<StreamClient> => {
  const client = await StreamClient.connect(readSide.streamUrl);
  clients.push(client);
  return client;
};
const block = async () => {
  await chain.block();
  await readSide.reader.caughtUp();
};
beforeAll(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 4; i++) await chain.block();
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.terminate();
  await readSide.close();
  expect(readSide.faults).toEqual([]);
});
afterAll(() => chain.close());

describe('what is wrong', () => {
  test('is refused by its own code, and the connection goes on', async () => {
    await start({ channelsPerClientMax: 3 });
    const client = await open();
    const wrong: [unknown, string][] = [
      ['{', 'bad_request'],
      ['[]', 'bad_request'],
      [{ op: 'fly' }, 'bad_request'],
      [{ op: 'subscribe' }, 'bad_request'],
      [{ op: 'subscribe', channels: [7] }, 'bad_request'],
      [{ op: 'subscribe', channels: [{ channel: 'blocks', seq: 3 }] }, 'bad_request'],
      [{ op: 'subscribe', channels: ['x'.repeat(129)] }, 'bad_request'],
      [{ op: 'subscribe', channels: Array(501).fill('blocks') }, 'bad_request'],
      [{ op: 'subscribe', channels: ['nothing:BTC'] }, 'unknown_channel'],
      [{ op: 'subscribe', channels: ['constructor:BTC'] }, 'unknown_channel'],
      [{ op: 'subscribe', channels: ['book:BTC-27DEC26-1-C:levels'] }, 'unknown_channel'],
      [{ op: 'subscribe', channels: ['book:BTC-27DEC26-1-C'] }, 'not_found'],
      [{ op: 'subscribe', channels: ['oracle:DOGE'] }, 'not_found'],
      [{ op: 'subscribe', channels: ['trades:DOGE'] }, 'not_found'],
      [{ op: 'unsubscribe', channels: ['blocks'] }, 'not_subscribed'],
      [{ op: 'ping', id: {} }, 'bad_request'],
      [{ op: 'subscribe', channels: ['a1', 'b2', 'c3', 'd4'] }, 'too_many_channels'],
    ];
    for (const [i, [request, code]] of wrong.entries()) {
      client.say(request);
      expect([request, (await client.next('error', i + 1)).code]).toEqual([request, code]);
    }
    client.socket.send(Buffer.from([1, 2, 3]));
    await until(() => client.of('error').length === wrong.length + 4, 'a refusal of bytes');
    client.say({ op: 'ping', id: 'still there' });
    expect(await client.next('pong')).toMatchObject({ id: 'still there' });
  });

  test('whatever a client sends, it is answered and the server goes on', async () => {
    await start({ requestBurst: 100_000 });
    const client = await open();
    const channel = fc.oneof(
      fc.string(),
      fc.constantFrom('blocks', 'book:', 'account:tenor1', ':'),
    );
    const almost = fc.record(
      {
        op: fc.oneof(fc.constantFrom('subscribe', 'unsubscribe', 'ping'), fc.anything()),
        id: fc.anything(),
        channels: fc.oneof(fc.array(fc.oneof(channel, fc.anything())), fc.anything()),
      },
      { requiredKeys: [] },
    );
    const frames = fc.oneof(fc.string(), fc.json(), almost.map(plain));
    for (const frame of fc.sample(frames, { numRuns: 400, seed: 11 })) client.say(frame);
    client.say({ op: 'ping', id: 'end' });
    await client.next('pong', client.of('pong').length + 1).catch(() => undefined);
    await until(() => client.of('pong').some(({ id }) => id === 'end'), 'the last answer');
    expect(client.closed).toBeUndefined();
  });

  test('10,000 subscriptions, huge frames and endless requests end one client only', async () => {
    await start({ channelsPerClientMax: 20, requestBurst: 40, requestBytesMax: 1_024 });
    const [many, huge, hasty, good] = [await open(), await open(), await open(), await open()];
    good.say({ op: 'subscribe', channels: ['blocks'] });
    for (let i = 0; i < 30; i++) {
      const channels = Array.from({ length: 333 }, (_, k) => `a${i * 333 + k}`.slice(0, 3));
      many.say({ op: 'subscribe', channels: channels.slice(0, 100) });
    }
    await many.next('error');
    expect(many.of('error').some(({ code }) => code === 'too_many_channels')).toBe(true);
    huge.say({ op: 'subscribe', channels: ['y'.repeat(10_000)] });
    await until(() => huge.closed !== undefined, 'the end of who sends too much');
    expect(huge.closed!.code).toBe(1009);
    for (let i = 0; i < 60; i++) hasty.say({ op: 'ping' });
    await until(() => hasty.closed !== undefined, 'the end of who asks too often');
    expect(hasty.closed).toMatchObject({ code: 4002 });
    await block();
    expect((await good.next('events')).channel).toBe('blocks');
    expect(readSide.api.streams.counts().cut).toEqual({ tooManyRequests: 1 });
  });

  test('who does not read is cut with a reason, and costs no memory from then on', async () => {
    await start({ unsentBytesMax: 1_000_000 });
    const [slow, good] = [await open(), await open()];
    for (const client of [slow, good]) client.say({ op: 'subscribe', channels: ['ticker:BTC'] });
    await Promise.all([slow.next('snapshot'), good.next('snapshot')]);
    slow.socket.pause();
    // The kernel takes some megabytes before anything is left to this process: snapshots fill it.
    const isCut = () => readSide.api.streams.counts().cut['tooSlow'] !== undefined;
    for (let i = 0; !isCut(); i++) {
      expect(i).toBeLessThan(500);
      readSide.api.streams.anew(readSide.reader.replica.latest!);
      await good.next('snapshot', i + 2);
    }
    await until(() => readSide.api.streams.counts().clients === 1, 'the slow one to be gone');
    slow.socket.resume();
    await until(() => slow.closed !== undefined, 'the end');
    expect(readSide.api.streams.counts()).toMatchObject({ clients: 1, subscriptions: 1 });
  });

  test('a half-open socket is cut when it does not answer pings', async () => {
    await start({ heartbeatMs: 50 });
    const dead = new StreamClient(readSide.streamUrl);
    clients.push(dead);
    await dead.next('welcome');
    // Nothing of it answers any more, and its end never says that it is gone.
    dead.socket.pause();
    const good = await open();
    await until(() => readSide.api.streams.counts().cut['silent'] === 1, 'the cut');
    expect((await good.next('heartbeat', 3)).type).toBe('heartbeat');
    expect(readSide.api.streams.counts().clients).toBe(1);
  });

  test('frames that are none end their connection, and no other', async () => {
    await start();
    const good = await open();
    const bytes = () => Buffer.concat([Buffer.from(UPGRADE), noise(500)]);
    const noisy = await halfOpen(readSide.api.url, 20, bytes);
    await until(() => noisy.left() === 0, 'their end');
    good.say({ op: 'ping', id: 1 });
    expect(await good.next('pong')).toMatchObject({ id: 1 });
    noisy.close();
  });

  test('connections beyond the limit, and other paths, are answered over HTTP', async () => {
    await start({ clientsMax: 1 });
    await open();
    const { port } = new URL(readSide.api.url);
    expect(await upgrade(Number(port), '/stream')).toBe(503);
    expect(await upgrade(Number(port), '/elsewhere')).toBe(404);
    // And what is no WebSocket at all is no trouble either.
    await new Promise<void>((resolve) => {
      const raw = connect(Number(port), '127.0.0.1', () => raw.write('GET /stream HTTP/1.1\r\n'));
      raw.on('error', () => undefined).on('close', () => resolve());
      setTimeout(() => raw.destroy(), 20);
    });
    expect((readSide.reader.log.errors as object[]).length).toBe(0);
  });
});

/** As JSON; what JSON has no words for is another kind of nonsense. */
const plain = (value: unknown): string => {
  try {
    return JSON.stringify([value]).slice(1, -1);
  } catch {
    return '{}';
  }
};

/** The status of an upgrade that is refused. */
const upgrade = (port: AddressInfo['port'], path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = {
      ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const asked = request({ port, path, headers, host: '127.0.0.1' }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    asked.on('error', reject).end();
  });
