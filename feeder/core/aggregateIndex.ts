import { weightedMedian } from './weightedMedian.ts';

export interface Observation {
  readonly source: string;
  /** USD for one unit of the underlying. */
  readonly price: number;
  readonly weight: number;
  /** When the source made this price, Unix ms. */
  readonly observedMs: number;
}

export interface IndexRules {
  readonly minSources: number;
  readonly maxPriceAgeMs: number;
  /** Share of the median, for example 0.02. */
  readonly maxDeviation: number;
}

export interface SourceVerdict {
  readonly source: string;
  readonly price: number;
  readonly ageMs: number;
  readonly verdict: 'used' | 'stale' | 'deviates';
}

export interface Index {
  /** Null when fewer than `minSources` sources are young enough and agree. */
  readonly price: number | null;
  readonly verdicts: readonly SourceVerdict[];
}

/**
 * The weighted median across sources, twice: sources further than `maxDeviation` from the first
 * median do not enter the second. Two sources that disagree leave no index rather than a mean
 * that neither of them stands for.
 */
export function aggregateIndex(
  observations: readonly Observation[],
  rules: IndexRules,
  nowMs: number,
): Index {
  const fresh = observations.filter((o) => nowMs - o.observedMs <= rules.maxPriceAgeMs);
  const centre = medianPrice(fresh);
  const used = fresh.filter((o) => Math.abs(o.price - centre) <= rules.maxDeviation * centre);
  return {
    price: used.length >= rules.minSources ? medianPrice(used) : null,
    verdicts: observations.map((o) => ({
      source: o.source,
      price: o.price,
      ageMs: nowMs - o.observedMs,
      verdict: used.includes(o) ? 'used' : fresh.includes(o) ? 'deviates' : 'stale',
    })),
  };
}

/** NaN for an empty list, which no price is near to. */
const medianPrice = (list: readonly Observation[]): number =>
  list.length === 0 ? NaN : weightedMedian(list.map((o) => ({ value: o.price, weight: o.weight })));
