import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { ConfigError, TableReader } from './tableReader.ts';

export const sourceKinds = ['kraken', 'coinbase', 'deribit'] as const;
export type SourceKind = (typeof sourceKinds)[number];
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface SourceConfig {
  readonly name: string;
  readonly kind: SourceKind;
  /** What the documented path is appended to, without a slash at the end. */
  readonly baseUrl: string;
  readonly enabled: boolean;
  /** Its part in the weighted median. */
  readonly weight: number;
}

export interface UnderlyingConfig {
  /** Id of the chain's feed. */
  readonly id: number;
  readonly symbol: string;
  /** By source name: what that source calls it. A source without an entry does not serve it. */
  readonly instruments: Readonly<Record<string, string>>;
}

export interface TestConfig {
  readonly allowTestMode: boolean;
  /** Every index this feeder reports is multiplied by this; 1 in earnest. */
  readonly multiplyIndex: number;
}

export interface FeederConfig {
  readonly socketPath: string;
  readonly logLevel: (typeof logLevels)[number];
  readonly pollIntervalMs: number;
  readonly volPollIntervalMs: number;
  readonly requestTimeoutMs: number;
  /** Longest wait between two attempts at a source that fails. */
  readonly maxBackoffMs: number;
  /** Sources that must agree before there is an index. */
  readonly minSources: number;
  readonly maxPriceAgeMs: number;
  readonly maxVolAgeMs: number;
  /** A source further than this share from the median of all does not count. */
  readonly maxDeviation: number;
  readonly sources: readonly SourceConfig[];
  readonly underlyings: readonly UnderlyingConfig[];
  readonly test: TestConfig;
}

/** What the launcher chooses; everything else has the defaults below. */
export type FeederTomlOptions = { readonly socketPath: string } & Partial<
  Omit<FeederConfig, 'socketPath'>
> & {
    /** Base of a simulated market: the default sources are then sought under its path prefixes. */
    readonly marketUrl?: string;
  };

const defaults = {
  logLevel: 'info',
  pollIntervalMs: 1_500,
  volPollIntervalMs: 5_000,
  requestTimeoutMs: 3_000,
  maxBackoffMs: 15_000,
  minSources: 2,
  maxPriceAgeMs: 15_000,
  maxVolAgeMs: 60_000,
  maxDeviation: 0.02,
  test: { allowTestMode: false, multiplyIndex: 1 },
} as const satisfies Partial<FeederConfig>;

const publicUrls: Readonly<Record<SourceKind, string>> = {
  kraken: 'https://api.kraken.com',
  coinbase: 'https://api.exchange.coinbase.com',
  deribit: 'https://www.deribit.com',
};

const defaultUnderlyings: readonly UnderlyingConfig[] = [
  { id: 1, symbol: 'BTC', instruments: { kraken: 'XBTUSD', coinbase: 'BTC-USD', deribit: 'BTC' } },
  { id: 2, symbol: 'ETH', instruments: { kraken: 'ETHUSD', coinbase: 'ETH-USD', deribit: 'ETH' } },
];

/** The text of a feeder.toml: three public sources, BTC and ETH, unless told otherwise. */
export function feederToml(options: FeederTomlOptions): string {
  const { marketUrl } = options;
  const o = { ...defaults, ...options };
  const sources =
    options.sources ??
    sourceKinds.map((kind) => ({
      name: kind,
      kind,
      baseUrl: marketUrl === undefined ? publicUrls[kind] : `${marketUrl}/${kind}`,
      enabled: true,
      weight: 1,
    }));
  return stringify({
    socket_path: o.socketPath,
    log_level: o.logLevel,
    poll_interval_ms: o.pollIntervalMs,
    vol_poll_interval_ms: o.volPollIntervalMs,
    request_timeout_ms: o.requestTimeoutMs,
    max_backoff_ms: o.maxBackoffMs,
    min_sources: o.minSources,
    max_price_age_ms: o.maxPriceAgeMs,
    max_vol_age_ms: o.maxVolAgeMs,
    max_deviation: o.maxDeviation,
    test: { allow_test_mode: o.test.allowTestMode, multiply_index: o.test.multiplyIndex },
    sources: sources.map(({ baseUrl, ...rest }) => ({ ...rest, base_url: baseUrl })),
    underlyings: (options.underlyings ?? defaultUnderlyings).map((u) => ({ ...u })),
  });
}

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
  const socketPath = top.string('socket_path');
  const config: FeederConfig = {
    socketPath: isAbsolute(socketPath) ? socketPath : join(home, socketPath),
    logLevel: top.oneOf('log_level', logLevels, defaults.logLevel),
    pollIntervalMs: top.number('poll_interval_ms', interval, defaults.pollIntervalMs),
    volPollIntervalMs: top.number('vol_poll_interval_ms', interval, defaults.volPollIntervalMs),
    requestTimeoutMs: top.number('request_timeout_ms', interval, defaults.requestTimeoutMs),
    maxBackoffMs: top.number('max_backoff_ms', interval, defaults.maxBackoffMs),
    minSources: top.number('min_sources', { min: 1, max: 32, integer: true }, defaults.minSources),
    maxPriceAgeMs: top.number('max_price_age_ms', interval, defaults.maxPriceAgeMs),
    maxVolAgeMs: top.number('max_vol_age_ms', interval, defaults.maxVolAgeMs),
    maxDeviation: top.number('max_deviation', { min: 0.0001, max: 0.5 }, defaults.maxDeviation),
    sources: top.tables('sources').map(readSource),
    underlyings: top.tables('underlyings').map(readUnderlying),
    test: readTest(top.table('test')),
  };
  top.done();
  check(config);
  return config;
}

