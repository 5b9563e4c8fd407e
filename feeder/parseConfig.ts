import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parse } from 'smol-toml';
import { checkConfig } from './checkConfig.ts';
import { defaults, logLevels, sourceKinds } from './config.ts';
import type {
  FeederConfig,
  SourceConfig,
  StablecoinConfig,
  TestConfig,
  UnderlyingConfig,
} from './config.ts';
import { ConfigError, TableReader } from './tableReader.ts';

/** Reads HOME/config/feeder.toml. Throws ConfigError, whose message says what to do. */
export function loadFeederConfig(home: string): FeederConfig {
  const path = join(home, 'config', 'feeder.toml');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(
      `cannot read ${path} (${code ?? 'unknown error'}): create it, see feeder/README.md`,
    );
  }
  try {
    return parseFeederConfig(text, home);
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${path}: ${error.message}`);
    throw error;
  }
}

/** A relative socket path is resolved against `home`. Throws ConfigError naming the key. */
export function parseFeederConfig(text: string, home: string): FeederConfig {
  let table: unknown;
  try {
    table = parse(text);
  } catch (error) {
    throw new ConfigError(`not valid TOML: ${(error as Error).message}`);
  }
  const top = new TableReader(table, '');
  const interval = { min: 50, max: 3_600_000, integer: true } as const;
  const count = { min: 1, max: 32, integer: true } as const;
  const share = { min: 0.0001, max: 0.5 } as const;
  const socketPath = top.string('socket_path');
  const config: FeederConfig = {
    socketPath: isAbsolute(socketPath) ? socketPath : join(home, socketPath),
    logLevel: top.oneOf('log_level', logLevels, defaults.logLevel),
    pollIntervalMs: top.number('poll_interval_ms', interval, defaults.pollIntervalMs),
    volPollIntervalMs: top.number('vol_poll_interval_ms', interval, defaults.volPollIntervalMs),
    requestTimeoutMs: top.number('request_timeout_ms', interval, defaults.requestTimeoutMs),
    maxBackoffMs: top.number('max_backoff_ms', interval, defaults.maxBackoffMs),
    minSources: top.number('min_sources', count, defaults.minSources),
    maxPriceAgeMs: top.number('max_price_age_ms', interval, defaults.maxPriceAgeMs),
    maxVolAgeMs: top.number('max_vol_age_ms', interval, defaults.maxVolAgeMs),
    maxDeviation: top.number('max_deviation', share, defaults.maxDeviation),
    minVolSources: top.number('min_vol_sources', count, defaults.minVolSources),
    maxVolDeviation: top.number('max_vol_deviation', share, defaults.maxVolDeviation),
    minStablecoinSources: top.number(
      'min_stablecoin_sources',
      count,
      defaults.minStablecoinSources,
    ),
    maxStablecoinAgeMs: top.number('max_stablecoin_age_ms', interval, defaults.maxStablecoinAgeMs),
    sources: top.tables('sources').map(readSource),
    underlyings: top.tables('underlyings').map(readUnderlying),
    stablecoins: top.tables('stablecoins', true).map(readStablecoin),
    metrics: top.string('metrics', /^$|^[^\s:]+:\d{1,5}$/, defaults.metrics),
    test: readTest(top.table('test')),
  };
  top.done();
  checkConfig(config);
  return config;
}

function readSource(table: TableReader): SourceConfig {
  const source: SourceConfig = {
    name: table.string('name', /^[a-z][a-z0-9_-]{0,31}$/),
    kind: table.oneOf('kind', sourceKinds),
    baseUrl: table.url('base_url', 'http'),
    wsUrl: table.url('ws_url', 'ws'),
    enabled: table.boolean('enabled', true),
    weight: table.number('weight', { min: 1, max: 1000, integer: true }, 1),
  };
  table.done();
  return source;
}

function readUnderlying(table: TableReader): UnderlyingConfig {
  const underlying: UnderlyingConfig = {
    ...readNamed(table),
    options: readInstruments(table.table('options')),
  };
  table.done();
  return underlying;
}

function readStablecoin(table: TableReader): StablecoinConfig {
  const coin = readNamed(table);
  table.done();
  return coin;
}

function readNamed(table: TableReader): StablecoinConfig {
  return {
    id: table.number('id', { min: 1, max: 0xffff_ffff, integer: true }),
    symbol: table.string('symbol', /^[A-Z][A-Z0-9]{0,9}$/),
    instruments: readInstruments(table.table('instruments')),
  };
}

const readInstruments = (table: TableReader): Record<string, string> =>
  Object.fromEntries(table.keys().map((k) => [k, table.string(k, /^[A-Za-z0-9._-]{1,32}$/)]));

function readTest(table: TableReader): TestConfig {
  const test: TestConfig = {
    allowTestMode: table.boolean('allow_test_mode', false),
    multiplyIndex: table.number('multiply_index', { min: 0.001, max: 1000 }, 1),
  };
  table.done();
  return test;
}
