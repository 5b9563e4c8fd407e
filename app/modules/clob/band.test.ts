import { describe, expect, test } from '@jest/globals';
import type { Params } from '../../../proto/gen/tenor.margin.v1.ts';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { userAddress } from '../accounts/fixture.ts';
import { bandOf, fillFee, fullFee, markOf, markUusdOf, whyNoBand } from '../margin/index.ts';
import { bandAt, mostFee, mostFeePpm } from '../margin/band.ts';
import { params } from '../margin/params.ts';
import { mustSeriesBySymbol } from '../options/index.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, ClobChain } from './fixture.ts';

const USD = 1_000_000n;
const CENT = 10_000n;

/** A chain at an index, with other parameters of margin. */
function at(indexUusd: bigint, changed: Partial<Params> = {}): ClobChain {
  const chain = ClobChain.create([USD]);
  chain.indexUusd = indexUusd;
  chain.block();
  params.set(chain.ctx, { ...params.get(chain.ctx), ...changed });
  return chain;
}
const seriesOf = (chain: ClobChain) => mustSeriesBySymbol(chain.ctx, CALL);
/** What no index and no surface is known of. */
const unknown = (chain: ClobChain) => ({ ...seriesOf(chain), id: 999n, underlyingId: 9 });

describe('the band of a series', () => {
  const band = (chain: ClobChain) => bandOf(chain.ctx, seriesOf(chain))!;

  test('is a share of the index about a small mark, down to nothing', () => {
    const chain = at(64_000n * USD);
    const markUusd = BigInt(Math.round(markOf(chain.ctx, seriesOf(chain))!.mark * 1e6));
    expect(markUusdOf(chain.ctx, seriesOf(chain))).toBe(markUusd);
    const highUusd = markUusd + 3_200n * USD;
    expect(band(chain)).toEqual({ markUusd, lowUusd: 0n, highUusd });
  });

  test('is a share of a mark that is larger', () => {
    const chain = at(100_000n * USD);
    const { markUusd, lowUusd, highUusd } = band(chain);
    expect(markUusd).toBe(36_000n * USD);
    expect([lowUusd, highUusd]).toEqual([markUusd - markUusd / 2n, markUusd + markUusd / 2n]);
  });

  test('follows the two shares that are governed', () => {
    const wide = at(100_000n * USD, { priceBandPpm: 250_000, priceBandIndexPpm: 100_000 });
    const { markUusd, lowUusd, highUusd } = band(wide);
    const width = 10_000n * USD;
    expect([lowUusd, highUusd]).toEqual([markUusd - width, markUusd + width]);
  });

  test('is not there while a price behind it is not live, and says which', () => {
    const chain = at(64_000n * USD);
    const last = bandAt(chain.ctx, seriesOf(chain));
    for (const [feed, word] of [
      [FeedStatus.FEED_STATUS_STALE, 'stale'],
      [FeedStatus.FEED_STATUS_HALTED, 'halted'],
    ] as const) {
      chain.feed = feed;
      chain.setPrices();
      expect(bandOf(chain.ctx, seriesOf(chain))).toBeUndefined();
      expect(whyNoBand(chain.ctx, seriesOf(chain))).toContain(word);
    }
    chain.feed = FeedStatus.FEED_STATUS_STALE;
    chain.setPrices();
    expect(bandAt(chain.ctx, seriesOf(chain))).toEqual(last);
  });

  test('is not there without an index', () => {
    const chain = at(64_000n * USD);
    const none = unknown(chain);
    expect([bandOf(chain.ctx, none), bandAt(chain.ctx, none)]).toEqual([undefined, undefined]);
    expect(markUusdOf(chain.ctx, none)).toBeUndefined();
    expect(whyNoBand(chain.ctx, none)).toBe('there is no index yet');
  });
});

describe('the fee of a fill', () => {
  const owner = userAddress(0);
  const feeOf = (chain: ClobChain, isMaker: boolean, priceUusd: bigint, quantity: bigint) =>
    fillFee(chain.ctx, seriesOf(chain), priceUusd, quantity, { owner, isMaker });

  test('is a share of the index, of each side its own', () => {
    const chain = at(64_000n * USD, { makerFeePpm: 100 });
    const fees = [true, false].map((isMaker) => feeOf(chain, isMaker, 700n * USD, 5_000n));
    expect(fees).toEqual([3_200_000n, 9_600_000n]);
    expect(fullFee(chain.ctx, seriesOf(chain), 700n * USD, 5_000n)).toBe(9_600_000n);
  });

  test('is rounded up to a uusd, for a smallest size too', () => {
    // 64,000.000001 USD · 1e-4 · 0.0003 is 1,920.00000003 uusd.
    const chain = at(64_000n * USD + 1n);
    expect(feeOf(chain, false, 700n * USD, 1n)).toBe(1_921n);
    expect(feeOf(at(64_000n * USD), false, 700n * USD, 1n)).toBe(1_920n);
  });

  test('is at most an eighth of the premium, rounded up', () => {
    const chain = at(64_000n * USD);
    // 19.20 USD a contract is an eighth of 153.60 USD.
    const prices = [153_600_000n, 153_590_000n, 10n * CENT, CENT];
    expect(prices.map((price) => feeOf(chain, false, price, 10_000n))).toEqual([
      ...[19_200_000n, 19_198_750n, 12_500n, 1_250n],
    ]);
    expect(feeOf(chain, false, CENT, 1n)).toBe(1n);
    expect(feeOf(chain, false, 0n, 10_000n)).toBe(0n);
    expect(feeOf(at(64_000n * USD, { feeCapPpm: 62_500 }), false, CENT, 10_000n)).toBe(625n);
  });

  test('is at most twice the higher rate, which a bid is held to', () => {
    for (const rates of [
      { makerFeePpm: 100, takerFeePpm: 300 },
      { makerFeePpm: 300, takerFeePpm: 100 },
    ]) {
      const chain = at(64_000n * USD, rates);
      expect(mostFeePpm(params.get(chain.ctx))).toBe(600);
      expect(mostFee(chain.ctx, seriesOf(chain), 700n * USD, 10_000n)).toBe(38_400_000n);
    }
  });

  test('cannot be told without an index', () => {
    const chain = at(64_000n * USD);
    const fee = () => fullFee(chain.ctx, unknown(chain), USD, 1n);
    expect(refusalCode(fee)).toBe('margin/3');
  });
});
