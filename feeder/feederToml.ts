import { stringify } from 'smol-toml';
import { defaults, sourceKinds } from './config.ts';
import type { FeederConfig, SourceKind, UnderlyingConfig } from './config.ts';

/** What the launcher chooses; everything else has the defaults below. */
export type FeederTomlOptions = { readonly socketPath: string } & Partial<
  Omit<FeederConfig, 'socketPath'>
> & {
    /** Base of a simulated market: the default sources are then sought under its path prefixes. */
    readonly marketUrl?: string;
  };

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
    min_vol_sources: o.minVolSources,
    max_vol_deviation: o.maxVolDeviation,
    min_stablecoin_sources: o.minStablecoinSources,
    max_stablecoin_age_ms: o.maxStablecoinAgeMs,
    test: { allow_test_mode: o.test.allowTestMode, multiply_index: o.test.multiplyIndex },
    sources: sources.map(({ baseUrl, ...rest }) => ({ ...rest, base_url: baseUrl })),
    underlyings: (options.underlyings ?? defaultUnderlyings).map((u) => ({ ...u })),
  });
}
