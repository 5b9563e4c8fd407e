import { stringify } from 'smol-toml';
import { defaults, sourceKinds } from './config.ts';
import type { FeederConfig, SourceConfig, SourceKind } from './config.ts';
import { defaultStablecoins, defaultUnderlyings } from './defaultMarkets.ts';
import { sourcesByKind } from './sources/index.ts';

/** What the launcher chooses; everything else has the defaults. */
export type FeederTomlOptions = { readonly socketPath: string } & Partial<
  Omit<FeederConfig, 'socketPath'>
> & {
    /** Base of a simulated market: the default sources are then sought under its path prefixes. */
    readonly marketUrl?: string;
  };

/** The text of a feeder.toml: every public source, BTC and ETH, unless told otherwise. */
export function feederToml(options: FeederTomlOptions): string {
  const o = { ...defaults, ...options };
  const sources = options.sources ?? sourceKinds.map((kind) => sourceOf(kind, options.marketUrl));
  const tables = {
    test: { allow_test_mode: o.test.allowTestMode, multiply_index: o.test.multiplyIndex },
    sources: sources.map(({ baseUrl, wsUrl, ...rest }) => ({
      ...rest,
      ...{ base_url: baseUrl, ws_url: wsUrl },
    })),
    underlyings: (options.underlyings ?? defaultUnderlyings).map((u) => ({ ...u })),
    stablecoins: (options.stablecoins ?? defaultStablecoins).map((c) => ({ ...c })),
  };
  const keys = settings(o).map(([comment, key, value]) => {
    return `${comment.map((line) => `# ${line}\n`).join('')}${stringify({ [key]: value })}`;
  });
  const parts = Object.entries(tables).map(
    ([name, table]) => `${comments[name as keyof typeof tables]}${stringify({ [name]: table })}`,
  );
  return [INTRODUCTION, ...keys, ...parts].join('\n');
}

function sourceOf(kind: SourceKind, marketUrl: string | undefined): SourceConfig {
  const { restUrl, wsUrl } = sourcesByKind[kind];
  const urls =
    marketUrl === undefined
      ? { baseUrl: restUrl, wsUrl }
      : {
          baseUrl: `${marketUrl}/${kind}`,
          wsUrl: `${marketUrl.replace(/^http/, 'ws')}/${kind}`,
        };
  return { name: kind, kind, ...urls, enabled: true, weight: 1 };
}

const INTRODUCTION = `# Settings of Tenor's price feeder. SIGHUP makes a running feeder read them
# again; what it does not understand it refuses with the name of the key, and goes on as before.
# \`tenor feeder check\` asks every source once and shows what becomes of its answer.
`;

type Setting = readonly [comment: readonly string[], key: string, value: string | number];

const settings = (o: Omit<FeederConfig, 'sources' | 'underlyings' | 'stablecoins'>): Setting[] => [
  [["The application's socket; a relative path is under this home."], 'socket_path', o.socketPath],
  [['fatal, error, warn, info, debug, trace or silent.'], 'log_level', o.logLevel],
  [['Where Prometheus finds metrics, as HOST:PORT; empty: nowhere.'], 'metrics', o.metrics],
  [
    ['Pause between two reports, and between two questions for a price that no stream brings.'],
    ...(['poll_interval_ms', o.pollIntervalMs] as const),
  ],
  [['Pause between two questions for options.'], 'vol_poll_interval_ms', o.volPollIntervalMs],
  [
    ['A source that has not answered by then has failed.'],
    'request_timeout_ms',
    o.requestTimeoutMs,
  ],
  [['Longest wait before a source that fails is asked again.'], 'max_backoff_ms', o.maxBackoffMs],
  [['Sources that must agree on an index, and on an expiry.'], 'min_sources', o.minSources],
  [[], 'min_vol_sources', o.minVolSources],
  [['On a stablecoin.'], 'min_stablecoin_sources', o.minStablecoinSources],
  [
    ['What a source saw longer ago than this does not count.'],
    ...(['max_price_age_ms', o.maxPriceAgeMs] as const),
  ],
  [[], 'max_vol_age_ms', o.maxVolAgeMs],
  [[], 'max_stablecoin_age_ms', o.maxStablecoinAgeMs],
  [
    ['Nor does a price, or forward over index, further than this share from the median.'],
    ...(['max_deviation', o.maxDeviation] as const),
  ],
  [
    ['Nor an expiry whose at-the-money volatility is further than this share from the median.'],
    ...(['max_vol_deviation', o.maxVolDeviation] as const),
  ],
];

const comments = {
  test: `# A feeder that lies on purpose: test networks, every source on loopback.\n`,
  sources: `# base_url is what the documented path is appended to. Without a ws_url a
# source is polled. weight is its part in the median. TLS certificates are verified; no source
# needs a key.\n`,
  underlyings: `# id is that of the chain's feed. instruments and options: what each source
# calls it. A source without an entry is not asked. What the chain votes on beyond
# these is watched as the feeder knows it. A market in USDT or USDC counts in USD by the
# stablecoin's own price below.\n`,
  stablecoins: `# Prices of stablecoins in USD.\n`,
};
