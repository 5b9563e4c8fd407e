import type { AggregateRules, Observation } from './aggregate.ts';

export interface Quoted extends Observation {
  /** USD, or the stablecoin whose price it was converted with. */
  readonly quote: string;
}

/** What is quoted in stablecoins weighs at most so much beside what is quoted in USD. */
const STABLECOIN_SHARE = 0.8;

/**
 * A wrong price of a stablecoin moves everything that is quoted in it at once and alike: as long as
 * enough sources quote in USD, the others together never make a median (ADR 143).
 */
export function balanced(
  all: readonly Quoted[],
  { minSources, maxAgeMs }: AggregateRules,
  nowMs: number,
): readonly Observation[] {
  const young = all.filter(({ seenMs }) => nowMs - seenMs <= maxAgeMs);
  const weightOf = (some: readonly Quoted[]) => some.reduce((sum, { weight }) => sum + weight, 0);
  const inUsd = young.filter(({ quote }) => quote === 'USD');
  const others = weightOf(young) - weightOf(inUsd);
  const share = Math.min(1, (STABLECOIN_SHARE * weightOf(inUsd)) / others);
  if (inUsd.length < minSources || others === 0 || share === 1) return all;
  return all.map((o) => (o.quote === 'USD' ? o : { ...o, weight: o.weight * share }));
}
