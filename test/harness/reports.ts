import { VoteExtension } from '../../proto/gen/tenor.oracle.v1.ts';
import { VOTE_EXTENSION_VERSION } from '../../app/lib/feederProtocol.ts';
import { SURFACE_NODES } from '../../app/lib/surfaceNodes.ts';

const DAY_SECONDS = 86_400;

/** Prices in USD and volatilities a year that an honest feeder sees. */
export interface MarketView {
  readonly btc: number;
  readonly eth: number;
  readonly vol: number;
}

/** The vote extension of a feeder that sees this market: flat volatility, forwards at the index. */
export function reportOf({ btc, eth, vol }: MarketView, timeMs: number): Uint8Array {
  const day = Math.ceil(timeMs / 1000 / DAY_SECONDS) * DAY_SECONDS;
  const slices = (index: number) =>
    [1, 7, 30, 180, 400].map((days) => ({
      expirySeconds: BigInt(day + days * DAY_SECONDS),
      forwardUusd: BigInt(Math.round(index * 1e6)),
      volsBp: SURFACE_NODES.map(() => Math.round(vol * 10_000)),
    }));
  return VoteExtension.encode({
    version: VOTE_EXTENSION_VERSION,
    underlyings: [
      { underlyingId: 1, indexUusd: BigInt(Math.round(btc * 1e6)), slices: slices(btc) },
      { underlyingId: 2, indexUusd: BigInt(Math.round(eth * 1e6)), slices: slices(eth) },
    ],
  });
}
