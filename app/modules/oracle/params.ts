import { FeedKind, Params as Message } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { Accountability, FeedRule, FeedsWanted } from '../../../proto/gen/tenor.oracle.v1.ts';
import { assert } from '../../lib/assert.ts';
import { Params } from '../../runtime/params.ts';
import type { Reader } from '../../store/collection.ts';
import { keepNames } from './feeds/names.ts';
import { MAX_CARRIED_BYTES } from './votes/inject.ts';
import { leastBytes } from './votes/roomFor.ts';

const { FEED_KIND_FORWARD, FEED_KIND_INDEX, FEED_KIND_STABLECOIN, FEED_KIND_SURFACE } = FeedKind;
/** The kinds with a rule of their own, in order. */
const RULED = [FEED_KIND_FORWARD, FEED_KIND_SURFACE, FEED_KIND_STABLECOIN];
const MAX_STABLECOINS = 8;
/** A dispersion of this share of an index leaves no confidence. */
const INDEX_NO_CONFIDENCE_PPM = 50_000;
const SYMBOL = /^[A-Z0-9]{2,10}$/;

export const params: Params<Message> = new Params('oracle', Message, wrongParams, (ctx, next) =>
  keepNames(ctx, [params.get(ctx), next]),
);

function wrongParams(p: Message): string | null {
  if (p.quorumPpm < 500_000 || p.quorumPpm > 1_000_000) return 'quorumPpm: 500000 to 1000000';
  if (p.maxExtensionBytes < 64 || p.maxExtensionBytes > MAX_CARRIED_BYTES) {
    return `maxExtensionBytes: 64 to ${MAX_CARRIED_BYTES}`;
  }
  if (p.outlierPpm < 100) return 'outlierPpm: at least 100';
  if (p.freshNeeded < 1) return 'freshNeeded: at least 1';
  return (
    wrongPace('staleAfterMs', p) ??
    wrongRules(p) ??
    wrongFeeds(p) ??
    wrongStablecoins(p) ??
    wrongRoom(p) ??
    wrongAccountability(p.accountability)
  );
}

/** A vote must have room for what it is to say, at least in turns. */
function wrongRoom({ feeds, stablecoins, maxExtensionBytes }: Message): string | null {
  const least = leastBytes({ underlyings: feeds.length, stablecoins: stablecoins.length });
  if (maxExtensionBytes >= least) return null;
  return `maxExtensionBytes: at least ${least} for so many feeds and stablecoins`;
}

function wrongPace(
  name: string,
  { staleAfterMs, haltAfterMs }: Pick<FeedRule, 'staleAfterMs' | 'haltAfterMs'>,
): string | null {
  if (staleAfterMs >= 1_000n && haltAfterMs > staleAfterMs) return null;
  return `${name}: at least 1000, and below haltAfterMs`;
}

function wrongRules({ rules }: Message): string | null {
  if (rules.length !== RULED.length) return `rules: ${RULED.length} of them`;
  for (const [i, rule] of rules.entries()) {
    if (rule.kind !== RULED[i]) return 'rules: forward, surface, stablecoin, in this order';
    const wrong = wrongPace(`rules[${i}].staleAfterMs`, rule);
    if (wrong !== null) return wrong;
    if (rule.noConfidencePpm < 1 || rule.noConfidencePpm > 1_000_000) {
      return `rules[${i}].noConfidencePpm: 1 to 1000000`;
    }
  }
  return null;
}

function wrongFeeds({ feeds }: Message): string | null {
  if (feeds.length === 0 || feeds.length > 32) return 'feeds: 1 to 32';
  for (const [i, feed] of feeds.entries()) {
    if (!SYMBOL.test(feed.underlying)) return `feeds: ${feed.underlying} is no symbol`;
    if (feed.underlyingId <= (feeds[i - 1]?.underlyingId ?? 0)) return 'feeds: ascending ids';
    if (feeds.findIndex((f) => f.underlying === feed.underlying) !== i) {
      return `feeds: ${feed.underlying} is there twice`;
    }
  }
  return null;
}

