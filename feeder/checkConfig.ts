import type { FeederConfig, UnderlyingConfig } from './config.ts';
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
