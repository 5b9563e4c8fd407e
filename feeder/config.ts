export const sourceKinds = [
  ...(['kraken', 'coinbase', 'binance', 'okx'] as const),
  ...(['bybit', 'bitstamp', 'deribit', 'binance_options'] as const),
] as const;
export type SourceKind = (typeof sourceKinds)[number];
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface SourceConfig {
  readonly name: string;
  readonly kind: SourceKind;
  /** What the documented path is appended to, without a slash at the end. */
  readonly baseUrl: string;
  /** Likewise for its WebSocket; empty: it is polled only. */
  readonly wsUrl: string;
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
  /** By source name: what that source calls its options, where they are asked for. */
  readonly options: Readonly<Record<string, string>>;
}

export interface StablecoinConfig {
  /** Id of the chain's feed. */
  readonly id: number;
  readonly symbol: string;
  /** By source name: its market in USD. */
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
  /** Sources that must list an expiry alike before its forward and volatilities are reported. */
  readonly minVolSources: number;
  /** An at-the-money volatility further than this share from the others' median does not count. */
  readonly maxVolDeviation: number;
  readonly minStablecoinSources: number;
  readonly maxStablecoinAgeMs: number;
  readonly sources: readonly SourceConfig[];
  readonly underlyings: readonly UnderlyingConfig[];
  readonly stablecoins: readonly StablecoinConfig[];
  /** Where Prometheus finds this feeder, as HOST:PORT; empty: nowhere. */
  readonly metrics: string;
  readonly test: TestConfig;
}

/** Of what a feeder.toml does not say. */
export const defaults = {
  logLevel: 'info',
  pollIntervalMs: 1_500,
  volPollIntervalMs: 5_000,
  requestTimeoutMs: 3_000,
  maxBackoffMs: 15_000,
  minSources: 3,
  maxPriceAgeMs: 15_000,
  maxVolAgeMs: 60_000,
  maxDeviation: 0.02,
  minVolSources: 1,
  maxVolDeviation: 0.25,
  minStablecoinSources: 2,
  maxStablecoinAgeMs: 60_000,
  metrics: '',
  test: { allowTestMode: false, multiplyIndex: 1 },
} as const satisfies Partial<FeederConfig>;
