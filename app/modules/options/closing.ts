import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry } from '../../../proto/gen/tenor.options.v1.ts';
import { assert } from '../../lib/assert.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { u32 } from '../../lib/keys.ts';
import { params } from './params.ts';
import { deleteSeries, priceOf, saveExpiry } from './records.ts';
import { liveExpiries } from './instruments.ts';
import { removeSeries } from './pruning.ts';
import { namesOf } from './sampling.ts';
import { dropOldPrices, keepPrices } from './settledPrices.ts';
import { expiries, expiryParts, samples, series, seriesByExpiry } from './state.ts';

/** Expiries with a price whose payouts are under way, in order of time, then of underlying. */
export function settlingExpiries(view: View): Expiry[] {
  return liveExpiries(view).filter((e) => e.status === ExpiryStatus.EXPIRY_STATUS_SETTLING);
}

/** Adds what the winners of an expiry were paid in this block. */
export function recordPaidOut(
  ctx: Ctx,
  { underlyingId, expirySeconds }: Expiry,
  uusd: bigint,
): void {
  const expiry = expiries.must(ctx, [underlyingId, expirySeconds]);
  saveExpiry(ctx, { ...expiry, paidOutUusd: expiry.paidOutUusd + uusd });
}

/**
 * Removes series of an expiry that is paid out, traded or not, at most `budget` of them; once none
 * is left the expiry is settled and only its record stays. Returns what is left of the budget.
 */
export function closeExpiry(
  ctx: Ctx,
  { underlyingId, expirySeconds }: Expiry,
  budget: number,
): number {
  let left = budget;
  for (const [[, , id]] of seriesByExpiry.under(ctx, expiryParts(underlyingId, expirySeconds))) {
    if (left === 0) return 0;
    const closed = series.must(ctx, id);
    assert(closed.openInterest === 0n, `${closed.symbol} has open interest after its payout`);
    if (closed.traded) deleteSeries(ctx, closed);
    else removeSeries(ctx, closed);
    left--;
  }
  const expiry = expiries.must(ctx, [underlyingId, expirySeconds]);
  assert(expiry.status === ExpiryStatus.EXPIRY_STATUS_SETTLING, 'an expiry without its price');
  saveExpiry(ctx, {
    ...expiry,
    status: ExpiryStatus.EXPIRY_STATUS_SETTLED,
    settledHeight: BigInt(ctx.header.height),
  });
  ctx.emit('expiry_settled', {
    ...namesOf(ctx, expiry),
    settlement_uusd: priceOf(expiry).toString(),
    paid_out_uusd: expiry.paidOutUusd.toString(),
  });
  return left;
}

/** How many series may be closed in a block. */
export function closingBudget(view: View): number {
  return params.get(view).maxListingsPerBlock;
}

/**
 * Drops samples of long settled expiries, a block's budget at a time; then nothing but the price of
 * an expiry stays, and after a longer time not even that (ADR 151).
 */
export function dropOldSamples(ctx: Ctx): void {
  const p = params.get(ctx);
  const nowSeconds = BigInt(Math.floor(ctx.header.timeMs / 1000));
  let left = p.maxListingsPerBlock;
  for (const { id } of p.underlyings) {
    for (const [key] of samples.under(ctx, u32.write(id))) {
      const [, expirySeconds] = key;
      if (left === 0) return;
      if (expirySeconds + p.sampleRetentionSeconds >= nowSeconds) break;
      if (expiries.must(ctx, [id, expirySeconds]).status !== ExpiryStatus.EXPIRY_STATUS_SETTLED) {
        break;
      }
      samples.delete(ctx, key);
      left--;
    }
    keepPrices(ctx, id, nowSeconds - p.sampleRetentionSeconds, left);
    dropOldPrices(ctx, id, p.priceRetentionSeconds, nowSeconds);
  }
}
