import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { getJson } from './getJson.ts';

describe('getJson', () => {
  let server: Server | undefined;
  const never = new AbortController().signal;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const started = createServer(listener);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}/`;
  }

  test('gives the document', async () => {
    const url = await serve((_, response) => response.end('{"a":[1]}'));
    expect(await getJson(url, 30_000, never)).toEqual({ a: [1] });
  });

  test('gives up on a server that says nothing', async () => {
    const url = await serve(() => undefined);
    await expect(getJson(url, 50, never)).rejects.toThrow('no answer within 50 ms');
  });

  test('gives up on a body that does not end', async () => {
    const url = await serve((_, response) => response.write('{"a":'));
    await expect(getJson(url, 200, never)).rejects.toThrow('no answer within 200 ms');
  });

  test('gives up on a body without bounds', async () => {
    const chunk = Buffer.alloc(1 << 20, 32);
    const url = await serve((_, response) => {
      const more = (): void => void response.write(chunk, (error) => !error && more());
      more();
    });
    await expect(getJson(url, 30_000, never)).rejects.toThrow('the answer is over 4194304 bytes');
  });

  test('refuses another status, a redirect, and what is not JSON', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/text') response.end('<html>');
      else if (request.url === '/away') response.writeHead(302, { location: '/json' }).end();
      else response.writeHead(429).end('slow down');
    });
    await expect(getJson(url, 30_000, never)).rejects.toThrow('status 429: slow down');
    await expect(getJson(`${url}away`, 30_000, never)).rejects.toThrow('status 302');
    await expect(getJson(`${url}text`, 30_000, never)).rejects.toThrow(SyntaxError);
  });

  test('ends at once when it is stopped', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    await expect(getJson(url, 30_000, controller.signal)).rejects.toThrow('stopped');
    await expect(getJson(url, 30_000, controller.signal)).rejects.toThrow('stopped');
  });
});
