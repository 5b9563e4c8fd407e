import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { startFeederSocket } from '../app/modules/oracle/feederSocket.ts';
import type { FeederSocket } from '../app/modules/oracle/feederSocket.ts';
import type { FeedsWanted, UnderlyingView } from '../proto/gen/tenor.oracle.v1.ts';
import { startMarket } from '../testnet/market/market.ts';
import type { Market } from '../testnet/market/market.ts';
import { startFeeder } from './feeder.ts';
import type { Feeder } from './feeder.ts';
import { feederToml } from './feederToml.ts';
import { parseFeederConfig } from './parseConfig.ts';

const TEST_LIMIT_MS = 60_000;
jest.setTimeout(TEST_LIMIT_MS + 5_000);
const BTC = { underlyingId: 1, underlying: 'BTC' };
const SOL = { underlyingId: 7, underlying: 'SOL' };

describe('a feeder whose application says what the chain votes on', () => {
  let folder: string;
  let market: Market;
  let socket: FeederSocket;
  let feeder: Feeder;
  let wanted: FeedsWanted | null;
  let logged: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tenor-'));
    market = await startMarket({
      ...{ port: 0, host: '127.0.0.1', seed: 1, tickMs: 50, still: true },
      quotes: { BTC: { price: 64_000, vol: 0.55 }, SOL: { price: 150, vol: 0.8 } },
    });
    wanted = null;
    logged = [];
    const path = join(folder, 'f.sock');
    const logger = pino({ level: 'silent' });
    socket = startFeederSocket({ path, logger, wanted: () => wanted });
    const text = feederToml({
      ...{ socketPath: 'f.sock', marketUrl: market.url, pollIntervalMs: 50 },
      ...{ volPollIntervalMs: 200, maxBackoffMs: 100 },
    });
    const write = (line: string): void => void logged.push(line);
    feeder = startFeeder(parseFeederConfig(text, folder), pino({ level: 'info' }, { write }));
  });

  afterEach(async () => {
    feeder.close();
    await socket.close();
    await market.close();
    rmSync(folder, { recursive: true });
  });

  const views = () => socket.report(Date.now(), TEST_LIMIT_MS)?.report.underlyings ?? [];
  const view = (id: number) => views().find(({ underlyingId }) => underlyingId === id);
  const isWhole = (found: UnderlyingView | undefined): boolean =>
    found?.index !== undefined && found.expiries.length > 6;

  async function until(condition: () => boolean): Promise<void> {
    const endMs = Date.now() + TEST_LIMIT_MS;
    while (!condition()) {
      if (Date.now() > endMs) throw new Error(`not in time: ${String(condition)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  test('watches what is added under its id, loses nothing by it, and lets it go', async () => {
    await until(() => isWhole(view(1)));
    expect(view(7)).toBeUndefined();
    wanted = { underlyings: [BTC, SOL], stablecoins: [] };
    await until(() => {
      if (!isWhole(view(1))) throw new Error('BTC was lost');
      return isWhole(view(7));
    });
    expect(Number(view(7)!.index!.priceUusd) / 1e6).toBeCloseTo(150, 1);
    wanted = { underlyings: [BTC], stablecoins: [] };
    await until(() => view(7) === undefined);
    expect(isWhole(view(1))).toBe(true);
  });

  test('says once what nobody knows a source for', async () => {
    wanted = { underlyings: [BTC, { underlyingId: 8, underlying: 'DOGE' }], stablecoins: [] };
    const told = () => logged.filter((line) => line.includes('underlying DOGE (id 8)'));
    await until(() => told().length > 0);
    wanted = { ...wanted, stablecoins: [] };
    await until(() => isWhole(view(1)));
    expect(told()).toHaveLength(1);
  });
});

test('an application that talks nonsense is not listened to, and gets its reports', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenor-'));
  let bytes = 0;
  const application = createServer((client) => {
    client.write('garbage');
    client.on('data', (chunk) => (bytes += chunk.length));
    client.on('error', () => undefined);
  });
  await new Promise<void>((done) => application.listen(join(folder, 'f.sock'), done));
  const text = feederToml({
    ...{ socketPath: 'f.sock', marketUrl: 'http://127.0.0.1:9', pollIntervalMs: 50 },
  });
  const feeder = startFeeder(parseFeederConfig(text, folder), pino({ level: 'silent' }));
  const endMs = Date.now() + TEST_LIMIT_MS;
  while (bytes < 5_000 && Date.now() < endMs) await new Promise((r) => setTimeout(r, 10));
  feeder.close();
  application.close();
  rmSync(folder, { recursive: true });
  expect(bytes).toBeGreaterThanOrEqual(5_000);
});
