import type {
  ExpiryBase,
  UnderlyingBase,
  VoteBase,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { ageCode } from './ageCode.ts';
import { packNodes } from './packNodes.ts';
import { ATM, expectedForward, expectedVol, stepOf, subjectsOf, VOTE_VERSION } from './vote.ts';
import type { ExpiryVote, SeenPrice, SeenVols, SourceVote, UnderlyingVote, Vote } from './vote.ts';
import { VoteWriter } from './voteBytes.ts';

/**
 * The bytes of a vote as differences from the base (docs/adr/025): every feed of the base has its
 * place, so that ids are not said. Prices are rounded down to the step of the base.
 */
export function encodeVote(vote: Vote, base: VoteBase): Uint8Array {
  const writer = new VoteWriter();
  writer.byte(VOTE_VERSION);
  for (const [i, underlying] of base.underlyings.entries()) {
    writeUnderlying(writer, vote.underlyings[i]!, underlying);
  }
  for (const [i, { priceUusd }] of base.stablecoins.entries()) {
    writePrice(writer, vote.stablecoins[i]?.price, priceUusd, stepOf(priceUusd));
  }
  if (vote.sources.length > 0) writeSources(writer, vote.sources, base);
  return writer.bytes;
}

function writePrice(
  writer: VoteWriter,
  seen: SeenPrice | undefined,
  expectedUusd: bigint,
  step: bigint,
): void {
  const code = seen === undefined ? undefined : ageCode(seen.ageMs);
  writer.byte(code ?? 0);
  if (seen === undefined || code === undefined) return;
  writer.signed(Number(seen.priceUusd / step - expectedUusd / step));
}

function writeUnderlying(writer: VoteWriter, vote: UnderlyingVote, base: UnderlyingBase): void {
  const step = stepOf(base.indexUusd);
  writePrice(writer, vote.index, base.indexUusd, step);
  const isSaid = vote.index !== undefined && ageCode(vote.index.ageMs) !== undefined;
  const saidUusd = isSaid ? (vote.index.priceUusd / step) * step : undefined;
  for (const [i, expiry] of base.expiries.entries()) {
    writeExpiry(writer, vote.expiries[i]!, expiry, base, saidUusd);
  }
}

function writeExpiry(
  writer: VoteWriter,
  { forward, surface }: ExpiryVote,
  { forwardUusd, volsBp }: ExpiryBase,
  base: UnderlyingBase,
  saidUusd: bigint | undefined,
): void {
  const expected = expectedForward(forwardUusd, base, saidUusd);
  writePrice(writer, forward, expected, stepOf(base.indexUusd));
  const code = surface === undefined ? undefined : ageCode(surface.ageMs);
  writer.byte(code ?? 0);
  if (surface !== undefined && code !== undefined) writeVols(writer, surface, volsBp);
}

function writeVols(
  writer: VoteWriter,
  { volsBp, extrapolated }: SeenVols,
  baseBp: readonly number[],
): void {
  const atm = volsBp[ATM]!;
  const baseAtm = baseBp[ATM] ?? 0;
  writer.varint(packNodes(extrapolated));
  writer.signed(atm - baseAtm);
  for (const [i, vol] of volsBp.entries()) {
    if (i !== ATM) writer.signed(vol - expectedVol(baseBp[i] ?? 0, baseAtm, atm));
  }
}

/** For each subject how many sources, then venue and state of each in a byte. */
function writeSources(writer: VoteWriter, sources: readonly SourceVote[], base: VoteBase): void {
  for (const { subject, id } of subjectsOf(base)) {
    const own = sources.filter((s) => s.subject === subject && s.id === id);
    writer.varint(own.length);
    for (const { venue, state } of own) writer.byte(venue * 16 + state);
  }
}
