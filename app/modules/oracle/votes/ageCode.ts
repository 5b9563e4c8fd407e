/**
 * Ages in a byte: 0 is "nothing to say", then steps of a quarter of a second up to 40 s, and of
 * five seconds up to 514 s. What is older is not said at all.
 */
const FINE_MS = 250;
const FINE_CODES = 160;
const COARSE_MS = 5_000;
const MAX_CODE = 255;

/** Rounded up; undefined when it is too old to be said. */
export function ageCode(ageMs: number): number | undefined {
  const fine = Math.ceil(ageMs / FINE_MS);
  if (fine < FINE_CODES) return fine + 1;
  const coarse = Math.ceil((ageMs - (FINE_CODES - 1) * FINE_MS) / COARSE_MS);
  const code = FINE_CODES + coarse;
  return code <= MAX_CODE ? code : undefined;
}

/** The age in ms of a code from 1 to 255. */
export function ageOf(code: number): number {
  if (code <= FINE_CODES) return (code - 1) * FINE_MS;
  return (FINE_CODES - 1) * FINE_MS + (code - FINE_CODES) * COARSE_MS;
}
