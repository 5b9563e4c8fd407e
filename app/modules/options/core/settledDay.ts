import { ExpiryStatus, ListingCalendar } from '../../../../proto/gen/tenor.options.v1.ts';
import type { Expiry, SettledPrice } from '../../../../proto/gen/tenor.options.v1.ts';

const DAY_SECONDS = 86_400n;

/** The day since 1970 (UTC) whose record has the price of an expiry. */
export const settledDay = (expirySeconds: bigint): number => Number(expirySeconds / DAY_SECONDS);

/** An expiry of which only the price is left: its sums are gone with its samples. */
export const expiryOfPrice = (underlyingId: number, price: SettledPrice): Expiry => ({
  ...{ underlyingId, ...price, status: ExpiryStatus.EXPIRY_STATUS_SETTLED },
  ...{ coveredMs: 0n, weightedSum: '0', paidOutUusd: 0n },
  calendar: ListingCalendar.LISTING_CALENDAR_NONE,
});
