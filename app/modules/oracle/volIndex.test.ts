import { beforeEach, expect, test } from '@jest/globals';
import * as pb from '../../../proto/gen/tenor.oracle.v1.ts';
import { FeedStatus, VolIndexMethod } from '../../../proto/gen/tenor.oracle.v1.ts';
import { Execution } from '../../../test/harness/execution.ts';
import { volIndexOf } from './core/volIndex.ts';
import { slicesOf } from './core/surface.ts';
import { surfaces } from './state.ts';

const MARKET = { btc: 64_000, eth: 3_200, vol: 0.6 };
const STALE_MS = 60_000;
const HALTED_MS = 3_600_000;
const BTC = 1;

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

function ask(underlying: string): pb.QueryVolIndexResponse {
  const query = chain.registry.queries.get('/tenor.oracle.v1.Query/VolIndex')!;
  const answer = query(chain.view, pb.QueryVolIndexRequest.encode({ underlying }));
  return pb.QueryVolIndexResponse.decode(answer);
}

test('an underlying has a volatility index once a quorum has told volatilities', () => {
  expect(ask('BTC').index).toBeUndefined();
  chain.block([], MARKET);
  const { index, timeMs } = ask('BTC');
  expect(timeMs).toBe(BigInt(chain.header.timeMs));
  expect(index).toMatchObject({
    method: VolIndexMethod.VOL_INDEX_METHOD_INTERPOLATED,
    status: FeedStatus.FEED_STATUS_RECOVERING,
    confidencePpm: 1_000_000,
  });
  expect(index!.volPpm).toBeGreaterThan(590_000);
  expect(index!.volPpm).toBeLessThan(700_000);
  const days = index!.expiries.map(
    (e) => (Number(e.expirySeconds) * 1e3 - chain.header.timeMs) / 864e5,
  );
  expect(days).toHaveLength(2);
  expect(days[0]).toBeLessThan(30);
  expect(days[1]).toBeGreaterThan(30);
});

test('it can be made again from what is proved, ages with it, and goes when that is halted', () => {
  chain.block([], MARKET);
  chain.block([], null, STALE_MS);
  const { index } = ask('BTC');
  expect(index!.status).toBe(FeedStatus.FEED_STATUS_STALE);
  const stored = surfaces.get(chain.view, BTC)!;
  const again = volIndexOf(slicesOf(stored), Number(stored.timeMs), chain.header.timeMs)!;
  expect(index!.volPpm).toBe(again.volPpm);
  expect(BigInt(chain.header.timeMs) - index!.seenMs).toBeGreaterThanOrEqual(BigInt(STALE_MS));
  chain.block([], null, HALTED_MS);
  expect(ask('BTC').index).toBeUndefined();
});

test('of what is no underlying there is none, and the answer says where to look', () => {
  expect(() => ask('DOGE')).toThrow(expect.objectContaining({ codespace: 'oracle', code: 1 }));
});
