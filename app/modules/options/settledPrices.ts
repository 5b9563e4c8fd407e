import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry, SettledPrice } from '../../../proto/gen/tenor.options.v1.ts';
import { defined } from '../../lib/assert.ts';
import { u32 } from '../../lib/keys.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { expiryOfPrice, settledDay } from './core/index.ts';
import { priceOf } from './records.ts';
import { expiries, expiryParts, samples, settledPrices } from './state.ts';

/** Days looked at in a block: time goes on by less. */
const MAX_DAYS = 2;
/** Days are numbered in 32 bits. */
const END_SECONDS = 1n << 40n;

/** Settled expiries of before a time whose samples are gone become a price of their day. */
export function keepPrices(
  ctx: Ctx,
  underlyingId: number,
  beforeSeconds: bigint,
  budget: number,
): void {
  let left = budget;
  for (const [key, expiry] of expiries.under(ctx, u32.write(underlyingId))) {
    const { expirySeconds, status } = expiry;
    if (left === 0 || expirySeconds >= beforeSeconds) return;
    if (status !== ExpiryStatus.EXPIRY_STATUS_SETTLED || hasSamples(ctx, expiry)) return;
    const day = [underlyingId, settledDay(expirySeconds)] as const;
    const { prices } = settledPrices.get(ctx, day) ?? { prices: [] };
    const settledHeight = defined(expiry.settledHeight, 'the height of a settlement');
    const settlementUusd = priceOf(expiry);
    const price: SettledPrice = { expirySeconds, settlementUusd, settledHeight };
    settledPrices.set(ctx, day, { prices: [...prices, price] });
    expiries.delete(ctx, key);
    left--;
  }
}

function hasSamples(view: View, { underlyingId, expirySeconds }: Expiry): boolean {
  for (const _ of samples.under(view, expiryParts(underlyingId, expirySeconds))) return true;
  return false;
}

/** Days whose prices have been kept long enough. */
export function dropOldPrices(
  ctx: Ctx,
  underlyingId: number,
  retentionSeconds: bigint,
  nowSeconds: bigint,
): void {
  if (retentionSeconds === 0n || nowSeconds < retentionSeconds) return;
  const firstDay = settledDay(nowSeconds - retentionSeconds);
  let left = MAX_DAYS;
  for (const [key] of settledPrices.under(ctx, u32.write(underlyingId))) {
    if (left-- === 0 || key[1] >= firstDay) return;
    settledPrices.delete(ctx, key);
  }
}

/** An expiry of which only the price is left. */
export function settledExpiry(
  view: View,
  underlyingId: number,
  expirySeconds: bigint,
): Expiry | undefined {
  if (expirySeconds < 0n || expirySeconds >= END_SECONDS) return undefined;
  const day = settledPrices.get(view, [underlyingId, settledDay(expirySeconds)]);
  const found = day?.prices.find((price) => price.expirySeconds === expirySeconds);
  return found === undefined ? undefined : expiryOfPrice(underlyingId, found);
}

/** Such expiries before a time (0: all), newest first. */
export function* settledBefore(
  view: View,
  underlyingId: number,
  beforeSeconds: bigint,
): Generator<Expiry> {
  const from = [underlyingId, 0] as const;
  const to = [underlyingId + 1, 0] as const;
  for (const [, { prices }] of settledPrices.entries(view, { from, to, reverse: true })) {
    for (const price of prices.toReversed()) {
      if (beforeSeconds !== 0n && price.expirySeconds >= beforeSeconds) continue;
      yield expiryOfPrice(underlyingId, price);
    }
  }
}
