import { SourceState } from '../../proto/gen/tenor.oracle.v1.ts';
import type { SourceHealth, SourceSubject } from '../../proto/gen/tenor.oracle.v1.ts';
import { ageOf } from './aggregate.ts';
import type { Judged } from './aggregate.ts';
import type { MergedChains } from './mergeChains.ts';
import type { Asked, ChainAnswer, PriceAnswer } from './observation.ts';

interface Subject {
  readonly subject: SourceSubject;
  /** Of the underlying or stablecoin. */
  readonly id: number;
}

const MAX_PROBLEM = 200;
const MAX_AGE_MS = 0xffff_ffff;
const MAX_DEVIATION_PPM = 1_000_000_000;
const {
  SOURCE_STATE_NONE: NONE,
  SOURCE_STATE_USED: USED,
  SOURCE_STATE_STALE: STALE,
  SOURCE_STATE_DEVIATES: DEVIATES,
  SOURCE_STATE_FAILING: FAILING,
  SOURCE_STATE_UNPRICED: UNPRICED,
} = SourceState;

/** How each source of a price stands, in their order. */
export function priceHealth(
  subject: Subject,
  prices: readonly Asked<PriceAnswer>[],
  rates: ReadonlyMap<string, number | null>,
  judged: Judged,
  nowMs: number,
): SourceHealth[] {
  return prices.map((asked): SourceHealth => {
    const { answer } = asked;
    const found = judged.verdicts.get(asked.source.name);
    const deviation =
      found === undefined || judged.centre === null ? 0 : found.price / judged.centre - 1;
    const health = describe(
      subject,
      asked,
      answer === null ? undefined : ageOf(answer, nowMs),
      deviation,
    );
    if (answer !== null && (rates.get(answer.quote) ?? null) === null) {
      return { ...health, state: UNPRICED, problem: `${answer.quote} has no price in USD` };
    }
    if (found === undefined) return { ...health, state: silent(asked) };
    const states = { used: USED, deviates: DEVIATES, stale: asked.failures > 0 ? FAILING : STALE };
    return { ...health, state: states[found.verdict] };
  });
}

/** How each source of forwards and volatilities stands. `merged` is null without an index. */
export function chainHealth(
  subject: Subject,
  chains: readonly Asked<ChainAnswer>[],
  trusted: readonly Asked<ChainAnswer>[],
  merged: MergedChains | null,
  nowMs: number,
): SourceHealth[] {
  return chains.map((asked): SourceHealth => {
    const { answer, source } = asked;
    const ages = (answer?.expiries ?? []).map((expiry) => ageOf(expiry, nowMs));
    const health = describe(subject, asked, ages.length === 0 ? undefined : Math.min(...ages), 0);
    if (answer === null) return { ...health, state: silent(asked) };
    if (merged === null) return { ...health, state: UNPRICED, problem: 'there is no index' };
    if (merged.used.has(source.name)) return { ...health, state: USED };
    const deviates = merged.deviating.has(source.name) || !trusted.includes(asked);
    if (deviates) return { ...health, state: DEVIATES };
    return { ...health, state: asked.failures > 0 ? FAILING : STALE };
  });
}

const silent = ({ failures }: Asked<unknown>): SourceState => (failures > 0 ? FAILING : NONE);

function describe(
  { subject, id }: Subject,
  { source, failures, problem }: Asked<unknown>,
  ageMs: number | undefined,
  deviation: number,
): Omit<SourceHealth, 'state'> {
  const ppm = Math.round(deviation * 1e6);
  return {
    source: source.name,
    venue: source.venue,
    subject,
    id,
    ageMs: ageMs === undefined ? undefined : Math.min(Math.round(ageMs), MAX_AGE_MS),
    deviationPpm: Math.max(-MAX_DEVIATION_PPM, Math.min(MAX_DEVIATION_PPM, ppm)),
    failures: Math.min(failures, MAX_AGE_MS),
    problem: problem.slice(0, MAX_PROBLEM),
  };
}
