/** Whether a node is worth asking: 200 when it follows the chain, else 503 with why. */
export interface Health {
  readonly status: 'ok' | 'starting' | 'behind';
  readonly height: string | null;
  readonly timeMs: string | null;
  /** Since the last block's time, by this machine's clock. */
  readonly ageMs: number | null;
}

/** A proposer or two may be down: with a round each, blocks come some seconds apart. */
export const HEALTHY_AGE_MS = 30_000;

export function healthOf(
  last: { readonly height: number; readonly timeMs: number } | undefined,
  nowMs: number,
): Health {
  if (last === undefined) return { status: 'starting', height: null, timeMs: null, ageMs: null };
  const ageMs = Math.max(0, nowMs - last.timeMs);
  const status = ageMs <= HEALTHY_AGE_MS ? 'ok' : 'behind';
  return { status, height: String(last.height), timeMs: String(last.timeMs), ageMs };
}
