import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FeederReport } from '../../../proto/gen/tenor.oracle.v1.ts';
import { encodeFrame } from '../../lib/feederProtocol.ts';
import { startFeederSocket } from './feederSocket.ts';
import type { FeederSocket } from './feederSocket.ts';

function report(priceUusd: bigint, version = 1, ageMs = 0): Uint8Array {
  const index = { priceUusd, ageMs, sources: 2, dispersionPpm: 0 };
  const underlyings = [{ underlyingId: 1, index, expiries: [] }];
  return FeederReport.encode({ version, underlyings, stablecoins: [], sources: [] });
}

const NOW = 1_800_000_000_000;

describe('the feeder socket', () => {
  let folder: string;
  let path: string;
  let socket: FeederSocket;
  let clients: Socket[];
  let log: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tenor-'));
    path = join(folder, 'feeder.sock');
    clients = [];
    log = [];
  });

  afterEach(async () => {
    clients.forEach((c) => c.destroy());
    await socket.close();
    rmSync(folder, { recursive: true });
  });

  function start(): void {
    const keep = (_: object, message: string): void => void log.push(message);
    socket = startFeederSocket({ path, logger: { info: keep, warn: keep, error: keep } });
  }

  async function client(): Promise<Socket> {
    const opened = connect(path);
    clients.push(opened);
    opened.resume();
    await once(opened, 'connect');
    return opened;
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  const holds = (bytes: Uint8Array) => (): boolean => {
    const latest = socket.latest(NOW, 1_000);
    return latest !== null && Buffer.compare(latest, bytes) === 0;
  };

  test('gives the last report while it is young enough', async () => {
    start();
    expect(socket.latest(NOW, 1_000)).toBeNull();
    (await client()).write(encodeFrame({ producedMs: NOW, payload: report(5n) }));
    await until(holds(report(5n)));
    expect(socket.latest(NOW + 1_000, 1_000)).toEqual(report(5n, 1, 1_000));
    expect(socket.latest(NOW + 1_001, 1_000)).toBeNull();
    const produced = socket.report(NOW + 60_000, 60_000);
    expect(produced).toMatchObject({ producedMs: NOW, report: { underlyings: [{}] } });
    expect(socket.report(NOW + 60_001, 60_000)).toBeNull();
  });

  test('has nothing to vote in a report without an index', async () => {
    start();
    const underlyings = [{ underlyingId: 1, index: undefined, expiries: [] }];
    const empty = { version: 1, underlyings, stablecoins: [], sources: [] };
    const payload = FeederReport.encode(empty);
    (await client()).write(encodeFrame({ producedMs: NOW, payload }));
    await until(() => socket.report(NOW, 1_000) !== null);
    expect(socket.latest(NOW, 1_000)).toBeNull();
  });

  test('gives up a report from the future, so that a clock set back does no harm', async () => {
    start();
    const sender = await client();
    sender.write(encodeFrame({ producedMs: NOW + 60_000, payload: report(5n) }));
    await until(() => socket.latest(NOW + 60_000, 0) !== null);
    expect(socket.latest(NOW, 1_000)).toBeNull();
    sender.write(encodeFrame({ producedMs: NOW, payload: report(4n) }));
    await until(holds(report(4n)));
  });

  test('is for its owner only and goes away on close', async () => {
    start();
    await client();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await socket.close();
    expect(existsSync(path)).toBe(false);
    start();
    await client();
  });

  test('closes a connection that sends garbage, and that one only', async () => {
    start();
    const good = await client();
    const bad = await client();
    good.write(encodeFrame({ producedMs: NOW, payload: report(1n) }));
    await until(holds(report(1n)));
    bad.write('GET / HTTP/1.1\r\n\r\n');
    await once(bad, 'close');
    expect(log).toContain('malformed frame: closing this feeder connection');
    good.write(encodeFrame({ producedMs: NOW + 1, payload: report(2n) }));
    await until(() => socket.latest(NOW + 1, 1_000)?.join() === report(2n).join());
    expect(good.destroyed).toBe(false);
  });

  test.each([
    ['cannot be read', Uint8Array.from([0xff, 0xff])],
    ['has a field that is not known', Uint8Array.from([0x38, 1])],
    ['has another version', report(1n, 2)],
  ])('refuses a report that %s and keeps the one before', async (_, payload) => {
    start();
    const bad = await client();
    bad.write(encodeFrame({ producedMs: NOW, payload: report(1n) }));
    bad.write(encodeFrame({ producedMs: NOW + 1, payload }));
    await once(bad, 'close');
    expect(socket.latest(NOW + 1, 1_000)).toEqual(report(1n, 1, 1));
  });

  test('does not let an older report replace a younger one', async () => {
    start();
    const sender = await client();
    sender.write(encodeFrame({ producedMs: NOW, payload: report(7n) }));
    sender.write(encodeFrame({ producedMs: NOW - 500, payload: report(6n) }));
    sender.end();
    await once(sender, 'close');
    expect(socket.latest(NOW, 1_000)).toEqual(report(7n));
  });

  test('replaces the socket file that a killed application left', async () => {
    start();
    await client();
    const first = socket;
    start();
    (await client()).write(encodeFrame({ producedMs: NOW, payload: report(3n) }));
    await until(holds(report(3n)));
    await first.close();
  });

  test('leaves alone what is not a socket, and says so instead of throwing', async () => {
    writeFileSync(path, 'precious');
    start();
    await until(() => log.includes('cannot listen for the feeder, trying again'));
    expect(statSync(path).isFile()).toBe(true);
    expect(socket.latest(NOW, 1_000)).toBeNull();
  });
});
