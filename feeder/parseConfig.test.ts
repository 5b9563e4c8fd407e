import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sourceKinds } from './config.ts';
import { defaultUnderlyings, knownUnderlyings } from './defaultMarkets.ts';
import { feederToml } from './feederToml.ts';
import { loadFeederConfig, parseFeederConfig } from './parseConfig.ts';
import { ConfigError } from './tableReader.ts';

const HOME = '/home/v0';
const read = (text: string) => parseFeederConfig(text, HOME);
const standard = feederToml({ socketPath: 'run/feeder.sock' });

describe('feeder.toml', () => {
  test('as the launcher writes it reads back', () => {
    const options = {
      socketPath: '/run/f.sock',
      marketUrl: 'http://127.0.0.1:28000',
      pollIntervalMs: 250,
      test: { allowTestMode: true, multiplyIndex: 1.5 },
    };
    const config = read(feederToml(options));
    expect(config).toMatchObject({ socketPath: '/run/f.sock', pollIntervalMs: 250, minSources: 3 });
    expect(config.test).toEqual(options.test);
    expect(config.sources.map((s) => s.baseUrl)).toEqual(
      sourceKinds.map((kind) => `http://127.0.0.1:28000/${kind}`),
    );
    expect(config.sources[3]!.wsUrl).toBe('ws://127.0.0.1:28000/okx');
    expect(config.underlyings).toEqual(defaultUnderlyings);
    expect(config.stablecoins.map((c) => c.symbol)).toEqual(['USDT', 'USDC']);
    expect(read(feederToml({ ...options, ...config }))).toEqual(config);
  });

  test('asks the real sources by default and finds its socket from its home', () => {
    const config = read(standard);
    expect(config.socketPath).toBe('/home/v0/run/feeder.sock');
    for (const { baseUrl, wsUrl } of config.sources) {
      expect(baseUrl).toMatch(/^https:/);
      expect(wsUrl).toMatch(/^wss:/);
    }
  });

  test('can have SOL, and says in comments what each key is for', () => {
    const [BTC, , SOL] = knownUnderlyings;
    const text = feederToml({ socketPath: 'f', underlyings: [BTC!, SOL!] });
    expect(read(text).underlyings[1]).toEqual(SOL);
    const keys = text.split('\n').filter((line) => line.startsWith('#'));
    expect(keys.length).toBeGreaterThan(15);
  });

  test.each([
    ['socket_path', standard.replace(/socket_path.*/, '')],
    ['socket_path', standard.replace('run/feeder.sock', 'x'.repeat(120))],
    ['log_level', standard.replace('"info"', '"loud"')],
    ['poll_interval_ms', standard.replace(/poll_interval_ms = .*/, 'poll_interval_ms = 1')],
    ['max_deviation', standard.replace(/max_deviation = .*/, 'max_deviation = "2%"')],
    ['min_sources', standard.replace(/min_sources = .*/, 'min_sources = 8')],
    ['min_sources', standard.replaceAll('enabled = true', 'enabled = false')],
    ['pol_interval', `pol_interval = 3\n${standard}`],
    ['sources[0].kind', standard.replace('kind = "kraken"', 'kind = "mtgox"')],
    ['sources[1].base_url', standard.replace('https://api.exchange', 'ftp://api.exchange')],
    [
      'sources[6].weight',
      standard.replace(/weight = 1\n(base_url.*www.deribit)/, 'weight = 0\n$1'),
    ],
    ['weight 9 of "deribit"', standard.replace(/weight = 1\n(.*deribit)/, 'weight = 9\n$1')],
    ['two entries have name "kraken"', standard.replace('name = "coinbase"', 'name = "kraken"')],
    ['two entries have id "1"', standard.replace('id = 2', 'id = 1')],
    ['underlyings[0].symbol', standard.replace('symbol = "BTC"', 'symbol = "btc"')],
    ['underlyings[0].instruments.mtgox', standard.replace('kraken = "XBT', 'mtgox = "XBT')],
    ['underlyings[0].options.kraken', standard.replace('deribit = "BTC"', 'kraken = "BTC"')],
    ['stablecoins[0].instruments.kraken', standard.replace('"USDTUSD"', '"USDTUSDC"')],
    ['sources[0].ws_url', standard.replace('wss://ws.kraken', 'https://ws.kraken')],
    ['metrics', standard.replace('metrics = ""', 'metrics = "9100"')],
    ['not valid TOML', 'socket_path = '],
  ])('with a wrong %s is refused by that name', (name, text) => {
    expect(() => read(text)).toThrow(ConfigError);
    expect(() => read(text)).toThrow(name);
  });

  test('falsifies prices only where test mode is allowed and nothing real is asked', () => {
    const marketUrl = 'http://127.0.0.1:1';
    const lying = (allowTestMode: boolean) => ({ test: { allowTestMode, multiplyIndex: 2 } });
    const toml = (options: object) => feederToml({ socketPath: 'f', ...options });
    expect(() => read(toml({ marketUrl, ...lying(false) }))).toThrow('test.allow_test_mode');
    expect(() => read(toml(lying(true)))).toThrow('simulated sources only');
    expect(read(toml({ marketUrl, ...lying(true) })).test.multiplyIndex).toBe(2);
  });

  test('is sought in the home, and its path is part of every complaint', () => {
    const home = mkdtempSync(join(tmpdir(), 'tenor-'));
    try {
      expect(() => loadFeederConfig(home)).toThrow('feeder.toml (ENOENT)');
      mkdirSync(join(home, 'config'));
      writeFileSync(join(home, 'config', 'feeder.toml'), 'socket_path = 1');
      expect(() => loadFeederConfig(home)).toThrow(/feeder\.toml: socket_path is 1/);
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});
