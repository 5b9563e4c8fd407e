import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import type * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { TestChain } from '../../test/harness/chain.ts';
import { TestReadSide, until } from '../../test/harness/streams.ts';
import { depositMsg, FEE, orderMsg, seriesOf, Side } from '../../test/harness/trading.ts';
import type { StreamLimits } from './limits.ts';

interface Message {
  readonly type: string;
  readonly channel: string;
  readonly seq: number;
  readonly epoch: string;
  readonly how: string;
  readonly id: string | number;
  readonly code: string;
  readonly message: string;
  readonly data: Record<string, unknown>;
}

/** A client that knows nothing but WebSockets. */
class Client {
  readonly socket: WebSocket;
  readonly heard: Message[] = [];
  closed: { code: number; reason: string } | undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data: Buffer) =>
      this.heard.push(JSON.parse(data.toString()) as Message),
    );
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: String(reason) }));
    this.socket.on('error', () => undefined);
  }

  say(text: unknown): void {
    this.socket.send(typeof text === 'string' ? text : JSON.stringify(text));
  }

  of(type: string, channel?: string): Message[] {
    return this.heard.filter((m) => m.type === type && (channel ?? m.channel) === m.channel);
  }

  async next(type: string, count = 1, channel?: string): Promise<Message> {
    await until(
      () => this.of(type, channel).length >= count,
      `${count} ${type} among ${JSON.stringify(this.heard).slice(0, 800)}`,
    );
    return this.of(type, channel)[count - 1]!;
  }
}

let chain: TestChain;
let symbol: string;
let readSide: TestReadSide;
const clients: Client[] = [];

const start = async (limits: Partial<StreamLimits> = {}) => {
  readSide = await TestReadSide.start(chain.node, limits);
  await readSide.reader.caughtUp();
};
const open = async (): Promise<Client> => {
  const client = new Client(readSide.streamUrl);
  clients.push(client);
  await client.next('welcome');
  return client;
};
const block = async (txs: readonly Uint8Array[] = []) => {
  await chain.block({ txs });
  await readSide.reader.caughtUp();
};
const order = (name: string, side: clob.Side, price: number) => {
  const user = chain.user(name);
  return chain.sign(user, [orderMsg(user, { series: symbol, side, size: 0.1, price })]);
};

beforeAll(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 4; i++) await chain.block();
  const users = [...chain.users.values()];
  await chain.block({ txs: users.map((u) => chain.sign(u, [depositMsg(u, 50_000)], FEE)) });
  symbol = seriesOf(chain, 'BTC')[0]!.symbol;
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.terminate();
  await readSide.close();
  expect(readSide.faults).toEqual([]);
});
afterAll(() => chain.close());

describe('a channel', () => {
  test('begins with a snapshot and goes on with patches, numbered without a gap', async () => {
    await start();
    const client = await open();
    client.say({ op: 'subscribe', id: 1, channels: [`book:${symbol}`] });
    expect(await client.next('subscribed')).toMatchObject({ id: 1, how: 'new' });
    const { seq } = await client.next('snapshot');
    await block([order('alice', Side.SIDE_BUY, 10)]);
    const patch = await client.next('patch');
    expect([patch.seq, patch.data]).toEqual([
      seq + 1,
      { bids: { '10000000': { quantity: '1000', orders: 1 } } },
    ]);
    await block([order('bob', Side.SIDE_BUY, 11)]);
    expect((await client.next('patch', 2)).seq).toBe(seq + 2);
  });

  test('goes on where a client was, or tells it that it cannot', async () => {
    await start({ keptPerChannelMax: 3 });
    const first = await open();
    const channel = 'trades:BTC';
    const blocks = 'blocks';
    first.say({ op: 'subscribe', channels: [channel, blocks] });
    const { epoch, seq } = await first.next('snapshot', 1, blocks);
    first.socket.terminate();
    await block();
    await block();
    const again = await open();
    again.say({ op: 'subscribe', channels: [{ channel: blocks, epoch, seq }] });
    expect(await again.next('subscribed')).toMatchObject({ how: 'resumed' });
    expect((await again.next('events', 2)).seq).toBe(seq + 2);
    expect(again.of('snapshot')).toEqual([]);
    for (let i = 0; i < 4; i++) await block();
    const late = await open();
    const strangers = [
      { channel: blocks, epoch, seq },
      { channel, epoch: 'another', seq: 0 },
    ];
    late.say({ op: 'subscribe', channels: strangers });
    await late.next('snapshot', 2);
    expect(late.of('subscribed').map(({ how }) => how)).toEqual(['gap', 'gap']);
    late.say({ op: 'unsubscribe', channels: [blocks] });
    await late.next('unsubscribed');
    late.say({ op: 'subscribe', channels: [{ channel: blocks, epoch, seq: 10_000 }] });
    expect((await late.next('subscribed', 3)).how).toBe('gap');
  });

  test('begins anew, in a new epoch, when the read side itself has missed something', async () => {
    await start();
    const client = await open();
    client.say({ op: 'subscribe', channels: [`account:${chain.user('alice').address}`] });
    const { epoch } = await client.next('snapshot');
    // As if blocks were lost between the application and the read side.
    readSide.reader.restart();
    await readSide.reader.caughtUp();
    const again = await client.next('snapshot', 2);
    expect(again.epoch).not.toBe(epoch);
    expect(again.seq).toBe(0);
  });

  test('tells an account its fills and events at once, and the transactions it sent', async () => {
    await start();
    const client = await open();
    const { address } = chain.user('alice');
    client.say({ op: 'subscribe', channels: [`account:${address}`] });
    await client.next('snapshot');
    await block([order('alice', Side.SIDE_SELL, 600)]);
    expect((await client.next('events')).data).toMatchObject({
      fills: [],
      events: [{ event: 'order_placed', attributes: { owner: address, price_uusd: '600000000' } }],
      txs: [{ code: 0 }],
    });
    await block([order('bob', Side.SIDE_BUY, 600)]);
    const { data } = await client.next('events', 2);
    expect(data).toMatchObject({ fills: [{ maker: address, priceUusd: '600000000' }], txs: [] });
    await client.next('patch');
  });
});

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

  test('10,000 subscriptions, frames without measure and endless requests end one client only', async () => {
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
    const dead = new Client(readSide.streamUrl);
    clients.push(dead);
    await dead.next('welcome');
    // Nothing of it answers any more, and its end never says that it is gone.
    dead.socket.pause();
    const good = await open();
    await until(() => readSide.api.streams.counts().cut['silent'] === 1, 'the cut');
    expect((await good.next('heartbeat', 3)).type).toBe('heartbeat');
    expect(readSide.api.streams.counts().clients).toBe(1);
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
