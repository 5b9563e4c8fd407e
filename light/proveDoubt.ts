import type { Params as MarginParams } from '../proto/gen/tenor.margin.v1.ts';
import { FeedKind, FeedStatus } from '../proto/gen/tenor.oracle.v1.ts';
import type { Surface } from '../proto/gen/tenor.oracle.v1.ts';
import { records } from '../app/lib/records.ts';
import { LightError } from './errors.ts';
import type { ProvedReader } from './provedReader.ts';

const { FEED_KIND_FORWARD, FEED_KIND_STABLECOIN, FEED_KIND_SURFACE } = FeedKind;
const { FEED_STATUS_HALTED, FEED_STATUS_STALE } = FeedStatus;
const CONFIDENT_PPM = 1_000_000;
const USD = 1e6;

/** Of forwards and volatilities that an expiry is marked from, the lowest (ADR 139). */
export async function proveConfidence(
  reader: ProvedReader,
  { underlyingId, rows }: Surface,
  expirySeconds: bigint,
  timeMs: number,
): Promise<number> {
  if (Number(expirySeconds) * 1_000 <= timeMs) return 1;
  const before = rows.findLast((row) => row.expirySeconds <= expirySeconds);
  const after = rows.find((row) => row.expirySeconds >= expirySeconds);
  const around = new Set([before, after].flatMap((row) => row?.expirySeconds ?? []));
  let least = CONFIDENT_PPM;
  for (const of of around) {
    for (const kind of [FEED_KIND_FORWARD, FEED_KIND_SURFACE]) {
      const feed = await reader.get(records.feeds, [kind, underlyingId, of]);
      least = Math.min(least, feed?.confidencePpm ?? CONFIDENT_PPM);
    }
  }
  return least / CONFIDENT_PPM;
}

/** What a dollar of collateral is taken for (ADR 134): at most 1. */
export async function proveCollateralPrice(
  reader: ProvedReader,
  { collateralStablecoinId: id }: MarginParams,
): Promise<number> {
  if (id === 0) return 1;
  const voted = await reader.get(records.oracleParams, null);
  const feed = await reader.get(records.feeds, [FEED_KIND_STABLECOIN, id, 0n]);
  const isKnown = voted?.stablecoins.some(({ stablecoinId }) => stablecoinId === id) === true;
  const isOld = feed?.status === FEED_STATUS_STALE || feed?.status === FEED_STATUS_HALTED;
  if (!isKnown || isOld) {
    throw new LightError('unprovable', 'the price of the collateral was old at that height');
  }
  return feed === undefined || feed.priceUusd === 0n
    ? 1
    : Math.min(Number(feed.priceUusd) / USD, 1);
}
