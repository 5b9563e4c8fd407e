import type { GenesisState } from '../../../../proto/gen/tenor.clob.v1.ts';
import { assert, defined } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { expiryOf, seriesById } from '../../options/index.ts';
import { toCents, toUusd } from '../units.ts';
import { clearingPrices, markets, openings } from './state.ts';

type Auctions = Pick<GenesisState, 'markets' | 'openings'>;

/** What is wrong with the auctions of a genesis, or null. */
export function wrongAuctionsIn({ markets: given, openings: series }: Auctions): string | null {
  const keys = new Set(given.map((m) => `${m.underlyingId}/${m.expirySeconds}`));
  if (keys.size !== given.length) return 'markets: one an expiry';
  const ids = new Set(series.map(({ seriesId }) => seriesId));
  if (ids.size !== series.length) return 'openings: one a series';
  return series.some(({ auction }) => auction === undefined) ? 'openings: no auction' : null;
}

/** What no series or expiry stands behind would never end. @throws AssertionFailure */
export function importAuctions(ctx: Ctx, given: Auctions): void {
  for (const market of given.markets) {
    const { underlyingId, expirySeconds } = market;
    const expiry = expiryOf(ctx, underlyingId, expirySeconds);
    assert(expiry !== undefined, `markets: no expiry ${underlyingId}/${expirySeconds}`);
    markets.set(ctx, [market.underlyingId, market.expirySeconds], market);
  }
  for (const { seriesId, auction } of given.openings) {
    assert(seriesById(ctx, seriesId) !== undefined, `openings: no series ${seriesId}`);
    openings.set(ctx, seriesId, defined(auction, 'the auction of a series'));
  }
}

/** The price of a book that is in the middle of its clearing. */
export function importClearing(ctx: Ctx, seriesId: bigint, uusd: bigint | undefined): void {
  if (uusd !== undefined) clearingPrices.set(ctx, seriesId, BigInt(toCents(uusd)));
}

export function exportClearing(view: View, seriesId: bigint): { clearingUusd?: bigint } {
  const cents = clearingPrices.get(view, seriesId);
  return cents === undefined ? {} : { clearingUusd: toUusd(Number(cents)) };
}

export const exportAuctions = (view: View): Auctions => ({
  markets: [...markets.entries(view)].map(([, market]) => market),
  openings: [...openings.entries(view)].map(([seriesId, auction]) => ({ seriesId, auction })),
});
