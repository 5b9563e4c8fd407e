import { dispersionPpm, PPM, weightedMedian } from '../core/median.ts';
import type { Weighted } from '../core/median.ts';
import type { SeenPrice, SeenVols } from '../votes/vote.ts';

/** What a quorum of validators says of a price. */
export interface PriceMedian {
  readonly priceUusd: bigint;
  readonly ageMs: number;
  readonly dispersionPpm: number;
  /** Of who said it. */
  readonly power: bigint;
}

export interface VolsMedian {
  readonly volsBp: number[];
  readonly ageMs: number;
  readonly dispersionPpm: number;
  /** Nodes that at least half of the reporting power marks as beyond its quotes. */
  readonly extrapolated: number;
}

export const powerOf = (said: readonly Weighted<unknown>[]): bigint =>
  said.reduce((sum, { power }) => sum + power, 0n);

const mapped = <T, U>(said: readonly Weighted<T>[], of: (value: T) => U): Weighted<U>[] =>
  said.map((word) => ({ ...word, value: of(word.value) }));

/** Undefined below the quorum. */
export function medianPrice(
  said: readonly Weighted<SeenPrice>[],
  quorum: bigint,
): PriceMedian | undefined {
  const power = powerOf(said);
  if (quorum === 0n || power < quorum) return undefined;
  const priced = mapped(said, ({ priceUusd }) => priceUusd);
  const priceUusd = weightedMedian(priced)!;
  const ageMs = weightedMedian(mapped(said, (seen) => seen.ageMs))!;
  return { priceUusd, ageMs, dispersionPpm: dispersionPpm(priced, priceUusd), power };
}

/**
 * Node by node. The dispersion is that of the node where validators differ most: each node's own is
 * a median of distances, which less than half of the power cannot move.
 */
export function medianVols(
  said: readonly Weighted<SeenVols>[],
  quorum: bigint,
): VolsMedian | undefined {
  if (quorum === 0n || powerOf(said) < quorum) return undefined;
  const { length } = said[0]!.value.volsBp;
  let [dispersion, extrapolated] = [0, 0];
  const volsBp = Array.from({ length }, (_, node) => {
    const vols = mapped(said, (seen) => BigInt(seen.volsBp[node]!));
    const median = weightedMedian(vols)!;
    dispersion = Math.max(dispersion, dispersionPpm(vols, median));
    const beyond = said.filter(({ value }) => ((value.extrapolated >> node) & 1) === 1);
    if (powerOf(beyond) * 2n >= powerOf(said)) extrapolated |= 1 << node;
    return Number(median);
  });
  const ageMs = weightedMedian(mapped(said, (seen) => seen.ageMs))!;
  return { volsBp, ageMs, dispersionPpm: dispersion, extrapolated };
}

/** 1000000 for full agreement, 0 at a dispersion of `noConfidencePpm`, linear between. */
export function confidenceOf(dispersion: number, noConfidencePpm: number): number {
  const doubt = (BigInt(Math.min(dispersion, noConfidencePpm)) * PPM) / BigInt(noConfidencePpm);
  return Number(PPM - doubt);
}

/** Lower for each node that nobody quotes: half is left when all of them are extrapolated. */
export function surfaceConfidence(seen: VolsMedian, noConfidencePpm: number): number {
  const nodes = seen.volsBp.length;
  let beyond = 0;
  for (let i = 0; i < nodes; i++) beyond += (seen.extrapolated >> i) & 1;
  const agreed = confidenceOf(seen.dispersionPpm, noConfidencePpm);
  return Math.floor((agreed * (2 * nodes - beyond)) / (2 * nodes));
}
