import { SourceState, SourceSubject } from '../proto/gen/tenor.oracle.v1.ts';
import type { SeenPrice, SeenSmile } from '../proto/gen/tenor.oracle.v1.ts';
import type { FeederConfig } from './config.ts';
import type { Produced } from './feeder.ts';
import { nameIn } from './nameIn.ts';

/** A report as an operator reads it: integers in base units as strings, times in UTC. */
export function describeReport({ producedMs, report }: Produced, config: FeederConfig): object {
  return {
    produced: new Date(producedMs).toISOString(),
    underlyings: report.underlyings.map(({ underlyingId: id, index, expiries }) => ({
      id,
      symbol: config.underlyings.find((u) => u.id === id)?.symbol,
      index: describePrice(index),
      expiries: expiries.map(({ expirySeconds, forward, smile }) => ({
        expiry: new Date(Number(expirySeconds) * 1000).toISOString(),
        forward: describePrice(forward),
        smile: smile === undefined ? null : describeSmile(smile),
      })),
    })),
    stablecoins: report.stablecoins.map(({ stablecoinId: id, price }) => ({
      id,
      price: describePrice(price),
    })),
    sources: report.sources.map(({ source, subject, id, state, ageMs = null, ...rest }) => ({
      ...{ source, subject: nameIn(SourceSubject, subject, 'SOURCE_SUBJECT_'), id },
      state: nameIn(SourceState, state, 'SOURCE_STATE_'),
      age_ms: ageMs,
      deviation_ppm: rest.deviationPpm,
      failures: rest.failures,
      problem: rest.problem,
    })),
  };
}

const describePrice = (price: SeenPrice | undefined): object | null =>
  price === undefined
    ? null
    : {
        price_uusd: String(price.priceUusd),
        age_ms: price.ageMs,
        sources: price.sources,
        dispersion_ppm: price.dispersionPpm,
      };

const describeSmile = (smile: SeenSmile): object => ({
  vols_bp: smile.volsBp,
  age_ms: smile.ageMs,
  sources: smile.sources,
  extrapolated: smile.volsBp.map((_, node) => ((smile.extrapolated >> node) & 1) === 1),
});
