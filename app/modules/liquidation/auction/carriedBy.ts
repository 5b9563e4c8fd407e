import type { Slice } from './slice.ts';

interface Shared {
  /** By bid; slices follow one another in this order. */
  readonly fillsPpb: readonly bigint[];
}

/** Who cannot carry its part after so many rounds takes none, and nobody else takes it. */
const MAX_ROUNDS = 8;

/**
 * Shares out among bids whose bidders can carry their part. Who can carry all that it wants may not
 * carry a part of it, such as where all of it closes what the part leaves open: it is left out, and
 * the others are cleared as if it had not bid, or it would keep them out and take nothing itself.
 */
export function carriedBy<W extends { readonly fractionPpb: bigint }, S extends Shared>(
  wanted: readonly W[],
  share: (wanted: readonly W[]) => S,
  canCarry: (bid: number, slice: Slice, shared: S) => boolean,
): S {
  let left = wanted;
  for (let round = 1; ; round++) {
    const shared = share(left);
    const carried: boolean[] = [];
    let sold = 0n;
    for (const [i, fill] of shared.fillsPpb.entries()) {
      const slice = { fromPpb: sold, toPpb: sold + fill };
      carried.push(fill === 0n || canCarry(i, slice, shared));
      sold = slice.toPpb;
    }
    if (carried.every(Boolean)) return shared;
    if (round === MAX_ROUNDS) {
      return { ...shared, fillsPpb: shared.fillsPpb.map((fill, i) => (carried[i]! ? fill : 0n)) };
    }
    left = left.map((bid, i) => (carried[i]! ? bid : { ...bid, fractionPpb: 0n }));
  }
}
