import { CallAuction, ExpiryMarket } from '../../../../proto/gen/tenor.clob.v1.ts';
import { i64, tuple, u32, u64 } from '../../../lib/keys.ts';
import { u64Value } from '../../../lib/values.ts';
import { derived, kept } from '../collections.ts';

/** How expiries trade, by underlying and expiry. */
export const markets = kept(
  'proved',
  50,
  'markets',
  tuple<[number, bigint]>(u32, i64),
  ExpiryMarket,
);

/** Auctions of single series, which have not traded yet. */
export const openings = kept('proved', 51, 'openings', u64, CallAuction);

/** The price, in cents, of a series whose clearing goes on in the next block. */
export const clearingPrices = kept('proved', 52, 'clearingPrices', u64, u64Value);

/** Books whose orders wait for the end of an auction: by underlying, expiry and series. */
export const auctionBooks = derived<readonly [number, bigint, bigint], true>(
  53,
  'auctionBooks',
  tuple<[number, bigint, bigint]>(u32, i64, u64),
);
