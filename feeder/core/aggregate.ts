import { weightedMedian } from './weightedMedian.ts';

export interface Observation {
  readonly source: string;
  /** USD for one unit. */
  readonly price: number;
  readonly weight: number;
  /** When the source saw this price, Unix ms. */
  readonly seenMs: number;
}

export interface AggregateRules {
  readonly minSources: number;
  readonly maxAgeMs: number;
  /** Share of the median, for example 0.02. */
  readonly maxDeviation: number;
}

export interface Aggregate {
  readonly price: number;
  /** Weighted median of the ages at the sources that count. */
  readonly ageMs: number;
  readonly sources: number;
  /** Weighted median of their distances from the price, as a share of it. */
  readonly dispersion: number;
}

export type Verdict = 'used' | 'stale' | 'deviates';

export interface Judged {
  /** Null when fewer than `minSources` sources are young enough and agree. */
  readonly value: Aggregate | null;
  /** The median of all that are young enough; null when none is. */
  readonly centre: number | null;
  /** By source. */
  readonly verdicts: ReadonlyMap<string, { readonly price: number; readonly verdict: Verdict }>;
}

/**
 * The weighted median across sources, twice: sources further than `maxDeviation` from the first
 * median do not enter the second. Two sources that disagree leave no price rather than a mean
 * that neither of them stands for.
 */
export function aggregate(
  observations: readonly Observation[],
  rules: AggregateRules,
  nowMs: number,
): Judged {
  const fresh = observations.filter((o) => nowMs - o.seenMs <= rules.maxAgeMs);
  const centre = fresh.length === 0 ? NaN : medianOf(fresh, (o) => o.price);
  const used = fresh.filter((o) => Math.abs(o.price - centre) <= rules.maxDeviation * centre);
  return {
    value: used.length >= rules.minSources ? summarise(used, nowMs) : null,
    centre: fresh.length === 0 ? null : centre,
    verdicts: new Map(
      observations.map((o) => {
        const verdict = used.includes(o) ? 'used' : fresh.includes(o) ? 'deviates' : 'stale';
        return [o.source, { price: o.price, verdict }];
      }),
    ),
  };
}

function summarise(used: readonly Observation[], nowMs: number): Aggregate {
  const price = medianOf(used, (o) => o.price);
  return {
    price,
    ageMs: medianOf(used, (o) => ageOf(o, nowMs)),
    sources: used.length,
    dispersion: medianOf(used, (o) => Math.abs(o.price - price)) / price,
  };
}

/** A venue's clock may be a little ahead of ours: no age is negative. */
export const ageOf = ({ seenMs }: { readonly seenMs: number }, nowMs: number): number =>
  Math.max(0, nowMs - seenMs);

/** The weighted median of what `value` says of each; throws RangeError when there is none. */
export const medianOf = <T extends { readonly weight: number }>(
  list: readonly T[],
  value: (item: T) => number,
): number => weightedMedian(list.map((item) => ({ value: value(item), weight: item.weight })));