function readSource(table: TableReader): SourceConfig {
  const source: SourceConfig = {
    name: table.string('name', /^[a-z][a-z0-9_-]{0,31}$/),
    kind: table.oneOf('kind', sourceKinds),
    baseUrl: table.url('base_url'),
    enabled: table.boolean('enabled', true),
    weight: table.number('weight', { min: 1, max: 1000, integer: true }, 1),
  };
  table.done();
  return source;
}

function readUnderlying(table: TableReader): UnderlyingConfig {
  const instruments = table.table('instruments');
  const underlying: UnderlyingConfig = {
    id: table.number('id', { min: 1, max: 0xffff_ffff, integer: true }),
    symbol: table.string('symbol', /^[A-Z][A-Z0-9]{0,9}$/),
    instruments: Object.fromEntries(
      instruments.keys().map((k) => [k, instruments.string(k, /^[A-Za-z0-9._-]{1,32}$/)]),
    ),
  };
  table.done();
  return underlying;
}

function readTest(table: TableReader): TestConfig {
  const test: TestConfig = {
    allowTestMode: table.boolean('allow_test_mode', false),
    multiplyIndex: table.number('multiply_index', { min: 0.001, max: 1000 }, 1),
  };
  table.done();
  return test;
}

/** Linux allows 107 bytes, macOS 103. */
const MAX_SOCKET_PATH_BYTES = 103;

function check(config: FeederConfig): void {
  if (Buffer.byteLength(config.socketPath) > MAX_SOCKET_PATH_BYTES) {
    throw new ConfigError(
      `socket_path is over ${MAX_SOCKET_PATH_BYTES} bytes: choose a path in a shorter folder`,
    );
  }
  checkUnique(
    'sources',
    'name',
    config.sources.map((s) => s.name),
  );
  checkUnique(
    'underlyings',
    'id',
    config.underlyings.map((u) => String(u.id)),
  );
  checkUnique(
    'underlyings',
    'symbol',
    config.underlyings.map((u) => u.symbol),
  );
  config.underlyings.forEach((u, i) => checkUnderlying(config, u, `underlyings[${i}].instruments`));
  if (config.test.multiplyIndex !== 1) checkTestMode(config);
}

function checkUnique(table: string, key: string, values: readonly string[]): void {
  const twice = values.find((v, i) => values.indexOf(v) !== i);
  if (twice === undefined) return;
  throw new ConfigError(`${table}: two entries have ${key} "${twice}"; give each its own`);
}

function checkUnderlying(config: FeederConfig, underlying: UnderlyingConfig, key: string): void {
  const names = Object.keys(underlying.instruments);
  const unknown = names.find((name) => !config.sources.some((s) => s.name === name));
  if (unknown !== undefined) {
    throw new ConfigError(
      `${key}.${unknown}: there is no source of that name; add it or remove this`,
    );
  }
  const serving = config.sources.filter((s) => s.enabled && names.includes(s.name));
  if (serving.length < config.minSources) {
    throw new ConfigError(
      `${key}: ${serving.length} enabled sources serve ${underlying.symbol} but min_sources is ` +
        `${config.minSources}; enable more sources or lower min_sources`,
    );
  }
  const total = serving.reduce((sum, s) => sum + s.weight, 0);
  const ruler = serving.find((s) => s.weight * 2 >= total);
  if (serving.length > 2 && ruler !== undefined) {
    throw new ConfigError(
      `sources: weight ${ruler.weight} of "${ruler.name}" is half of all or more: it alone ` +
        `would set the price of ${underlying.symbol}; lower it`,
    );
  }
}

/** A feeder that lies on purpose exists on test networks only: with a switch, and on loopback. */
function checkTestMode(config: FeederConfig): void {
  if (!config.test.allowTestMode) {
    throw new ConfigError(
      'test.multiply_index falsifies prices: remove it, or set test.allow_test_mode = true ' +
        'on a test network',
    );
  }
  const real = config.sources.find((s) => s.enabled && !isLoopback(s.baseUrl));
  if (real === undefined) return;
  throw new ConfigError(
    `test.multiply_index works with simulated sources only, and "${real.name}" is at ` +
      `${real.baseUrl}; remove it`,
  );
}

const isLoopback = (url: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
