import { FEEDER_REPORT_VERSION } from '../../app/lib/feederProtocol.ts';
import { SourceSubject } from '../../proto/gen/tenor.oracle.v1.ts';
import type {
  FeederReport,
  SourceHealth,
  StablecoinView,
  UnderlyingView,
} from '../../proto/gen/tenor.oracle.v1.ts';
import { aggregate } from './aggregate.ts';
import type { Aggregate, AggregateRules, Judged } from './aggregate.ts';
import { balanced } from './balanced.ts';
import type { Quoted } from './balanced.ts';
import { mergeChains } from './mergeChains.ts';
import type { ChainRules } from './mergeChains.ts';
import type { Asked, ChainAnswer, PriceAnswer, Stablecoin, Underlying } from './observation.ts';
import { seenPrice } from './seenPrice.ts';
import { chainHealth, priceHealth } from './sourceHealth.ts';

export interface ReportRules extends AggregateRules, ChainRules {
  readonly minStablecoinSources: number;
  readonly maxStablecoinAgeMs: number;
  /** 1 in earnest; see TestConfig. */
  readonly multiplyIndex: number;
}

/** USD for one unit of what prices are quoted in; null while it has no price. */
type Rates = ReadonlyMap<string, number | null>;

/** What these observations support at `nowMs`. Nothing that is missing holds up the rest. */
export function buildReport(
  underlyings: readonly Underlying[],
  stablecoins: readonly Stablecoin[],
  rules: ReportRules,
  nowMs: number,
): FeederReport {
  const sources: SourceHealth[] = [];
  const rates = new Map<string, number | null>([['USD', 1]]);
  const coins = inOrder(stablecoins).map((coin): StablecoinView => {
    const subject = { subject: SourceSubject.SOURCE_SUBJECT_STABLECOIN, id: coin.id };
    const { minStablecoinSources: minSources, maxStablecoinAgeMs: maxAgeMs } = rules;
    const judged = judge(coin.prices, rates, { ...rules, minSources, maxAgeMs }, nowMs);
    sources.push(...priceHealth(subject, coin.prices, rates, judged, nowMs));
    rates.set(coin.symbol, judged.value?.price ?? null);
    return { stablecoinId: coin.id, price: seen(judged.value) };
  });
  const views = inOrder(underlyings).map((underlying): UnderlyingView => {
    const { id } = underlying;
    const subject = { subject: SourceSubject.SOURCE_SUBJECT_INDEX, id };
    const judged = judge(underlying.prices, rates, rules, nowMs);
    sources.push(...priceHealth(subject, underlying.prices, rates, judged, nowMs));
    const index = multiplied(judged.value, rules.multiplyIndex);
    const options = { subject: SourceSubject.SOURCE_SUBJECT_OPTIONS, id };
    const trusted = trustedChains(underlying, judged.value, rates, rules);
    const merged = index === null ? null : mergeChains(trusted, index, rules, nowMs);
    sources.push(...chainHealth(options, underlying.chains, trusted, merged, nowMs));
    return { underlyingId: id, index: seen(index), expiries: merged?.expiries ?? [] };
  });
  return {
    version: FEEDER_REPORT_VERSION,
    underlyings: views,
    stablecoins: coins,
    sources,
  };
}

const inOrder = <T extends { readonly id: number }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => a.id - b.id);

const seen = (value: Aggregate | null) => (value === null ? undefined : seenPrice(value));

const multiplied = (value: Aggregate | null, factor: number): Aggregate | null =>
  value === null ? null : { ...value, price: value.price * factor };

/** Answers in a currency that has no price say nothing. */
function judge(
  prices: readonly Asked<PriceAnswer>[],
  rates: Rates,
  rules: AggregateRules,
  nowMs: number,
): Judged {
  const observations = prices.flatMap(({ source, answer }): Quoted[] => {
    const rate = answer === null ? null : (rates.get(answer.quote) ?? null);
    if (answer === null || rate === null) return [];
    const { name, weight } = source;
    const { quote, seenMs } = answer;
    return [{ source: name, weight, price: answer.price * rate, seenMs, quote }];
  });
  return aggregate(balanced(observations, rules, nowMs), rules, nowMs);
}

/**
 * Chains of sources whose own index is where ours is: a wrong level moves every strike to a wrong
 * moneyness. Twice the tolerance of prices, as the two are not of the same moment.
 */
function trustedChains(
  { chains }: Underlying,
  index: Aggregate | null,
  rates: Rates,
  { maxDeviation }: ReportRules,
): readonly Asked<ChainAnswer>[] {
  if (index === null) return [];
  return chains.filter(({ answer }) => {
    const rate = answer === null ? null : (rates.get(answer.quote) ?? null);
    if (answer === null || rate === null) return false;
    const distance = Math.abs(answer.reference * rate - index.price);
    return distance <= 2 * maxDeviation * index.price;
  });
}
