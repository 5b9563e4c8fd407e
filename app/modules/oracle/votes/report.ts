import { VoteExtension } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { UnderlyingReport, VolSlice } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { CodecError } from '../../../../proto/codec.ts';
import { VOTE_EXTENSION_VERSION } from '../../../lib/feederProtocol.ts';
import { MAX_PRICE_UUSD, MAX_VOL_BP, MIN_VOL_BP } from '../../../lib/feederReport.ts';
import { SURFACE_NODES } from '../../../lib/surfaceNodes.ts';

/** Bounds of what a report may say; beyond them it is malformed. */
const MAX_UNDERLYINGS = 32;
const MAX_SLICES = 16;

/**
 * A report in its one valid form, or null: wrong version, order, sizes, bounds or unknown fields.
 */
export function parseReport(bytes: Uint8Array): VoteExtension | null {
  let report: VoteExtension;
  try {
    report = VoteExtension.decode(bytes);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
  if (report.version !== VOTE_EXTENSION_VERSION) return null;
  if (report.underlyings.length > MAX_UNDERLYINGS) return null;
  let lastId = 0;
  for (const underlying of report.underlyings) {
    if (underlying.underlyingId <= lastId || !isValidUnderlying(underlying)) return null;
    lastId = underlying.underlyingId;
  }
  return report;
}

function isValidUnderlying({ indexUusd, slices }: UnderlyingReport): boolean {
  if (indexUusd > MAX_PRICE_UUSD || slices.length > MAX_SLICES) return false;
  return slices.every(
    (slice, i) =>
      isValidSlice(slice) && (i === 0 || slices[i - 1]!.expirySeconds < slice.expirySeconds),
  );
}

function isValidSlice({ expirySeconds, forwardUusd, volsBp }: VolSlice): boolean {
  if (expirySeconds <= 0n || forwardUusd === 0n || forwardUusd > MAX_PRICE_UUSD) return false;
  if (volsBp.length !== SURFACE_NODES.length) return false;
  return volsBp.every((vol) => vol >= MIN_VOL_BP && vol <= MAX_VOL_BP);
}

/** Whether a vote extension may be part of a vote: empty, or a valid report of allowed size. */
export function isAcceptable(bytes: Uint8Array, maxBytes: number): boolean {
  return bytes.length === 0 || (bytes.length <= maxBytes && parseReport(bytes) !== null);
}
