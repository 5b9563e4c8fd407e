import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry, Params, Sample } from '../../../proto/gen/tenor.options.v1.ts';
import type { Ctx } from '../../runtime/context.ts';
import { formatExpiry, heldMs, settlementPrice } from './core/index.ts';
import { mustUnderlyingById } from './instruments.ts';
import { liveIndex } from './liveIndex.ts';
import type { IndexLookup, IndexPrice } from './liveIndex.ts';
import { params } from './params.ts';
import { saveExpiry } from './records.ts';
import { expiries, liveKeys, samples } from './state.ts';

const { EXPIRY_STATUS_TRADING, EXPIRY_STATUS_AWAITING_PRICE, EXPIRY_STATUS_SETTLING } =
  ExpiryStatus;

/**
 * Takes this block's sample of the index for every expiry whose settlement window has begun, ends
 * trading at the expiry, and fixes the settlement price once the samples cover enough time. With
 * less coverage sampling goes on after the expiry (docs/adr/030).
 */
export function sampleExpiries(ctx: Ctx, indexOf: IndexLookup): void {
  const p = params.get(ctx);
  const { timeMs } = ctx.header;
  for (const [[expirySeconds, underlyingId]] of liveKeys.entries(ctx)) {
    const startMs = Number(expirySeconds - p.settlementWindowSeconds) * 1000;
    if (timeMs < startMs) return;
    const before = expiries.must(ctx, [underlyingId, expirySeconds]);
    if (before.status === EXPIRY_STATUS_SETTLING) continue;
    const sampled = sample(ctx, before, p, indexOf);
    const after = timeMs < Number(expirySeconds) * 1000 ? sampled : expire(ctx, sampled, p);
    if (after !== before) saveExpiry(ctx, after);
  }
}

/** The expiry with this block's sample, which is stored; the same one when there is none. */
function sample(ctx: Ctx, expiry: Expiry, p: Params, indexOf: IndexLookup): Expiry {
  const { underlyingId, expirySeconds, coveredMs } = expiry;
  const { timeMs } = ctx.header;
  const index = liveIndex(ctx, underlyingId, indexOf);
  // Only a price of this block's quorum: the next one will also stand for the time without.
  if (index?.timeMs !== timeMs) return expiry;
  const times = {
    timeMs,
    previousMs: Number(expiry.lastSampleMs ?? 0n),
    maxSampleMs: Number(p.maxSampleSeconds) * 1000,
    startMs: Number(expirySeconds - p.settlementWindowSeconds) * 1000,
  };
  const inside = BigInt(heldMs({ ...times, endMs: Number(expirySeconds) * 1000 }));
  const waits = timeMs >= Number(expirySeconds) * 1000 && coveredMs + inside < requiredMs(p);
  const held = waits ? BigInt(heldMs({ ...times, endMs: Infinity })) : inside;
  if (held === 0n) return expiry;
  samples.set(ctx, [underlyingId, expirySeconds, BigInt(timeMs)], sampleOf(ctx, index, held));
  return {
    ...expiry,
    coveredMs: coveredMs + held,
    weightedSum: (BigInt(expiry.weightedSum) + index.indexUusd * held).toString(),
    lastSampleMs: BigInt(timeMs),
  };
}

/** The sample with what stands behind it, so that anyone can judge it. */
function sampleOf({ header }: Ctx, index: IndexPrice, heldMs: bigint): Sample {
  const { indexUusd: priceUusd, reportedPower, quorumPower, confidencePpm } = index;
  return {
    ...{ priceUusd, heldMs, reportedPower, quorumPower, confidencePpm },
    timeMs: BigInt(header.timeMs),
    height: BigInt(header.height),
    ageMs: BigInt(header.timeMs - index.seenMs),
  };
}

export function requiredMs({ minCoverageSeconds }: Params): bigint {
  return minCoverageSeconds * 1000n;
}

/** At or after its time: priced when the coverage suffices, else it waits. */
function expire(ctx: Ctx, expiry: Expiry, p: Params): Expiry {
  if (expiry.coveredMs >= requiredMs(p)) return price(ctx, expiry);
  if (expiry.status !== EXPIRY_STATUS_TRADING) return expiry;
  ctx.emit('expiry_awaiting_price', {
    ...namesOf(ctx, expiry),
    covered_ms: expiry.coveredMs.toString(),
    required_ms: requiredMs(p).toString(),
  });
  return { ...expiry, status: EXPIRY_STATUS_AWAITING_PRICE };
}

function price(ctx: Ctx, expiry: Expiry): Expiry {
  const settlementUusd = settlementPrice(BigInt(expiry.weightedSum), expiry.coveredMs);
  ctx.emit('expiry_priced', {
    ...namesOf(ctx, expiry),
    settlement_uusd: settlementUusd.toString(),
    covered_ms: expiry.coveredMs.toString(),
  });
  return { ...expiry, settlementUusd, status: EXPIRY_STATUS_SETTLING };
}

/** The attributes that name an expiry in events. */
export function namesOf(ctx: Ctx, { underlyingId, expirySeconds }: Expiry) {
  const { symbol } = mustUnderlyingById(ctx, underlyingId);
  return { underlying: symbol, expiry: formatExpiry(expirySeconds) };
}
