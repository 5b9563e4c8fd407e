import type { GenesisState } from '../../../../proto/gen/tenor.clob.v1.ts';
import { defined } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { markets, openings } from './state.ts';

type Auctions = Pick<GenesisState, 'markets' | 'openings'>;

/** What is wrong with the auctions of a genesis, or null. */
export function wrongAuctionsIn({ markets: given, openings: series }: Auctions): string | null {
  const keys = new Set(given.map((m) => `${m.underlyingId}/${m.expirySeconds}`));
  if (keys.size !== given.length) return 'markets: one an expiry';
  const ids = new Set(series.map(({ seriesId }) => seriesId));
  if (ids.size !== series.length) return 'openings: one a series';
  return series.some(({ auction }) => auction === undefined) ? 'openings: no auction' : null;
}

export function importAuctions(ctx: Ctx, given: Auctions): void {
  for (const market of given.markets) {
    markets.set(ctx, [market.underlyingId, market.expirySeconds], market);
  }
  for (const { seriesId, auction } of given.openings) {
    openings.set(ctx, seriesId, defined(auction, 'the auction of a series'));
  }
}

export const exportAuctions = (view: View): Auctions => ({
  markets: [...markets.entries(view)].map(([, market]) => market),
  openings: [...openings.entries(view)].map(([seriesId, auction]) => ({ seriesId, auction })),
});
