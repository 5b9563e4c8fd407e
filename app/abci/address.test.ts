import { once } from 'node:events';
import { link, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { noopApplication } from '../../test/abci/noopApplication.ts';
import { recordingLogger, startFixture, temporaryFolder } from '../../test/abci/serverFixture.ts';
import { parseAddress } from './address.ts';
import { startAbciServer } from './server.ts';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function folder(): Promise<string> {
  const created = await temporaryFolder();
  cleanups.push(() => created.remove());
  return created.path;
}

describe('parseAddress', () => {
  test.each([
    ['unix:///run/app.sock', { transport: 'unix', path: '/run/app.sock' }],
    ['unix://app.sock', { transport: 'unix', path: 'app.sock' }],
    ['tcp://127.0.0.1:26658', { transport: 'tcp', host: '127.0.0.1', port: 26658 }],
    ['tcp://[::1]:0', { transport: 'tcp', host: '::1', port: 0 }],
  ])('reads %s', (address, expected) => {
    expect(parseAddress(address)).toEqual(expected);
  });

  test.each([
    ['/run/app.sock', /neither unix:.* nor tcp:/],
    ['http://127.0.0.1:1', /neither unix:.* nor tcp:/],
    ['unix://', /has no path/],
    ['tcp://127.0.0.1', /needs a host and a port/],
    ['tcp://:26658', /needs a host and a port/],
    ['tcp://localhost:65536', /needs a host and a port/],
    ['tcp://localhost:-1', /needs a host and a port/],
  ])('refuses %s and says what to write', (address, reason) => {
    expect(() => parseAddress(address)).toThrow(reason);
  });

  test('counts the bytes, not the characters, of a unix path that is too long', () => {
    const fits = `/${'x'.repeat(102)}`;
    expect(parseAddress(`unix://${fits}`)).toEqual({ transport: 'unix', path: fits });
    const long = `/${'é'.repeat(54)}`;
    expect(() => parseAddress(`unix://${long}`)).toThrow(/has 109 bytes.*choose a shorter one/);
  });
});

describe('the unix socket file', () => {
  const options = {
    application: noopApplication(),
    logger: recordingLogger([]),
    onFatal: () => undefined,
  };

  test('is replaced when a dead process left it', async () => {
    const path = join(await folder(), 'app.sock');
    // A second name for a listening socket outlives its server, as after SIGKILL.
    const dead = createServer().listen(`${path}.first`);
    await once(dead, 'listening');
    await link(`${path}.first`, path);
    dead.close();
    await once(dead, 'close');
    const server = await startAbciServer({ ...options, address: `unix://${path}` });
    await server.close();
  });

  test('is left alone while another process listens on it', async () => {
    const fixture = await startFixture();
    cleanups.push(() => fixture.stop());
    const { address } = fixture.server;
    await expect(startAbciServer({ ...options, address })).rejects.toThrow('another process');
    expect((await (await fixture.connect()).call({ flush: {} })).flush).toEqual({});
  });

  test('is left alone when it is not a socket', async () => {
    const path = join(await folder(), 'notes.txt');
    await writeFile(path, 'precious');
    const starting = startAbciServer({ ...options, address: `unix://${path}` });
    await expect(starting).rejects.toThrow('is not a socket');
    expect((await stat(path)).size).toBe(8);
  });
});
