import { VoteExtension } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type {
  ExpiryView,
  FeederReport,
  UnderlyingReport,
  UnderlyingView,
  VolSlice,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { MAX_VOTE_EXTENSION_BYTES, VOTE_EXTENSION_VERSION } from '../../../lib/feederProtocol.ts';
import { chooseExpiries } from './chooseExpiries.ts';

/** Expiries of one underlying in a vote. */
export const MAX_SLICES = 6;
/** A vote of this version carries no ages: what is older than this is left out. */
const MAX_INDEX_AGE_MS = 15_000;
const MAX_SLICE_AGE_MS = 60_000;

/** What a feeder's report, made at `producedMs`, lets its validator say at `nowMs`. */
export function extensionOf(
  report: FeederReport,
  producedMs: number,
  nowMs: number,
): VoteExtension {
  const elapsedMs = Math.max(0, nowMs - producedMs);
  const underlyings = report.underlyings
    .map((view) => underlyingOf(view, elapsedMs, nowMs))
    .filter((underlying) => underlying !== null);
  return fit({ version: VOTE_EXTENSION_VERSION, underlyings });
}

/** Null without an index: forwards and volatilities say nothing without one. */
function underlyingOf(
  { underlyingId, index, expiries }: UnderlyingView,
  elapsedMs: number,
  nowMs: number,
): UnderlyingReport | null {
  if (index === undefined || index.ageMs + elapsedMs > MAX_INDEX_AGE_MS) return null;
  const usable = expiries.map((view) => sliceOf(view, elapsedMs)).filter((s) => s !== null);
  const chosen = chooseExpiries(
    usable.map(({ expirySeconds }) => Number(expirySeconds)),
    nowMs / 1000,
    MAX_SLICES,
  );
  const slices = usable.filter(({ expirySeconds }) => chosen.includes(Number(expirySeconds)));
  return { underlyingId, indexUusd: index.priceUusd, slices };
}

function sliceOf(
  { expirySeconds, forward, smile }: ExpiryView,
  elapsedMs: number,
): VolSlice | null {
  if (forward === undefined || smile === undefined) return null;
  if (Math.max(forward.ageMs, smile.ageMs) + elapsedMs > MAX_SLICE_AGE_MS) return null;
  return { expirySeconds, forwardUusd: forward.priceUusd, volsBp: smile.volsBp };
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
