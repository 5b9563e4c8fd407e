import { MAX_PRICE_UUSD } from '../../app/lib/feederReport.ts';
import type { SeenPrice } from '../../proto/gen/tenor.oracle.v1.ts';
import type { Aggregate } from './aggregate.ts';

/** A price as a report carries it, rounded to uusd. Undefined when it rounds out of bounds. */
export function seenPrice(value: Aggregate): SeenPrice | undefined {
  const priceUusd = BigInt(Math.round(value.price * 1e6));
  if (priceUusd <= 0n || priceUusd > MAX_PRICE_UUSD) return undefined;
  return {
    priceUusd,
    ageMs: Math.round(value.ageMs),
    sources: value.sources,
    dispersionPpm: Math.min(1_000_000, Math.round(value.dispersion * 1e6)),
  };
}
