import { SourceSubject } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type {
  SourceState,
  UnderlyingBase,
  Venue,
  VoteBase,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { MAX_PRICE_UUSD } from '../../../lib/feederReport.ts';

/** The version of the bytes that a vote is said in. 1 was a protobuf message without ages. */
export const VOTE_VERSION = 2;

/** A price with the age at which its sources saw it. */
export interface SeenPrice {
  readonly priceUusd: bigint;
  readonly ageMs: number;
}

export interface SeenVols {
  /** At the surface nodes, in 1e-4 a year. */
  readonly volsBp: readonly number[];
  readonly ageMs: number;
  /** Bit i: node i lies beyond the last quote that can be trusted. */
  readonly extrapolated: number;
}

export interface ExpiryVote {
  readonly expirySeconds: bigint;
  readonly forward?: SeenPrice | undefined;
  readonly surface?: SeenVols | undefined;
}

export interface UnderlyingVote {
  readonly underlyingId: number;
  readonly index?: SeenPrice | undefined;
  readonly expiries: readonly ExpiryVote[];
}

export interface StablecoinVote {
  readonly stablecoinId: number;
  readonly price?: SeenPrice | undefined;
}

/** How one thing asked of one of its sources stands at a validator. */
export interface SourceVote {
  readonly subject: SourceSubject;
  /** Of the underlying or the stablecoin. */
  readonly id: number;
  readonly venue: Venue;
  readonly state: SourceState;
}

/** What a validator says of every feed of a base, in its order; absent where it knows nothing. */
export interface Vote {
  readonly underlyings: readonly UnderlyingVote[];
  readonly stablecoins: readonly StablecoinVote[];
  /** By subject, id and venue. */
  readonly sources: readonly SourceVote[];
}

/** Steps between prices are at most this share of what the chain has. */
const STEP_SHARE = 1_000_000n;

/** What prices are multiples of: the largest power of ten within a millionth of the chain's own. */
export function stepOf(chainUusd: bigint): bigint {
  let step = 1n;
  while (step * 10n * STEP_SHARE <= chainUusd) step *= 10n;
  return step;
}

/** Where a forward is expected: the chain's basis on the index that this vote says, if any. */
export function expectedForward(
  forwardUusd: bigint,
  { indexUusd }: UnderlyingBase,
  saidUusd: bigint | undefined,
): bigint {
  const index = saidUusd ?? indexUusd;
  if (forwardUusd === 0n || indexUusd === 0n) return forwardUusd === 0n ? index : forwardUusd;
  const expected = (forwardUusd * index) / indexUusd;
  return expected < MAX_PRICE_UUSD ? expected : MAX_PRICE_UUSD;
}

/** Where a node is expected when the one at the money is said to be at `atmBp`. */
export function expectedVol(baseBp: number, baseAtmBp: number, atmBp: number): number {
  return baseAtmBp === 0 ? atmBp : Math.floor((baseBp * atmBp) / baseAtmBp);
}

/** The node at the money, which the others are told from. */
export const ATM = 4;

/** What sources are asked for, in the order in which a vote tells of them. */
export function subjectsOf(base: VoteBase): { subject: SourceSubject; id: number }[] {
  return [
    ...base.underlyings.flatMap(({ underlyingId: id }) => [
      { subject: SourceSubject.SOURCE_SUBJECT_INDEX, id },
      { subject: SourceSubject.SOURCE_SUBJECT_OPTIONS, id },
    ]),
    ...base.stablecoins.map(({ stablecoinId: id }) => ({
      subject: SourceSubject.SOURCE_SUBJECT_STABLECOIN,
      id,
    })),
  ];
}