function wrongStablecoins({ stablecoins }: Message): string | null {
  if (stablecoins.length > MAX_STABLECOINS) return `stablecoins: at most ${MAX_STABLECOINS}`;
  for (const [i, { stablecoinId, symbol }] of stablecoins.entries()) {
    if (!SYMBOL.test(symbol)) return `stablecoins: ${symbol} is no symbol`;
    if (stablecoinId <= (stablecoins[i - 1]?.stablecoinId ?? 0))
      return 'stablecoins: ascending ids';
  }
  return null;
}

/** What a feeder is asked for. */
export function feedsWanted(reader: Reader): FeedsWanted {
  const { feeds: underlyings, stablecoins } = params.get(reader);
  return { underlyings, stablecoins };
}

/** Bounds of each number: what a block or a window costs, and shares of one. */
const BOUNDS: readonly (readonly [keyof Accountability, low: number, high: number])[] = [
  ['windowSeconds', 60, 86_400],
  ['windowsKept', 1, 168],
  ['sampleEvery', 1, 1_000],
  ['settlementWeight', 1, 100],
  ['minReportedPpm', 0, 1_000_000],
  ['farMilli', 1_000, 99_999],
  ['maxFarPpm', 0, 1_000_000],
  ['minFollowingPpm', 0, 900_000],
  ['minMoves', 10, 1_000_000],
  ['rewardPpm', 0, 1_000_000],
  ['penaltyPpm', 0, 500_000],
  ['minAsked', 0, 1_000_000],
  ['maxLeftOutPpm', 0, 1_000_000],
];

function wrongAccountability(rules: Accountability | undefined): string | null {
  if (rules === undefined) return 'accountability: missing';
  for (const [field, low, high] of BOUNDS) {
    if (rules[field] < low || rules[field] > high)
      return `accountability.${field}: ${low} to ${high}`;
  }
  return null;
}

/** How long the feeds of a kind may go without being seen anew. */
export function ruleOf(p: Message, kind: FeedKind): FeedRule {
  if (kind === FEED_KIND_INDEX) {
    const { staleAfterMs, haltAfterMs } = p;
    return { kind, staleAfterMs, haltAfterMs, noConfidencePpm: INDEX_NO_CONFIDENCE_PPM };
  }
  const rule = p.rules.find((r) => r.kind === kind);
  assert(rule !== undefined, `a rule for feeds of kind ${kind}`);
  return rule;
}

export const defaultOracleParams: Message = {
  quorumPpm: 666_667,
  maxExtensionBytes: 512,
  staleAfterMs: 10_000n,
  haltAfterMs: 60_000n,
  outlierPpm: 10_000,
  freshNeeded: 5,
  feeds: [
    { underlyingId: 1, underlying: 'BTC' },
    { underlyingId: 2, underlying: 'ETH' },
  ],
  rules: [
    rule(FEED_KIND_FORWARD, 30_000n, 120_000n, 50_000),
    rule(FEED_KIND_SURFACE, 30_000n, 120_000n, 250_000),
    rule(FEED_KIND_STABLECOIN, 120_000n, 600_000n, 20_000),
  ],
  stablecoins: [
    { stablecoinId: 1, symbol: 'USDT' },
    { stablecoinId: 2, symbol: 'USDC' },
  ],
  accountability: {
    windowSeconds: 3_600n,
    windowsKept: 24,
    sampleEvery: 8,
    settlementWeight: 5,
    minReportedPpm: 500_000,
    farMilli: 10_000,
    maxFarPpm: 500_000,
    minFollowingPpm: 250_000,
    minMoves: 50,
    rewardPpm: 100_000,
    penaltyPpm: 0,
    minAsked: 100,
    maxLeftOutPpm: 500_000,
  },
};

function rule(
  kind: FeedKind,
  staleAfterMs: bigint,
  haltAfterMs: bigint,
  noConfidencePpm: number,
): FeedRule {
  return { kind, staleAfterMs, haltAfterMs, noConfidencePpm };
}
