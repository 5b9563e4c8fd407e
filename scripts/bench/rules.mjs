// What a figure must satisfy to count: the rule at the head of the project's table of figures.

/** Of what was asked for, at most this share may have been refused. */
export const MAX_REFUSED = 0.01;
export const LIMIT_S = 180;

/** A rate's halves may part by this: beyond it twice the length would give another one. */
export const HALVES_PART = 0.1;

/**
 * Why a figure does not count, or null. One that counts transactions or actions carries
 * `work: { accepted, refused: { CODE: COUNT } }`: executed with code 0, and all others by reason.
 * One that is measured for a while carries `halves`, its second half against its first.
 */
export function objection({ name, value, work, halves = 1 }) {
  if (!Number.isFinite(value)) return `${name} is not a number`;
  if (!(Math.abs(halves - 1) <= HALVES_PART)) {
    return `${name}: its second half was ${halves.toFixed(2)} of its first: it did not run warm`;
  }
  if (work === undefined) return null;
  const refused = Object.values(work.refused).reduce((sum, n) => sum + n, 0);
  const all = work.accepted + refused;
  if (work.accepted === 0) return `${name}: nothing was accepted (${reasons(work.refused)})`;
  if (refused <= all * MAX_REFUSED) return null;
  return `${name}: ${refused} of ${all} were refused (${reasons(work.refused)})`;
}

function reasons(refused) {
  const entries = Object.entries(refused).sort(([, a], [, b]) => b - a);
  return entries.map(([code, n]) => `${n} × ${code}`).join(', ') || 'none was tried';
}

/** Why a bench's time does not do, or null. */
export const tooLong = (name, seconds) =>
  seconds <= LIMIT_S ? null : `${name} took ${Math.round(seconds)} s, over ${LIMIT_S}`;
