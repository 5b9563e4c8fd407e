import { MAX_VOL_BP, MIN_VOL_BP } from '../../app/lib/feederReport.ts';
import { SURFACE_NODES } from '../../app/lib/surfaceNodes.ts';
import type { ExpiryView, SeenSmile } from '../../proto/gen/tenor.oracle.v1.ts';
import { ageOf, medianOf } from './aggregate.ts';
import type { Aggregate } from './aggregate.ts';
import type { Asked, ChainAnswer, ExpiryAnswer } from './observation.ts';
import { seenPrice } from './seenPrice.ts';

export interface ChainRules {
  readonly minVolSources: number;
  readonly maxVolAgeMs: number;
  /** A forward over index further than this share from the median of all does not count. */
  readonly maxDeviation: number;
  /** Nor does an at-the-money volatility further than this share from theirs. */
  readonly maxVolDeviation: number;
}

/** One expiry at one source, with the source's weight. */
interface Listed extends ExpiryAnswer {
  readonly source: string;
  readonly weight: number;
}

export interface MergedChains {
  /** By time. */
  readonly expiries: ExpiryView[];
  /** Names of the sources of which at least one expiry counts. */
  readonly used: ReadonlySet<string>;
  /** Of those whose expiries were young enough and yet did not count. */
  readonly deviating: ReadonlySet<string>;
}

/** The middle node: ln(K/F) = 0. */
const ATM = SURFACE_NODES.indexOf(0);

/**
 * Every expiry that enough sources see alike: the forward is the index moved by the median basis,
 * so that it follows an index that is asked for more often, and each volatility the median of
 * the sources whose quotes reach its node.
 */
export function mergeChains(
  chains: readonly Asked<ChainAnswer>[],
  index: Aggregate,
  rules: ChainRules,
  nowMs: number,
): MergedChains {
  const fresh = chains.flatMap(({ source, answer }) =>
    (answer?.expiries ?? [])
      .filter((e) => nowMs - e.seenMs <= rules.maxVolAgeMs && e.expirySeconds * 1000 > nowMs)
      .map((e): Listed => ({ ...e, source: source.name, weight: source.weight })),
  );
  const times = [...new Set(fresh.map((e) => e.expirySeconds))].sort((a, b) => a - b);
  const expiries: ExpiryView[] = [];
  const used = new Set<string>();
  const deviating = new Set<string>();
  for (const time of times) {
    const listed = fresh.filter((e) => e.expirySeconds === time);
    const agreeing = agreeingOf(listed, rules);
    for (const e of listed) (agreeing.includes(e) ? used : deviating).add(e.source);
    if (agreeing.length < Math.max(1, rules.minVolSources)) continue;
    expiries.push(viewOf(time, agreeing, index, nowMs));
  }
  return { expiries, used, deviating };
}

/** Two that disagree leave none, as with prices. */
function agreeingOf(listed: readonly Listed[], rules: ChainRules): Listed[] {
  const basis = medianOf(listed, (e) => e.basis);
  const vol = medianOf(listed, (e) => e.vols[ATM]!);
  return listed.filter(
    (e) =>
      Math.abs(e.basis - basis) <= rules.maxDeviation * basis &&
      Math.abs(e.vols[ATM]! - vol) <= rules.maxVolDeviation * vol,
  );
}

function viewOf(
  expirySeconds: number,
  listed: readonly Listed[],
  index: Aggregate,
  nowMs: number,
): ExpiryView {
  const basis = medianOf(listed, (e) => e.basis);
  const ageMs = medianOf(listed, (e) => ageOf(e, nowMs));
  const forward = {
    price: index.price * basis,
    ageMs: Math.max(index.ageMs, ageMs),
    sources: listed.length,
    dispersion: medianOf(listed, (e) => Math.abs(e.basis - basis)) / basis,
  };
  return {
    expirySeconds: BigInt(expirySeconds),
    forward: seenPrice(forward),
    smile: smileOf(listed, ageMs),
  };
}

function smileOf(listed: readonly Listed[], ageMs: number): SeenSmile {
  const reaches = (e: Listed, node: number): boolean => ((e.extrapolated >> node) & 1) === 0;
  let extrapolated = 0;
  const volsBp = SURFACE_NODES.map((_, node) => {
    const reaching = listed.filter((e) => reaches(e, node));
    if (reaching.length === 0) extrapolated |= 1 << node;
    const vol = medianOf(reaching.length === 0 ? listed : reaching, (e) => e.vols[node]!);
    return Math.min(Math.max(Math.round(vol * 1e4), MIN_VOL_BP), MAX_VOL_BP);
  });
  return { volsBp, ageMs: Math.round(ageMs), sources: listed.length, extrapolated };
}
