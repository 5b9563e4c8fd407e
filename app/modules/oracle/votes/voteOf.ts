import type {
  ExpiryView,
  FeederReport,
  SourceHealth,
  VoteBase,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { expiriesThatFit } from './roomFor.ts';
import { subjectsOf } from './vote.ts';
import { encodeVote } from './encodeVote.ts';
import type { ExpiryVote, SourceVote, Vote } from './vote.ts';

/** What a feeder's report says of the feeds of a base. Ages in it are as of now. */
export function voteOf(report: FeederReport, base: VoteBase): Vote {
  const underlyings = base.underlyings.map(({ underlyingId, expiries }) => {
    const seen = report.underlyings.find((u) => u.underlyingId === underlyingId);
    return {
      underlyingId,
      index: seen?.index,
      expiries: expiries.map(({ expirySeconds }) => expiryOf(expirySeconds, seen?.expiries ?? [])),
    };
  });
  const stablecoins = base.stablecoins.map(({ stablecoinId }) => ({
    stablecoinId,
    price: report.stablecoins.find((s) => s.stablecoinId === stablecoinId)?.price,
  }));
  return { underlyings, stablecoins, sources: sourcesOf(report.sources, base) };
}

function expiryOf(expirySeconds: bigint, views: readonly ExpiryView[]): ExpiryVote {
  const seen = views.find((view) => view.expirySeconds === expirySeconds);
  return { expirySeconds, forward: seen?.forward, surface: seen?.smile };
}

/** By subject, id and venue, one a venue; a venue without a number cannot be said. */
function sourcesOf(health: readonly SourceHealth[], base: VoteBase): SourceVote[] {
  return subjectsOf(base).flatMap(({ subject, id }) => {
    const byVenue = new Map<number, SourceVote>();
    for (const { venue, state, ...asked } of health) {
      if (asked.subject !== subject || asked.id !== id || venue === 0) continue;
      if (!byVenue.has(venue)) byVenue.set(venue, { subject, id, venue, state });
    }
    return [...byVenue.values()].sort((a, b) => a.venue - b.venue);
  });
}

/**
 * The bytes of a vote, of at most `maxBytes`. What does not fit is left out: what sources do first,
 * then expiry by expiry. At every height those come last, and stay, that come after the ones which
 * fit at the height before whatever they say: so each is said within a few blocks, and by all.
 */
export function fitVote(vote: Vote, base: VoteBase, maxBytes: number): Uint8Array {
  let bytes = encodeVote(vote, base);
  if (bytes.length <= maxBytes) return bytes;
  let left: Vote = { ...vote, sources: [] };
  bytes = encodeVote(left, base);
  const places = base.underlyings.flatMap((u, i) => u.expiries.map((_, j) => [i, j] as const));
  const votedOn = { underlyings: base.underlyings.length, stablecoins: base.stablecoins.length };
  const step = BigInt(Math.max(expiriesThatFit(votedOn, maxBytes), 1));
  const first = Number((base.height * step) % BigInt(Math.max(places.length, 1)));
  for (let k = 0; k < places.length && bytes.length > maxBytes; k++) {
    left = withoutExpiry(left, places[(first + k) % places.length]!);
    bytes = encodeVote(left, base);
  }
  return bytes.length <= maxBytes ? bytes : new Uint8Array(0);
}

function withoutExpiry(vote: Vote, [i, j]: readonly [number, number]): Vote {
  const underlying = vote.underlyings[i]!;
  const { expirySeconds } = underlying.expiries[j]!;
  const expiries = underlying.expiries.with(j, { expirySeconds });
  return { ...vote, underlyings: vote.underlyings.with(i, { ...underlying, expiries }) };
}
