import type {
  Expiry,
  QuerySettlementRequest,
  QuerySettlementResponse,
} from '../../../proto/gen/tenor.options.v1.ts';
import { LightError } from '../../../light/index.ts';

type Page = Pick<QuerySettlementResponse, 'samples' | 'nextAfterTimeMs'>;

const PER_PAGE = 1_000;
/** An hour and more of blocks four times a second: no honest node has more samples of an expiry. */
const MAX_SAMPLES = 20_000;

/**
 * The block times of an expiry's samples, as a node says, up to the last one proved. What it says
 * must come to an end: times rise, and there are no more than there can be.
 *
 * @throws LightError when it does not
 */
export async function sampleTimes(
  ask: (request: QuerySettlementRequest) => Promise<Page>,
  underlying: string,
  { expirySeconds, lastSampleMs = 0n }: Expiry,
): Promise<bigint[]> {
  const times: bigint[] = [];
  for (let afterTimeMs = 0n; ;) {
    const page = await ask({ underlying, expirySeconds, afterTimeMs, limit: PER_PAGE });
    for (const { timeMs } of page.samples) {
      if (timeMs <= (times.at(-1) ?? 0n)) throw odd('times of samples that do not rise');
      if (timeMs > lastSampleMs) return times;
      times.push(timeMs);
    }
    if (times.length > MAX_SAMPLES) throw odd(`more than ${MAX_SAMPLES} samples of one expiry`);
    const next = page.nextAfterTimeMs;
    if (next === undefined) return times;
    if (page.samples.length === 0 || next !== times.at(-1)) throw odd('pages that do not follow');
    afterTimeMs = next;
  }
}

const odd = (what: string): LightError => new LightError('lie', `it tells ${what}`);
