import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { Connection } from './connection.ts';

let server: WebSocketServer;
let client: WebSocket;
let connection: Connection;
let came: { method: string; params: { type: string } }[];

beforeEach(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[WebSocket]>;
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  came = [];
  client.on('message', (data: Buffer) => came.push(JSON.parse(data.toString()) as never));
  const [socket] = await accepted;
  connection = new Connection(socket);
  socket.on('message', () => connection.hear());
  await once(client, 'open');
});
afterEach(async () => {
  client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

test('who is silent is asked whether he is there, and then cut', async () => {
  const gone = new Promise<void>((resolve) => connection.onGone(resolve));
  connection.setHeartbeat(0.05);
  const [code] = (await once(client, 'close')) as [number];
  expect(code).toBe(4003);
  expect(came.map(({ params }) => params.type)).toEqual(['heartbeat', 'test_request']);
  await gone;
});

test('who answers stays, and nothing is asked of who speaks', async () => {
  connection.setHeartbeat(0.05);
  client.on('message', () => client.send('{"method":"public/test"}'));
  while (came.length < 5) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(connection.isOpen).toBe(true);
  connection.setHeartbeat(0);
  client.close();
  await connection.ended;
});

test('who does not read is cut, before what is kept for him is much', async () => {
  client.pause();
  const closed = connection.ended;
  const text = 'x'.repeat(100_000);
  let sent = 0;
  while (connection.isOpen && sent < 1_000) {
    void connection.send({ text });
    sent++;
    if (sent % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(sent).toBeLessThan(1_000);
  client.terminate();
  await closed;
  expect(await connection.send({ text })).toBe(false);
});

test('what it listens to ends with it', async () => {
  let stopped = 0;
  connection.channels.set('a', () => stopped++);
  connection.channels.set('b', () => stopped++);
  client.terminate();
  await connection.ended;
  expect([stopped, connection.channels.size]).toEqual([2, 0]);
});

test('who does not show another token in time is let go with the old one', async () => {
  connection.authorize('first', 0.05);
  connection.authorize('second', 0.3);
  expect([connection.isAuthorized, connection.token]).toEqual([true, 'second']);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(connection.isAuthorized).toBe(true);
  const [code] = (await once(client, 'close')) as [number];
  expect([code, connection.isAuthorized, connection.token]).toEqual([4002, false, null]);
});

test('who logs out is not authorized, and stays', async () => {
  connection.authorize('first', 0.05);
  connection.revoke();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([connection.isAuthorized, connection.isOpen]).toEqual([false, true]);
});
