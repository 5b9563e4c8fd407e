import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { startFeederSocket } from '../app/modules/oracle/feederSocket.ts';
import type { FeederSocket } from '../app/modules/oracle/feederSocket.ts';
import { VoteExtension } from '../proto/gen/tenor.oracle.v1.ts';
import { startMarket } from '../testnet/market/market.ts';
import type { Market } from '../testnet/market/market.ts';
import { startFeeder } from './feeder.ts';
import type { Feeder } from './feeder.ts';
import { feederToml } from './feederToml.ts';
import type { FeederTomlOptions } from './feederToml.ts';
import { parseFeederConfig } from './parseConfig.ts';

const silent = pino({ level: 'silent' });
/** Longer than any pause of a busy machine. */
const TEST_LIMIT_MS = 60_000;
jest.setTimeout(TEST_LIMIT_MS + 5_000);
const MAX_AGE_MS = 60_000;
/** Young enough that a source which stops is out of the index soon. */
const MAX_PRICE_AGE_MS = 400;

describe('market, feeder and application together', () => {
  let folder: string;
  let market: Market;
  let socket: FeederSocket;
  let feeder: Feeder;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tenor-'));
    market = await startMarket({
      port: 0,
      host: '127.0.0.1',
      seed: 1,
      tickMs: 50,
      still: true,
      quotes: { BTC: { price: 64_000, vol: 0.55 }, ETH: { price: 3_200, vol: 0.65 } },
    });
    socket = listen();
    feeder = feed({});
  });

  afterEach(async () => {
    feeder.close();
    await socket.close();
    await market.close();
    rmSync(folder, { recursive: true });
  });

  const listen = (): FeederSocket =>
    startFeederSocket({ path: join(folder, 'f.sock'), logger: silent });

  function feed(options: Partial<FeederTomlOptions>): Feeder {
    const toml = feederToml({
      socketPath: 'f.sock',
      marketUrl: market.url,
      pollIntervalMs: 50,
      volPollIntervalMs: 200,
      maxBackoffMs: 100,
      maxPriceAgeMs: MAX_PRICE_AGE_MS,
      ...options,
    });
    return startFeeder(parseFeederConfig(toml, folder), silent);
  }

  async function control(body: object): Promise<void> {
    const response = await fetch(`${market.url}/control`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  }

  function report(): VoteExtension | null {
    const bytes = socket.latest(Date.now(), MAX_AGE_MS);
    return bytes === null ? null : VoteExtension.decode(bytes);
  }

  const underlying = (id: number) => report()?.underlyings.find((u) => u.underlyingId === id);
  const indexOf = (id: number): number => Number(underlying(id)?.indexUusd ?? 0n) / 1e6;

  async function until(condition: () => boolean): Promise<void> {
    const endMs = Date.now() + TEST_LIMIT_MS;
    while (!condition()) {
      if (Date.now() > endMs)
        throw new Error(`not within ${TEST_LIMIT_MS} ms: ${String(condition)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** As long as it takes for a source that stopped or lies to have its full effect. */
  const settle = () => new Promise((resolve) => setTimeout(resolve, MAX_PRICE_AGE_MS + 150));

  test('a price and a volatility that are steered arrive in the report', async () => {
    await until(() => indexOf(1) === 64_000 && indexOf(2) === 3_200);
    await until(() => underlying(1)?.slices.length === 6 && underlying(2)?.slices.length === 6);
    const before = underlying(1)!.slices.at(-1)!.volsBp[4]!;
    expect(before).toBeGreaterThan(5_300);
    expect(before).toBeLessThan(5_700);

    await control({ underlying: 'BTC', price: '70000' });
    await until(() => indexOf(1) === 70_000);
    await control({ underlying: 'BTC', vol: '1.1' });
    await until(() => (underlying(1)?.slices.at(-1)?.volsBp[4] ?? 0) > 10_600);
    expect(indexOf(2)).toBe(3_200);
  });

  test.each(['kraken', 'coinbase', 'deribit'])(
    '%s alone does not move the index, be it off by half, frozen, failing or gone',
    async (source) => {
      await until(() => indexOf(1) === 64_000);
      const stray: number[] = [];
      const watch = setInterval(() => {
        const index = indexOf(1);
        if (index > 0 && Math.abs(index / 64_000 - 1) > 0.0001) stray.push(index);
      }, 20);
      for (const mode of ['skew', 'error', 'off']) {
        await control({ source, mode, by: '0.5' });
        await settle();
      }
      clearInterval(watch);
      expect(stray).toEqual([]);

      await control({ source, mode: 'freeze' });
      await control({ underlying: 'BTC', price: '50000' });
      await until(() => Math.abs(indexOf(1) - 50_000) < 0.02);
    },
  );

  test('a source that repeats itself for too long does not count', async () => {
    await until(() => report() !== null);
    await control({ source: 'kraken', mode: 'freeze' });
    await control({ source: 'coinbase', mode: 'off' });
    await until(() => socket.latest(Date.now(), 500) === null);
    await control({ source: 'kraken', mode: 'normal' });
    await until(() => socket.latest(Date.now(), 500) !== null);
  });

  test('volatilities are not reported while their source is off by half', async () => {
    await until(() => underlying(1)?.slices.length === 6);
    await control({ source: 'deribit', mode: 'skew', by: '-0.5' });
    await until(() => underlying(1)?.slices.length === 0);
    await control({ source: 'deribit', mode: 'normal' });
    await until(() => underlying(1)?.slices.length === 6);
    expect(indexOf(1)).toBe(64_000);
  });

  test('there is no fresh report while the sources are dead, and one afterwards', async () => {
    await until(() => report() !== null);
    for (const source of ['kraken', 'coinbase', 'deribit']) await control({ source, mode: 'off' });
    await until(() => socket.latest(Date.now(), 500) === null);
    await settle();
    expect(socket.latest(Date.now(), 500)).toBeNull();
    for (const source of ['kraken', 'coinbase']) await control({ source, mode: 'normal' });
    await until(() => socket.latest(Date.now(), 500) !== null);
  });

  test('an application that comes back gets the last report at once', async () => {
    await until(() => report() !== null);
    await socket.close();
    socket = listen();
    await until(() => report() !== null);
  });

  test('garbage on the socket ends that connection and no other', async () => {
    await until(() => report() !== null);
    const stranger = connect(join(folder, 'f.sock'));
    stranger.resume();
    stranger.write('garbage');
    await once(stranger, 'close');
    await control({ underlying: 'ETH', price: '3000' });
    await until(() => indexOf(2) === 3_000);
  });

  test('a feeder in test mode lies', async () => {
    feeder.close();
    feeder = feed({ test: { allowTestMode: true, multiplyIndex: 1.5 } });
    await until(() => Math.abs(indexOf(1) - 96_000) < 0.1);
  });
});
