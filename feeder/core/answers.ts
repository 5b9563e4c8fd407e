import type { Chain, Tick } from '../sources/source.ts';
import { SourceError, quoteOf } from '../sources/values.ts';
import type { Evidence } from './evidence.ts';
import type { ChainAnswer, PriceAnswer } from './observation.ts';
import { CLOCK_TOLERANCE_MS, readChain } from './readChain.ts';

/** A price with when it was seen. @throws SourceError when its time is ahead of ours */
export function priceAnswer(
  evidence: Evidence,
  channel: string,
  tick: Tick,
  nowMs: number,
): PriceAnswer {
  const aheadMs = (tick.timeMs ?? 0) - nowMs;
  if (aheadMs > CLOCK_TOLERANCE_MS) throw new SourceError(`time is ${aheadMs} ms ahead of ours`);
  const seenMs = evidence.seenMs(channel, tick, nowMs);
  return { price: tick.price, quote: quoteOf(tick.instrument), seenMs };
}

/** What a chain says of its expiries. @throws SourceError when there is none that can be used */
export function chainAnswer(
  chain: Chain,
  evidence: Evidence,
  maxAgeMs: number,
  nowMs: number,
): ChainAnswer {
  const answer = readChain(chain, evidence, nowMs - maxAgeMs, nowMs);
  if (answer.expiries.length > 0) return answer;
  throw new SourceError('no expiry has enough young strikes on both sides');
}
