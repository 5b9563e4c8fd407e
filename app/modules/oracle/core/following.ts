import type { Following } from '../../../../proto/gen/tenor.oracle.v1.ts';

/** A move of an index, and what one validator said of it. */
export interface Move {
  /** The chain's index that this vote was told against. */
  readonly baseUusd: number;
  readonly medianUusd: number;
  readonly saidUusd: number;
  readonly dispersionPpm: number;
}

/** A move counts from this many dispersions on: less is told apart from noise by nobody. */
const DISPERSIONS = 4;
const LEAST_MOVE_PPM = 50;
/** Of what the chain moved and of what was said: a jump counts as this much. */
const MOST_PPM = 20_000;
const PPM = 1_000_000n;

export const NO_FOLLOWING: Following = {
  ...{ moves: 0n, medianPpm: 0n, saidPpm: 0n, both: 0n, medianSquared: 0n },
};

const ppmFrom = (base: number, value: number): number => {
  const ppm = Math.round(((value - base) / base) * 1e6);
  return Math.min(Math.max(ppm, -MOST_PPM), MOST_PPM);
};

/** The sums with a move, when it is one. */
export function addMove(sums: Following, move: Move): Following {
  const { baseUusd, medianUusd, saidUusd, dispersionPpm } = move;
  const median = ppmFrom(baseUusd, medianUusd);
  if (Math.abs(median) < Math.max(DISPERSIONS * dispersionPpm, LEAST_MOVE_PPM)) return sums;
  const said = ppmFrom(baseUusd, saidUusd);
  return {
    moves: sums.moves + 1n,
    medianPpm: sums.medianPpm + BigInt(median),
    saidPpm: sums.saidPpm + BigInt(said),
    both: sums.both + BigInt(median * said),
    medianSquared: sums.medianSquared + BigInt(median * median),
  };
}

export const sumFollowing = (a: Following, b: Following): Following => ({
  moves: a.moves + b.moves,
  medianPpm: a.medianPpm + b.medianPpm,
  saidPpm: a.saidPpm + b.saidPpm,
  both: a.both + b.both,
  medianSquared: a.medianSquared + b.medianSquared,
});

/**
 * The slope of what a validator said on how the median moved, by least squares, in millionths:
 * cov(said, median) / var(median). One that looks at the market has about 1, also when it is always
 * somewhat too high; one that repeats the chain's last price has 0, whatever noise it adds. Rounded
 * towards zero; undefined below `minMoves`.
 */
export function followingPpm(sums: Following, minMoves: number): bigint | undefined {
  const { moves, medianPpm, saidPpm, both, medianSquared } = sums;
  if (moves < BigInt(minMoves)) return undefined;
  const variance = moves * medianSquared - medianPpm * medianPpm;
  if (variance === 0n) return undefined;
  return ((moves * both - saidPpm * medianPpm) * PPM) / variance;
}
