import type { Ctx } from '../../runtime/context.ts';
import { prices, surfaces } from './state.ts';

/** A move that has not happened, in millionths of what is: -200,000 is a fall of 20%. */
export interface MarketMove {
  readonly indexPpm: number;
  /** Of every volatility. */
  readonly volPpm: number;
}

const PPM = 1_000_000;

/**
 * Moves the index of an underlying, its forwards with it, and its volatilities. For forks of the
 * state that are asked a question and thrown away: no transaction and no block comes here.
 */
export function moveMarket(fork: Ctx, underlyingId: number, move: MarketMove): void {
  const { indexPpm, volPpm } = move;
  const moved = (uusd: bigint) => (uusd * BigInt(PPM + indexPpm)) / BigInt(PPM);
  const price = prices.get(fork, underlyingId);
  if (price === undefined) return;
  prices.set(fork, underlyingId, { ...price, indexUusd: moved(price.indexUusd) });
  const surface = surfaces.get(fork, underlyingId);
  if (surface === undefined) return;
  // Total variance is the square of volatility: one factor for all keeps it free of calendar
  // arbitrage.
  const factor = ((PPM + volPpm) / PPM) * ((PPM + volPpm) / PPM);
  const rows = surface.rows.map(({ forwardUusd, variances, ...row }) => ({
    ...row,
    forwardUusd: moved(forwardUusd),
    variances: variances.map((variance) => variance * factor),
  }));
  surfaces.set(fork, underlyingId, { ...surface, rows });
}
