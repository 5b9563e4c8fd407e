import type { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { Feed, Price, VolSlice } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { Params } from '../../../proto/gen/tenor.oracle.v1.ts';
import { toBinary } from '../../lib/bytes.ts';
import { SURFACE_NODES } from '../../lib/surfaceNodes.ts';
import type { Ctx } from '../../runtime/context.ts';
import { dispersionPpm, PPM, weightedMedian } from './core/median.ts';
import type { Weighted } from './core/median.ts';
import { isAhead, repairVols } from './core/surface.ts';
import { params } from './params.ts';
import { recordVotes } from './records.ts';
import { prices, surfaces } from './state.ts';
import { castVote, reportFor } from './votes/castVote.ts';
import type { CastVote } from './votes/castVote.ts';

/**
 * Takes prices from the votes of the last commit: those with a quorum of reporting power replace
 * what state holds, the others keep it and age. `injected` is undefined when the block brought no
 * votes.
 */
export function applyVotes(ctx: Ctx, injected: ExtendedCommitInfo | undefined): void {
  const p = params.get(ctx);
  const votes = (injected?.votes ?? []).map((vote) => castVote(vote, p));
  const totalPower = votes.reduce((sum, v) => sum + v.power, 0n);
  const quorum = (totalPower * BigInt(p.quorumPpm) + PPM - 1n) / PPM;
  for (const feed of p.feeds) {
    applyIndex(ctx, feed, votes, quorum, p);
    applySurface(ctx, feed, votes, quorum);
  }
  recordVotes(ctx, votes, p);
}

/** One validator's number each, for those who said one. */
function collect<T>(
  votes: readonly CastVote[],
  pick: (vote: CastVote) => T | undefined,
): Weighted<T>[] {
  const entries: Weighted<T>[] = [];
  for (const vote of votes) {
    const value = pick(vote);
    if (value !== undefined) {
      entries.push({ value, power: vote.power, order: toBinary(vote.address) });
    }
  }
  return entries;
}

const powerOf = (entries: readonly Weighted<unknown>[]) =>
  entries.reduce((sum, e) => sum + e.power, 0n);

function applyIndex(
  ctx: Ctx,
  { underlyingId, underlying }: Feed,
  votes: readonly CastVote[],
  quorum: bigint,
  p: Params,
): void {
  const last = prices.get(ctx, underlyingId);
  const entries = collect(votes, (vote) => {
    const index = reportFor(vote, underlyingId)?.indexUusd;
    return index === 0n ? undefined : index;
  });
  if (quorum === 0n || powerOf(entries) < quorum) {
    age(ctx, last, p);
    return;
  }
  const indexUusd = weightedMedian(entries)!;
  const fresh = isFresh(ctx, last, p) ? last.freshCount : 0;
  prices.set(ctx, underlyingId, {
    underlyingId,
    indexUusd,
    height: BigInt(ctx.header.height),
    timeMs: BigInt(ctx.header.timeMs),
    dispersionPpm: dispersionPpm(entries, indexUusd),
    status: FeedStatus.FEED_STATUS_LIVE,
    freshCount: Math.min(fresh + 1, 1_000_000),
  });
  if (last?.indexUusd !== indexUusd)
    ctx.emit('price', { underlying, index_uusd: indexUusd.toString() });
  if (last?.status !== FeedStatus.FEED_STATUS_LIVE) {
    emitStatus(ctx, underlyingId, FeedStatus.FEED_STATUS_LIVE);
  }
}

/**
 * Whether quorums have followed one another until now. The block time may jump over a whole outage,
 * which then left no stale status behind: the age of the last price counts, not its status alone.
 */
function isFresh(ctx: Ctx, last: Price | undefined, p: Params): last is Price {
  if (last?.status !== FeedStatus.FEED_STATUS_LIVE) return false;
  return BigInt(ctx.header.timeMs) - last.timeMs <= p.staleAfterMs;
}

/** A price without a new quorum gets older: live, then stale, then halted. */
function age(ctx: Ctx, last: Price | undefined, p: Params): void {
  if (last === undefined) return;
  const ageMs = BigInt(ctx.header.timeMs) - last.timeMs;
  const status =
    ageMs > p.haltAfterMs
      ? FeedStatus.FEED_STATUS_HALTED
      : ageMs > p.staleAfterMs
        ? FeedStatus.FEED_STATUS_STALE
        : last.status;
  if (status === last.status) return;
  prices.set(ctx, last.underlyingId, { ...last, status, freshCount: 0 });
  emitStatus(ctx, last.underlyingId, status);
}

function emitStatus(ctx: Ctx, underlyingId: number, status: FeedStatus): void {
  ctx.emit('feed_status', { underlying_id: String(underlyingId), status: String(status) });
}

/**
 * Median forward and volatilities of each expiry that a quorum reported, repaired together: a
 * median of surfaces without arbitrage need not be one.
 */
function applySurface(
  ctx: Ctx,
  { underlyingId }: Feed,
  votes: readonly CastVote[],
  quorum: bigint,
): void {
  const { timeMs } = ctx.header;
  const expiries = new Set<bigint>();
  for (const vote of votes) {
    for (const { expirySeconds } of reportFor(vote, underlyingId)?.slices ?? []) {
      if (isAhead(Number(expirySeconds), timeMs)) expiries.add(expirySeconds);
    }
  }
  const slices: VolSlice[] = [];
  for (const expiry of [...expiries].sort((a, b) => (a < b ? -1 : 1))) {
    const slice = medianSlice(votes, underlyingId, expiry, quorum);
    if (slice !== undefined) slices.push(slice);
  }
  if (slices.length === 0) return;
  const variances = repairVols(
    slices.map(({ expirySeconds }) => Number(expirySeconds)),
    slices.map(({ volsBp }) => volsBp.map((bp) => bp / 10_000)),
    timeMs,
  );
  const rows = slices.map(({ expirySeconds, forwardUusd }, i) => ({
    ...{ expirySeconds, forwardUusd },
    variances: variances[i]!,
  }));
  surfaces.set(ctx, underlyingId, { underlyingId, timeMs: BigInt(timeMs), rows });
}

function medianSlice(
  votes: readonly CastVote[],
  underlyingId: number,
  expirySeconds: bigint,
  quorum: bigint,
): VolSlice | undefined {
  const of = (vote: CastVote) =>
    reportFor(vote, underlyingId)?.slices.find((s) => s.expirySeconds === expirySeconds);
  const forwards = collect(votes, (vote) => of(vote)?.forwardUusd);
  if (quorum === 0n || powerOf(forwards) < quorum) return undefined;
  return {
    expirySeconds,
    forwardUusd: weightedMedian(forwards)!,
    volsBp: SURFACE_NODES.map((_, i) =>
      weightedMedian(collect(votes, (vote) => of(vote)?.volsBp[i]))!,
    ),
  };
}
