import { MAX_VOTE_EXTENSION_BYTES, VOTE_EXTENSION_VERSION } from '../../app/lib/feederProtocol.ts';
import { VoteExtension } from '../../proto/gen/tenor.oracle.v1.ts';
import type { UnderlyingReport, VolSlice } from '../../proto/gen/tenor.oracle.v1.ts';
import { aggregateIndex } from './aggregateIndex.ts';
import type { Index, IndexRules, Observation } from './aggregateIndex.ts';
import { chooseExpiries } from './chooseExpiries.ts';
import { weightedMedian } from './weightedMedian.ts';
import { SURFACE_NODES } from '../../app/lib/surfaceNodes.ts';

export const MAX_SLICES = 6;

/** One expiry as one source sees it, with the forward relative to that source's own index. */
export interface SourceSlice {
  readonly expirySeconds: number;
  /** Forward over index of the same source at the same time: 1.01 is one percent of carry. */
  readonly basis: number;
  readonly vols: readonly number[];
}

export interface VolObservation {
  readonly source: string;
  readonly weight: number;
  readonly observedMs: number;
  readonly slices: readonly SourceSlice[];
}

/** Everything known of one underlying. */
export interface Underlying {
  readonly id: number;
  readonly symbol: string;
  readonly prices: readonly Observation[];
  readonly vols: readonly VolObservation[];
}

export interface ReportRules extends IndexRules {
  readonly maxVolAgeMs: number;
  /** 1 in earnest; see TestConfig. */
  readonly multiplyIndex: number;
}

export interface Report {
  readonly producedMs: number;
  /** No underlyings when nothing has an index: such a report is not worth a vote. */
  readonly extension: VoteExtension;
  /** The extension encoded, at most MAX_VOTE_EXTENSION_BYTES. */
  readonly bytes: Uint8Array;
  /** By symbol: how each index came about. */
  readonly indexes: Readonly<Record<string, Index>>;
}

/** What these observations support at `nowMs`. An underlying without an index is left out. */
export function buildReport(
  underlyings: readonly Underlying[],
  rules: ReportRules,
  nowMs: number,
): Report {
  const indexes: Record<string, Index> = {};
  const reports: UnderlyingReport[] = [];
  for (const u of underlyings) {
    const index = aggregateIndex(u.prices, rules, nowMs);
    indexes[u.symbol] = index;
    if (index.price === null) continue;
    const indexUusd = toUusd(index.price * rules.multiplyIndex);
    const slices = mergeSlices(trustedVols(u, index, rules, nowMs), Number(indexUusd), nowMs);
    reports.push({ underlyingId: u.id, indexUusd, slices });
  }
  reports.sort((a, b) => a.underlyingId - b.underlyingId);
  const extension = fit({ version: VOTE_EXTENSION_VERSION, underlyings: reports });
  return { producedMs: nowMs, extension, bytes: VoteExtension.encode(extension), indexes };
}

/**
 * Volatilities that are young enough, of sources whose own index is not off: a wrong level moves
 * every strike to a wrong moneyness.
 */
function trustedVols(
  underlying: Underlying,
  index: Index,
  rules: ReportRules,
  nowMs: number,
): VolObservation[] {
  const deviating = index.verdicts.filter((v) => v.verdict === 'deviates').map((v) => v.source);
  return underlying.vols.filter(
    (v) => nowMs - v.observedMs <= rules.maxVolAgeMs && !deviating.includes(v.source),
  );
}

/**
 * The chosen expiries, node by node the median across the sources that list them. The forward is
 * the index moved by the basis, so that it follows an index that is polled more often.
 */
function mergeSlices(
  vols: readonly VolObservation[],
  indexUusd: number,
  nowMs: number,
): VolSlice[] {
  const all = vols.flatMap((v) => v.slices.map((slice) => ({ slice, weight: v.weight })));
  const expiries = chooseExpiries(
    all.map(({ slice }) => slice.expirySeconds),
    nowMs / 1000,
    MAX_SLICES,
  );
  return expiries.map((expiry) => {
    const listed = all.filter(({ slice }) => slice.expirySeconds === expiry);
    const median = (value: (s: SourceSlice) => number): number =>
      weightedMedian(listed.map(({ slice, weight }) => ({ value: value(slice), weight })));
    return {
      expirySeconds: BigInt(expiry),
      forwardUusd: BigInt(Math.round(indexUusd * median((s) => s.basis))),
      volsBp: SURFACE_NODES.map((_, node) => Math.round(median((s) => s.vols[node]!) * 1e4)),
    };
  });
}

/** Drops the furthest slice of whoever has most until the encoding fits. Deterministic. */
function fit(extension: VoteExtension): VoteExtension {
  const underlyings = [...extension.underlyings];
  for (;;) {
    const fitted = { ...extension, underlyings };
    if (VoteExtension.encode(fitted).length <= MAX_VOTE_EXTENSION_BYTES) return fitted;
    const longest = underlyings.reduce((a, b) => (b.slices.length > a.slices.length ? b : a));
    if (longest.slices.length === 0) underlyings.pop();
    else {
      const at = underlyings.indexOf(longest);
      underlyings[at] = { ...longest, slices: longest.slices.slice(0, -1) };
    }
  }
}

/** USD to uusd, rounded to the nearest. Sources bound prices so that this stays a safe integer. */
const toUusd = (usd: number): bigint => BigInt(Math.round(usd * 1e6));
