import type { FeederConfig, StablecoinConfig, UnderlyingConfig } from './config.ts';
import { sourcesByKind } from './sources/index.ts';
import { quoteOf } from './sources/values.ts';
import { ConfigError } from './tableReader.ts';

/** Linux allows 107 bytes, macOS 103. */
const MAX_SOCKET_PATH_BYTES = 103;

/** What no key shows alone: throws ConfigError. */
export function checkConfig(config: FeederConfig): void {
  if (Buffer.byteLength(config.socketPath) > MAX_SOCKET_PATH_BYTES) {
    throw new ConfigError(
      `socket_path is over ${MAX_SOCKET_PATH_BYTES} bytes: choose a path in a shorter folder`,
    );
  }
  const { sources, underlyings, stablecoins } = config;
  checkUnique('sources', 'name', sources);
  for (const [table, list] of Object.entries({ underlyings, stablecoins })) {
    checkUnique(table, 'id', list);
    checkUnique(table, 'symbol', list);
  }
  underlyings.forEach((u, i) => {
    checkServing(config, u, `underlyings[${i}].instruments`, config.minSources);
    checkOptions(config, u, `underlyings[${i}].options`);
  });
  stablecoins.forEach((c, i) => {
    checkServing(config, c, `stablecoins[${i}].instruments`, config.minStablecoinSources);
    checkInUsd(c, `stablecoins[${i}].instruments`);
  });
  if (config.test.multiplyIndex !== 1) checkTestMode(config);
}

function checkUnique<K extends string>(
  table: string,
  key: K,
  entries: readonly Readonly<Record<K, string | number>>[],
): void {
  const values = entries.map((entry) => entry[key]);
  const twice = values.find((v, i) => values.indexOf(v) !== i);
  if (twice === undefined) return;
  throw new ConfigError(`${table}: two entries have ${key} "${twice}"; give each its own`);
}

function checkKnown(config: FeederConfig, names: readonly string[], key: string): void {
  const unknown = names.find((name) => !config.sources.some((s) => s.name === name));
  if (unknown === undefined) return;
  throw new ConfigError(
    `${key}.${unknown}: there is no source of that name; add it or remove this`,
  );
}

function checkOptions(config: FeederConfig, { options }: UnderlyingConfig, key: string): void {
  const names = Object.keys(options);
  checkKnown(config, names, key);
  for (const { name, kind } of config.sources.filter((s) => names.includes(s.name))) {
    if (sourcesByKind[kind].chain === undefined) {
      throw new ConfigError(`${key}.${name}: ${kind} has no options that are read; remove this`);
    }
  }
}

/** A coin priced in another, or in itself, would go round in a circle. */
function checkInUsd({ symbol, instruments }: StablecoinConfig, key: string): void {
  const other = Object.entries(instruments).find(([, name]) => quoteOf(name) !== 'USD');
  if (other === undefined) return;
  throw new ConfigError(`${key}.${other[0]}: "${other[1]}" is no market of ${symbol} in USD`);
}

function checkServing(
  config: FeederConfig,
  { symbol, instruments }: StablecoinConfig,
  key: string,
  minSources: number,
): void {
  const names = Object.keys(instruments);
  checkKnown(config, names, key);
  const serving = config.sources.filter((s) => s.enabled && names.includes(s.name));
  if (serving.length < minSources) {
    throw new ConfigError(
      `${key}: ${serving.length} enabled sources serve ${symbol} but ${minSources} are needed ` +
        `(min_sources, min_stablecoin_sources); enable more sources or lower it`,
    );
  }
  const total = serving.reduce((sum, s) => sum + s.weight, 0);
  const ruler = serving.find((s) => s.weight * 2 >= total);
  if (serving.length > 2 && ruler !== undefined) {
    throw new ConfigError(
      `sources: weight ${ruler.weight} of "${ruler.name}" is half of all or more: it alone ` +
        `would set the price of ${symbol}; lower it`,
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
  const real = config.sources.find((s) => s.enabled && ![s.baseUrl, s.wsUrl].every(isLoopback));
  if (real === undefined) return;
  throw new ConfigError(
    `test.multiply_index works with simulated sources only, and "${real.name}" is at ` +
      `${real.baseUrl}; remove it`,
  );
}

const isLoopback = (url: string): boolean =>
  url === '' || ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
