import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { until } from '../test/harness/streams.ts';
import { TenorStream } from './stream.ts';
import type { StreamUpdate } from './stream.ts';

/** A node's `/stream` that says what a test wants; the real one is in test/agreement. */
let server: WebSocketServer;
let stream: TenorStream;
let url: string;
const asked: { op: string; channels: (string | object)[] }[] = [];
const sockets: WebSocket[] = [];
const updates: StreamUpdate[] = [];
const connections: boolean[] = [];

const BOOK: string = 'book:BTC-27DEC26-100000-C';
const say = (message: object) => sockets.at(-1)!.send(JSON.stringify(message));
const told = (type: string, seq: number, data: object, epoch = 'e1') =>
  say({ type, channel: BOOK, epoch, seq, height: '9', timeMs: '9000', data });
const heard = (count: number) => until(() => updates.length >= count, `${count} updates`);
const requests = (count: number) => until(() => asked.length >= count, `${count} requests`);

beforeEach(async () => {
  for (const list of [asked, sockets, updates, connections]) list.length = 0;
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data: Buffer) => asked.push(JSON.parse(String(data)) as never));
    say({ type: 'welcome', chainId: 'a', height: '1', timeMs: '1', heartbeatMs: 50 });
  });
  await until(() => server.address() !== null, 'the server');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream`;
  stream = new TenorStream(url, { onConnection: (is) => connections.push(is) });
  stream.on(BOOK, (update) => updates.push(update));
  await requests(1);
});
afterEach(() => {
  stream.close();
  for (const socket of sockets) socket.terminate();
  server.close();
});

describe('a followed channel', () => {
  test('is a document to which patches are applied', async () => {
    expect(asked[0]).toEqual({ op: 'subscribe', channels: [BOOK] });
    told('snapshot', 4, { bids: { '1': { quantity: '5' } }, asks: {} });
    told('patch', 5, { bids: { '1': null, '2': { quantity: '7' } } });
    await heard(2);
    expect(updates[1]!.document).toEqual({ bids: { '2': { quantity: '7' } }, asks: {} });
    expect(updates[0]!.document).toEqual({ bids: { '1': { quantity: '5' } }, asks: {} });
    const late: StreamUpdate[] = [];
    stream.on(BOOK, (update) => late.push(update));
    expect(late[0]).toMatchObject({ type: 'snapshot', document: { bids: { '2': {} } } });
    expect(asked).toHaveLength(1);
  });

  test('comes from another node when its own is gone, after that one was tried again', async () => {
    const other = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    const gone = 'ws://127.0.0.1:1/stream';
    try {
      await until(() => other.address() !== null, 'the other server');
      const second = `ws://127.0.0.1:${(other.address() as AddressInfo).port}/stream`;
      const indices: number[] = [];
      const onConnection = (is: boolean, _why: string, index: number) => is && indices.push(index);
      const follows = new TenorStream([gone, second], { onConnection });
      const met = new Promise<string>((resolve) => {
        other.on('connection', (socket) =>
          socket.on('message', (data: Buffer) => resolve(data.toString())),
        );
      });
      follows.on(BOOK, () => undefined);
      expect(JSON.parse(await met)).toEqual({ op: 'subscribe', channels: [BOOK] });
      expect(indices).toEqual([1]);
      follows.close();
    } finally {
      for (const socket of other.clients) socket.terminate();
      other.close();
    }
  });

  test('goes on where it was when the connection is lost, and says when it could not', async () => {
    told('snapshot', 4, { bids: {} });
    await heard(1);
    sockets[0]!.terminate();
    await requests(2);
    expect(asked[1]!.channels).toEqual([{ channel: BOOK, epoch: 'e1', seq: 4 }]);
    told('patch', 5, { bids: { '3': {} } });
    await heard(2);
    sockets[1]!.terminate();
    await requests(3);
    told('snapshot', 0, { bids: {} }, 'e2');
    await heard(3);
    expect(updates[2]).toMatchObject({ type: 'snapshot', isGap: true });
    expect(connections).toEqual([true, false, true, false, true]);
  });

  test('asks again, once, when a number is missing', async () => {
    told('snapshot', 4, { bids: {} });
    told('patch', 6, { bids: { '1': {} } });
    told('patch', 7, { bids: { '2': {} } });
    await requests(3);
    expect(asked.slice(1)).toEqual([
      { op: 'unsubscribe', channels: [BOOK] },
      { op: 'subscribe', channels: [{ channel: BOOK, epoch: 'e1', seq: 4 }] },
    ]);
    say({ type: 'unsubscribed', channel: BOOK });
    say({ type: 'subscribed', channel: BOOK, how: 'resumed' });
    told('patch', 5, { bids: { '0': {} } });
    told('patch', 6, { bids: { '1': {} } });
    await heard(3);
    expect(updates.at(-1)!.document).toEqual({ bids: { '0': {}, '1': {} } });
    expect(asked).toHaveLength(3);
  });

  test('takes a connection that says nothing for dead', async () => {
    told('snapshot', 4, { bids: {} });
    await heard(1);
    await until(() => sockets.length === 2, 'another connection');
    await requests(2);
    expect(asked[1]!.channels).toEqual([{ channel: BOOK, epoch: 'e1', seq: 4 }]);
  });

  test('ends with what the server says, and nothing more of it is asked for', async () => {
    say({ type: 'error', channel: BOOK, code: 'not_found', message: 'no series' });
    await heard(1);
    expect(updates[0]).toMatchObject({ type: 'error', code: 'not_found', reason: 'no series' });
    sockets[0]!.terminate();
    await until(() => sockets.length === 2, 'another connection');
    expect(asked).toHaveLength(1);
  });

  test('is left when its last listener goes', async () => {
    const leave = stream.on('blocks', () => undefined);
    await requests(2);
    leave();
    leave();
    await requests(3);
    expect(asked[2]).toEqual({ op: 'unsubscribe', channels: ['blocks'] });
  });
});
