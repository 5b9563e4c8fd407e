import { buildSmile } from './buildSmile.ts';
import type { OptionQuote } from './buildSmile.ts';
import type { Evidence } from './evidence.ts';
import type { ChainAnswer, ExpiryAnswer } from './observation.ts';
import { weightedMedian } from './weightedMedian.ts';

export interface ListedChain {
  readonly reference: number;
  readonly quote: string;
  readonly quotes: readonly OptionQuote[];
}

/** Rows whose time is further ahead of ours than this are wrong, or our clock is. */
export const CLOCK_TOLERANCE_MS = 5_000;
/** A row whose forward is further than this share from that of its expiry is odd. */
const MAX_FORWARD_DEVIATION = 0.02;

/**
 * What a chain says of each expiry, and when it was seen: the youngest row's time, or when the
 * expiry's rows last changed where that is longer ago. Odd rows cost themselves alone.
 */
export function readChain(
  { reference, quote, quotes }: ListedChain,
  evidence: Evidence,
  oldestMs: number,
  nowMs: number,
): ChainAnswer {
  const byExpiry = new Map<number, OptionQuote[]>();
  for (const row of quotes) {
    if (row.timeMs < oldestMs || row.timeMs > nowMs + CLOCK_TOLERANCE_MS) continue;
    const listed = byExpiry.get(row.expirySeconds);
    if (listed === undefined) byExpiry.set(row.expirySeconds, [row]);
    else listed.push(row);
  }
  const expiries: ExpiryAnswer[] = [];
  for (const [expirySeconds, listed] of byExpiry) {
    const rows = withoutOddForwards(listed);
    const smile = buildSmile(rows, nowMs / 1000);
    if (smile === null) continue;
    const { vols, extrapolated, forward } = smile;
    const said = {
      fingerprint: rows.map((r) => `${r.strike}${r.kind}${r.vol}/${r.forward}`).join(),
      price: NaN,
      timeMs: Math.max(...rows.map((r) => r.timeMs)),
    };
    const seenMs = evidence.seenMs(String(expirySeconds), said, nowMs);
    expiries.push({ expirySeconds, basis: forward / reference, vols, extrapolated, seenMs });
  }
  return { reference, quote, expiries };
}

function withoutOddForwards(rows: readonly OptionQuote[]): OptionQuote[] {
  const middle = weightedMedian(rows.map((r) => ({ value: r.forward, weight: 1 })));
  return rows.filter((r) => Math.abs(r.forward - middle) <= MAX_FORWARD_DEVIATION * middle);
}
