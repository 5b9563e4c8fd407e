import { FeederReport } from '../../proto/gen/tenor.oracle.v1.ts';
import { FEEDER_REPORT_VERSION } from '../../app/lib/feederProtocol.ts';
import { SURFACE_NODES } from '../../app/lib/surfaceNodes.ts';
import { expiriesVoted } from '../../app/modules/oracle/core/expiriesVoted.ts';

/** Prices in USD and volatilities a year that an honest feeder sees. */
export interface MarketView {
  readonly btc: number;
  readonly eth: number;
  readonly vol: number;
  /** How long ago its sources saw the indexes, and the volatilities of BTC, in ms: else 0. */
  readonly indexAgeMs?: number;
  readonly btcVolAgeMs?: number;
  /** In USD; else 1. */
  readonly stablecoin?: number;
}

const uusd = (usd: number) => BigInt(Math.round(usd * 1e6));

/**
 * The report of a feeder that sees this market: flat volatility, forwards at the index.
 *
 * @param unseen underlyings of which it says nothing
 */
export function reportOf(
  market: MarketView,
  timeMs: number,
  unseen: ReadonlySet<number> = new Set(),
): Uint8Array {
  const { btc, eth, vol, indexAgeMs = 0, btcVolAgeMs = 0, stablecoin = 1 } = market;
  const seen = (usd: number) => ({
    ...{ priceUusd: uusd(usd), ageMs: indexAgeMs },
    ...{ sources: 3, dispersionPpm: 0 },
  });
  const underlying = (underlyingId: number, usd: number, volAgeMs: number) => ({
    underlyingId,
    index: seen(usd),
    expiries: expiriesVoted(timeMs).map((expirySeconds) => ({
      expirySeconds: BigInt(expirySeconds),
      forward: seen(usd),
      smile: {
        volsBp: SURFACE_NODES.map(() => Math.round(vol * 10_000)),
        ...{ ageMs: volAgeMs, sources: 1, extrapolated: 0 },
      },
    })),
  });
  return FeederReport.encode({
    version: FEEDER_REPORT_VERSION,
    underlyings: [underlying(1, btc, btcVolAgeMs), underlying(2, eth, 0)].filter(
      ({ underlyingId }) => !unseen.has(underlyingId),
    ),
    stablecoins: [1, 2].map((stablecoinId) => ({ stablecoinId, price: seen(stablecoin) })),
    sources: [],
  });
}

/** The report of a feeder that knows an index of BTC and nothing else. */
export function indexReport(btc: number): Uint8Array {
  const index = { priceUusd: uusd(btc), ageMs: 0, sources: 3, dispersionPpm: 0 };
  const underlyings = [{ underlyingId: 1, index, expiries: [] }];
  return FeederReport.encode({
    version: FEEDER_REPORT_VERSION,
    ...{ underlyings, stablecoins: [], sources: [] },
  });
}
