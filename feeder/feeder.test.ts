import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { startFeederSocket } from '../app/modules/oracle/feederSocket.ts';
import type { FeederSocket } from '../app/modules/oracle/feederSocket.ts';
import { FeederReport, SourceState, SourceSubject } from '../proto/gen/tenor.oracle.v1.ts';
import { startMarket } from '../testnet/market/market.ts';
import type { Market } from '../testnet/market/market.ts';
import { sourceKinds } from './config.ts';
import { knownUnderlyings } from './defaultMarkets.ts';
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
const MAX_PRICE_AGE_MS = 2_000;
/** Sources of options on BTC, and of its index. */
const CHAINS = ['deribit', 'okx', 'bybit', 'binance_options'] as const;
const PRICED = sourceKinds.filter((kind) => kind !== 'binance_options');

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
      quotes: {
        BTC: { price: 64_000, vol: 0.55 },
        ETH: { price: 3_200, vol: 0.65 },
        SOL: { price: 150, vol: 0.8 },
      },
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

  const toml = (options: Partial<FeederTomlOptions>): string =>
    feederToml({
      socketPath: 'f.sock',
      marketUrl: market.url,
      pollIntervalMs: 50,
      volPollIntervalMs: 200,
      requestTimeoutMs: 1_000,
      maxBackoffMs: 100,
      maxPriceAgeMs: MAX_PRICE_AGE_MS,
      ...options,
    });
  const feed = (options: Partial<FeederTomlOptions>): Feeder =>
    startFeeder(parseFeederConfig(toml(options), folder), silent);

  async function control(body: object): Promise<void> {
    const response = await fetch(`${market.url}/control`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  }

  function report(): FeederReport | null {
    const bytes = socket.latest(Date.now(), MAX_AGE_MS);
    return bytes === null ? null : FeederReport.decode(bytes);
  }

  const produced = () => socket.report(Date.now(), MAX_AGE_MS)?.report;
  const view = () => produced()?.underlyings[0];
  const coin = () => produced()?.stablecoins[0]?.price;
  const health = (id: number, subject: SourceSubject = SourceSubject.SOURCE_SUBJECT_INDEX) =>
    (produced()?.sources ?? []).filter((s) => s.id === id && s.subject === subject);

  const underlying = (id: number) => report()?.underlyings.find((u) => u.underlyingId === id);
  const smiles = (id: number): number =>
    underlying(id)?.expiries.filter(({ smile }) => smile !== undefined).length ?? 0;
  const indexOf = (id: number): number => Number(underlying(id)?.index?.priceUusd ?? 0n) / 1e6;

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
    await until(() => smiles(1) > 6 && smiles(2) > 6);
    const before = underlying(1)!.expiries.at(-1)!.smile!.volsBp[4]!;
    expect(before).toBeGreaterThan(5_300);
    expect(before).toBeLessThan(5_700);

    await control({ underlying: 'BTC', price: '70000' });
    await until(() => indexOf(1) === 70_000);
    await control({ underlying: 'BTC', vol: '1.1' });
    await until(() => (underlying(1)?.expiries.at(-1)?.smile?.volsBp[4] ?? 0) > 10_600);
    expect(indexOf(2)).toBe(3_200);
  });

  /** Index prices that were more than so much off while `work` went on. */
  async function strayDuring(work: () => Promise<void>): Promise<number[]> {
    const stray: number[] = [];
    const watch = setInterval(() => {
      const index = indexOf(1);
      if (index > 0 && Math.abs(index / 64_000 - 1) > 0.0001) stray.push(index);
    }, 20);
    await work().finally(() => clearInterval(watch));
    return stray;
  }

  test.each<[string, object[]]>([
    [
      'is off by half, failing or gone',
      [{ mode: 'skew', by: '0.5' }, { mode: 'error' }, { mode: 'off' }],
    ],
    [
      'sends garbage, redirects or floods',
      [{ mode: 'corrupt' }, { mode: 'redirect' }, { mode: 'flood' }],
    ],
    [
      'hangs, throttles or has a wrong clock',
      [{ mode: 'delay', by: 30 }, { mode: 'throttle' }, { mode: 'clock', by: 90 }],
    ],
  ])('no source that %s moves an index or stops one', async (_, faults) => {
    await until(() => indexOf(1) === 64_000);
    for (const [i, fault] of faults.entries()) {
      const source = sourceKinds[(i * 3) % sourceKinds.length]!;
      const stray = await strayDuring(async () => {
        await control({ source, ...fault });
        await settle();
        await until(() => indexOf(1) > 0);
      });
      expect(stray).toEqual([]);
      await control({ source, mode: 'normal' });
    }
  });

  test('a source that is frozen is soon too old, whatever rolls in its answers', async () => {
    await until(() => indexOf(1) === 64_000);
    for (const source of sourceKinds) await control({ source, mode: 'freeze' });
    await until(() => report() === null);
    await until(() => health(1).every((h) => h.state === SourceState.SOURCE_STATE_STALE));
  });

  test('a frozen source does not hold back an index that the others move', async () => {
    await until(() => indexOf(1) === 64_000);
    for (const source of ['kraken', 'okx']) await control({ source, mode: 'freeze' });
    await control({ underlying: 'BTC', price: '50000' });
    await until(() => Math.abs(indexOf(1) - 50_000) < 0.02);
  });

  test('volatilities have their true age while their sources are off', async () => {
    await until(() => view()?.expiries[6]?.smile?.sources === CHAINS.length);
    for (const source of CHAINS) await control({ source, mode: 'off' });
    await control({ underlying: 'BTC', vol: '1.5' });
    await until(() => (view()?.expiries[0]?.smile?.ageMs ?? 0) > 1_500);
    expect(view()!.index!.ageMs).toBeLessThan(MAX_PRICE_AGE_MS);
    for (const source of CHAINS) await control({ source, mode: 'normal' });
    await until(() => (view()?.expiries.at(-1)?.smile?.volsBp[4] ?? 0) > 14_000);
    expect(view()!.expiries[0]!.smile!.ageMs).toBeLessThan(1_500);
  });

  test('volatilities of a source off by half are not taken, and the others are', async () => {
    await until(() => view()?.expiries[0]?.smile?.sources === CHAINS.length);
    await control({ source: 'deribit', mode: 'skew', by: '-0.5' });
    await until(() => view()?.expiries[0]?.smile?.sources === CHAINS.length - 1);
    for (const source of ['okx', 'bybit']) await control({ source, mode: 'off' });
    await control({ source: 'deribit', mode: 'normal' });
    await until(() => (view()?.expiries[0]?.smile?.sources ?? 0) > 0);
    expect(indexOf(1)).toBe(64_000);
  });

  /** Every so manieth option of BTC as Deribit names it. */
  async function rowNames(step: number): Promise<string[]> {
    const path = '/api/v2/public/get_book_summary_by_currency?currency=BTC&kind=option';
    const answer = await fetch(`${market.url}/deribit${path}`);
    const { result } = (await answer.json()) as { result: { instrument_name: string }[] };
    return result.filter((_, i) => i % step === 0).map((row) => row.instrument_name);
  }

  test('mad rows of an option chain cost nobody but themselves', async () => {
    await control({ source: 'okx', mode: 'off' });
    await control({ source: 'bybit', mode: 'off' });
    for (const row of await rowNames(17)) await control({ source: 'deribit', row, mode: 'mad' });
    await control({ source: 'deribit', row: 'ETH-', mode: 'lag', by: '20' });
    await until(() => (view()?.expiries.length ?? 0) > 6);
    expect(health(1, SourceSubject.SOURCE_SUBJECT_OPTIONS)).toContainEqual(
      expect.objectContaining({ source: 'deribit', state: SourceState.SOURCE_STATE_USED }),
    );
  });

  test('prices in a stablecoin count by what the coin is worth', async () => {
    await until(() => indexOf(1) === 64_000);
    const stray = await strayDuring(async () => {
      await control({ stablecoin: 'USDT', price: '0.9', hold: true });
      await until(() => coin()?.priceUusd === 900_000n);
      await settle();
    });
    expect(stray).toEqual([]);
    await until(() => view()!.index!.sources === PRICED.length);
  });

  test('a feeder without streams polls', async () => {
    feeder.close();
    const sources = parseFeederConfig(toml({}), folder).sources.map((s) => ({ ...s, wsUrl: '' }));
    feeder = feed({ sources });
    await control({ underlying: 'BTC', price: '65000' });
    await until(() => indexOf(1) === 65_000);
    expect(view()!.index!.sources).toBe(PRICED.length);
  });

  test('volatilities follow a stream between two polls', async () => {
    feeder.close();
    feeder = feed({ volPollIntervalMs: 600_000 });
    const atm = () => view()?.expiries[3]?.smile?.volsBp[4] ?? 0;
    await until(() => view()?.expiries[3]?.smile?.sources === CHAINS.length);
    await control({ underlying: 'BTC', vol: '0.9' });
    await until(() => atm() > 8_000);
  });

  test('SOL has an index, and a surface from linear options with decimal strikes', async () => {
    feeder.close();
    feeder = feed({ underlyings: [knownUnderlyings[2]!] });
    await until(() => (produced()?.underlyings[0]?.expiries.length ?? 0) > 6);
    const [sol] = produced()!.underlyings;
    expect(Number(sol!.index!.priceUusd) / 1e6).toBeCloseTo(150, 1);
    await until(() => {
      const states = health(3, SourceSubject.SOURCE_SUBJECT_OPTIONS).map((h) => h.state);
      return states.length === 2 && states.every((s) => s === SourceState.SOURCE_STATE_USED);
    });
  });

  test('there is no vote while the sources are dead, but a report that says so', async () => {
    await until(() => report() !== null);
    for (const source of sourceKinds) await control({ source, mode: 'off' });
    await until(() => report() === null);
    await until(() => health(1).every((h) => h.state === SourceState.SOURCE_STATE_FAILING));
    for (const { failures, problem } of health(1)) {
      expect(failures).toBeGreaterThan(0);
      expect(problem).not.toBe('');
    }
    for (const source of ['kraken', 'coinbase', 'bitstamp'])
      await control({ source, mode: 'normal' });
    await until(() => report() !== null);
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
