import { agree } from './disagreement.ts';
import type { Bid, BlockEnd, Liquidations } from './liquidation.ts';
import { canCarry } from './slice.ts';
import type { Leg } from './slice.ts';
import type { Standing } from './standing.ts';
import { absolute } from './types.ts';
import type { Account } from './types.ts';
import type { Said } from '../told.ts';

const ROUNDS = 8;

export interface Clearing {
  readonly all: Liquidations;
  readonly account: Account;
  readonly bids: readonly Bid[];
  readonly standing: Standing;
  readonly end: BlockEnd;
  /** As the chain says. */
  readonly fills: readonly bigint[];
  readonly said: readonly Said[];
}

interface Rules<S> {
  /** By bid. */
  readonly wanted: readonly bigint[];
  readonly share: (wanted: readonly bigint[]) => S;
  /** How far a share may be off, as sums of doubles are. */
  readonly playOf: (shared: S) => bigint;
  readonly cashOf: (shared: S, ppb: bigint) => bigint;
}

/**
 * A part of what somebody wants may be more than the account can carry where all of it was not,
 * such as when all of it closes what the part leaves open: who cannot carry its part is left out,
 * and the others are cleared without it (ADR 100). Undefined where rounding decides.
 */
export function carriedBy<S extends { readonly fills: readonly bigint[] }>(
  { all, account, bids, end, fills }: Clearing,
  legs: readonly Leg[],
  { wanted, share, playOf, cashOf }: Rules<S>,
): S | undefined {
  let left = wanted;
  for (let round = 1; ; round++) {
    const shared = share(left);
    const play = playOf(shared);
    let from = 0n;
    const verdicts = shared.fills.map((fill, i) => {
      const verdict = verdictOn(fill, play, (ppb) => {
        const slice = { from, to: from + ppb };
        return canCarry(bids[i]!.bidder, legs, slice, cashOf(shared, ppb), end.quotes);
      });
      from += fill;
      return verdict;
    });
    if (verdicts.includes(undefined)) {
      all.undecided++;
      return undefined;
    }
    if (verdicts.includes(false) && round < ROUNDS) {
      left = left.map((ppb, i) => (verdicts[i] === true ? ppb : 0n));
      continue;
    }
    shared.fills.forEach((fill, i) => {
      const rules = verdicts[i] === true ? fill : 0n;
      const isNear = absolute(rules - fills[i]!) <= play;
      agree(isNear, `a bid for ${account.id} got ${fills[i]}, by the rules ${rules} ± ${play}`);
    });
    return shared;
  }
}

/** Whether a share can be carried; undefined where one that is as near decides otherwise. */
function verdictOn(
  share: bigint,
  play: bigint,
  can: (ppb: bigint) => boolean | undefined,
): boolean | undefined {
  if (share === 0n) return true;
  const near = [share - play, share, share + play].filter((ppb) => ppb > 0n);
  const [first, ...others] = new Set(near.map(can));
  return others.length === 0 ? first : undefined;
}
