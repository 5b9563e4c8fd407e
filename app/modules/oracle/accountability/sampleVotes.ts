import type {
  FeedTally,
  Params,
  ValueTally,
  VoteBase,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { compareBytes, toBinary } from '../../../lib/bytes.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { addMove, NO_FOLLOWING } from '../core/following.ts';
import { maySample } from '../core/maySample.ts';
import { addValue, newTally, newValues } from '../core/tally.ts';
import { ruleOf } from '../params.ts';
import { openTallies, prices, proposers, sources } from '../state.ts';
import { underlyingIn } from '../votes/castVote.ts';
import type { CastVote } from '../votes/castVote.ts';
import type { Vote } from '../votes/vote.ts';
import { measuresOf } from './measures.ts';
import type { Measure } from './measures.ts';
import { isInSettlement } from './settlementWindow.ts';

/**
 * Looks at the values of the votes in one block of some: sums of distances of every feed in every
 * block would cost more state than the prices do. Which block it is only its own hash tells, which
 * nobody knows when voting.
 */
export function sampleVotes(
  ctx: Ctx,
  votes: readonly CastVote[],
  base: VoteBase | undefined,
  p: Params,
): void {
  if (!isSampled(ctx, p.accountability!.sampleEvery)) return;
  const proposer = proposers.get(ctx, ctx.header.proposer);
  if (proposer !== undefined) {
    proposers.set(ctx, proposer.consensusAddress, { ...proposer, sampled: proposer.sampled + 1n });
  }
  const tallies = new Map(
    openTallies.get(ctx)?.tallies.map((t) => [toBinary(t.consensusAddress), t]),
  );
  const measures = measuresOf(ctx, p);
  const isTold = isLongEnough(ctx, base, p);
  const weight = BigInt(isInSettlement(ctx) ? p.accountability!.settlementWeight : 1);
  for (const { address, vote } of votes) {
    if (vote === undefined) continue;
    const before = tallies.get(toBinary(address)) ?? newValues(address);
    const feeds = feedsOf(before.feeds, vote, { measures, weight, p });
    const following = isTold ? followingOf(ctx, before, vote, base) : before.following;
    const samples = before.samples + 1n;
    tallies.set(toBinary(address), { ...before, samples, feeds, following });
    keepSources(ctx, address, vote);
  }
  const all = [...tallies.values()];
  all.sort((a, b) => compareBytes(a.consensusAddress, b.consensusAddress));
  openTallies.set(ctx, { tallies: all });
}

function isSampled(ctx: Ctx, every: number): boolean {
  const { hash, height, proposer } = ctx.header;
  const own = proposers.get(ctx, proposer);
  if (own !== undefined && !maySample(own, every)) return false;
  if (hash === undefined || hash.length < 4) return height % every === 0;
  return hash.subarray(0, 4).reduce((number, byte) => number * 256 + byte, 0) % every === 0;
}

interface Looked {
  readonly measures: readonly Measure[];
  readonly weight: bigint;
  readonly p: Params;
}

function feedsOf(before: readonly FeedTally[], vote: Vote, looked: Looked): FeedTally[] {
  const { measures, weight, p } = looked;
  const { farMilli } = p.accountability!;
  const tallies = new Map(before.map((tally) => [`${tally.kind}/${tally.id}`, tally]));
  for (const { kind, id, unitPpm, distanceIn } of measures) {
    const key = `${kind}/${id}`;
    const said = distanceIn(vote);
    const isStale = said !== undefined && said.ageMs > Number(ruleOf(p, kind).staleAfterMs);
    const value = { unitPpm, distancePpm: said?.distancePpm, isStale, weight };
    tallies.set(key, addValue(tallies.get(key) ?? newTally(kind, id), value, farMilli));
  }
  return [...tallies.values()].sort((a, b) => a.kind - b.kind || a.id - b.id);
}

/** What is this much older than the others' need not be copied: it came over a slow link. */
const LATE_MS = 1_000n;

/**
 * Whether a copy can be told from what is a second late. The base is of two blocks before these
 * votes were cast; a value that is late by a share of that time moves by so much less.
 */
function isLongEnough(ctx: Ctx, base: VoteBase | undefined, p: Params): boolean {
  const spanMs = BigInt(ctx.header.timeMs) - (base?.timeMs ?? 0n);
  const lackPpm = 1_000_000n - BigInt(p.accountability!.minFollowingPpm);
  return spanMs * lackPpm >= LATE_MS * 1_000_000n;
}

/** Beside the index that the vote was told against, which is what it could have repeated. */
function followingOf(ctx: Ctx, before: ValueTally, vote: Vote, base: VoteBase | undefined) {
  let sums = before.following ?? NO_FOLLOWING;
  for (const { underlyingId, indexUusd: baseUusd } of base?.underlyings ?? []) {
    const price = prices.get(ctx, underlyingId);
    const said = underlyingIn(vote, underlyingId)?.index;
    if (price?.height !== BigInt(ctx.header.height) || said === undefined) continue;
    if (baseUusd === 0n) continue;
    sums = addMove(sums, {
      baseUusd: Number(baseUusd),
      medianUusd: Number(price.indexUusd),
      saidUusd: Number(said.priceUusd),
      dispersionPpm: price.dispersionPpm,
    });
  }
  return sums;
}

/** A vote without room for its sources leaves those that it said before. */
function keepSources(ctx: Ctx, consensusAddress: Uint8Array, vote: Vote): void {
  if (vote.sources.length === 0) return;
  const before = sources.get(ctx, consensusAddress)?.sources;
  const isSame =
    before?.length === vote.sources.length &&
    vote.sources.every(({ subject, id, venue, state }, i) => {
      const was = before[i]!;
      return was.subject === subject && was.id === id && was.venue === venue && was.state === state;
    });
  if (isSame) return;
  const height = BigInt(ctx.header.height);
  sources.set(ctx, consensusAddress, { consensusAddress, height, sources: [...vote.sources] });
}
