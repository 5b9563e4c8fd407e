import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { EngineSilent, askEngine } from './engineRpc.ts';

let asked = 0;
/** How many questions find their connection closed. */
let resets = 0;
const engine = createServer((request, response) => {
  if (asked++ < resets) request.socket.resetAndDestroy();
  else response.end(JSON.stringify({ result: { asked } }));
});
let rpc: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  rpc = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
});
afterAll(() => void engine.close());
beforeEach(() => {
  asked = 0;
});

test('an engine that closes the connection is asked once more', async () => {
  resets = 1;
  expect(await askEngine(rpc, 'status', {})).toEqual({ asked: 2 });
  [asked, resets] = [0, 2];
  await expect(askEngine(rpc, 'status', {})).rejects.toThrow(EngineSilent);
  expect(asked).toBe(2);
});

test('what it may have taken is not sent again', async () => {
  resets = 1;
  await expect(askEngine(rpc, 'broadcast_tx_sync', { tx: '' })).rejects.toThrow(EngineSilent);
  expect(asked).toBe(1);
});
