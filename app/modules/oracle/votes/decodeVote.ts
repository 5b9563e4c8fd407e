import type {
  ExpiryBase,
  SourceState,
  UnderlyingBase,
  Venue,
  VoteBase,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { SourceState as States, Venue as Venues } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { MAX_PRICE_UUSD, MAX_VOL_BP, MIN_VOL_BP } from '../../../lib/feederReport.ts';
import { SURFACE_NODES } from '../../../lib/surfaceNodes.ts';
import { ageOf } from './ageCode.ts';
import { unpackNodes } from './packNodes.ts';
import { ATM, expectedForward, expectedVol, stepOf, subjectsOf, VOTE_VERSION } from './vote.ts';
import type { ExpiryVote, SeenPrice, SeenVols, SourceVote, UnderlyingVote, Vote } from './vote.ts';
import { BadVote, VoteReader } from './voteBytes.ts';

const VENUES = new Set<number>(Object.values(Venues));
const STATES = new Set<number>(Object.values(States));

/**
 * The vote that bytes say against a base, or null when they are no vote in its one form. Total: any
 * bytes get an answer.
 */
export function decodeVote(bytes: Uint8Array, base: VoteBase): Vote | null {
  try {
    return readVote(new VoteReader(bytes), base);
  } catch (error) {
    if (error instanceof BadVote) return null;
    throw error;
  }
}

function readVote(reader: VoteReader, base: VoteBase): Vote {
  if (reader.byte() !== VOTE_VERSION) throw new BadVote('another version');
  const underlyings = base.underlyings.map((u) => readUnderlying(reader, u));
  const stablecoins = base.stablecoins.map(({ stablecoinId, priceUusd }) => ({
    stablecoinId,
    price: readPrice(reader, priceUusd, stepOf(priceUusd)),
  }));
  const sources = reader.isAtEnd ? [] : readSources(reader, base);
  if (!reader.isAtEnd) throw new BadVote('it goes on after its end');
  return { underlyings, stablecoins, sources };
}

function readPrice(reader: VoteReader, expectedUusd: bigint, step: bigint): SeenPrice | undefined {
  const code = reader.byte();
  if (code === 0) return undefined;
  const priceUusd = (expectedUusd / step + BigInt(reader.signed())) * step;
  if (priceUusd <= 0n || priceUusd > MAX_PRICE_UUSD) throw new BadVote('a price out of bounds');
  return { priceUusd, ageMs: ageOf(code) };
}

function readUnderlying(reader: VoteReader, base: UnderlyingBase): UnderlyingVote {
  const index = readPrice(reader, base.indexUusd, stepOf(base.indexUusd));
  const expiries = base.expiries.map((e) => readExpiry(reader, e, base, index?.priceUusd));
  return { underlyingId: base.underlyingId, index, expiries };
}

function readExpiry(
  reader: VoteReader,
  { expirySeconds, forwardUusd, volsBp }: ExpiryBase,
  base: UnderlyingBase,
  saidUusd: bigint | undefined,
): ExpiryVote {
  const expected = expectedForward(forwardUusd, base, saidUusd);
  const forward = readPrice(reader, expected, stepOf(base.indexUusd));
  return { expirySeconds, forward, surface: readVols(reader, volsBp) };
}

function readVols(reader: VoteReader, baseBp: readonly number[]): SeenVols | undefined {
  const code = reader.byte();
  if (code === 0) return undefined;
  const packed = reader.varint();
  if (packed >= 1 << SURFACE_NODES.length) throw new BadVote('a node that is none');
  const baseAtm = baseBp[ATM] ?? 0;
  const atm = checkedVol(baseAtm + reader.signed());
  const volsBp = SURFACE_NODES.map((_, i) => {
    if (i === ATM) return atm;
    return checkedVol(expectedVol(baseBp[i] ?? 0, baseAtm, atm) + reader.signed());
  });
  return { volsBp, ageMs: ageOf(code), extrapolated: unpackNodes(packed) };
}

function checkedVol(vol: number): number {
  if (vol < MIN_VOL_BP || vol > MAX_VOL_BP) throw new BadVote('a volatility out of bounds');
  return vol;
}

function readSources(reader: VoteReader, base: VoteBase): SourceVote[] {
  const sources: SourceVote[] = [];
  for (const { subject, id } of subjectsOf(base)) {
    const count = reader.varint();
    if (count > VENUES.size) throw new BadVote('more sources than there are');
    let last = 0;
    for (let i = 0; i < count; i++) {
      const byte = reader.byte();
      const venue = byte >> 4;
      const state = byte & 15;
      if (venue <= last || !VENUES.has(venue)) throw new BadVote('venues out of order');
      if (!STATES.has(state)) throw new BadVote('a state that is none');
      last = venue;
      sources.push({ subject, id, venue: venue as Venue, state: state as SourceState });
    }
  }
  if (sources.length === 0) throw new BadVote('sources without one');
  return sources;
}
