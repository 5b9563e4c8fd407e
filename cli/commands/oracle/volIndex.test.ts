import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { FeedStatus, VolIndexMethod } from '../../../proto/gen/tenor.oracle.v1.ts';
import { queries } from '../../../client/queries.ts';
import { FakeNode, Place } from '../../fixture.ts';

let node: FakeNode;
let place: Place;
beforeEach(async () => {
  place = new Place();
  node = new FakeNode();
  place.addTestnet('tenor-local-1', await node.listen(), []);
});
afterEach(async () => {
  await node.close();
  place.remove();
});

it('shows the volatility index with what it is made of and how it stands', async () => {
  const expirySeconds = BigInt(Date.UTC(2026, 11, 25, 8) / 1_000);
  const index = {
    ...{ volPpm: 523_412, method: VolIndexMethod.VOL_INDEX_METHOD_NEAREST },
    ...{ expiries: [{ expirySeconds, volPpm: 523_412 }], status: FeedStatus.FEED_STATUS_STALE },
    ...{ seenMs: 1_000n, confidencePpm: 900_000 },
  };
  node.answer(queries.volIndex, () => ({ index, timeMs: 42_500n }));
  const { stdout } = await place.run('oracle vol-index btc');
  const [, row] = stdout.trim().split('\n');
  expect(row!.split(/ {2,}/)).toEqual([
    'BTC',
    '52.34%',
    'stale',
    '41.5 s',
    '90%',
    'nearest',
    '25DEC26 52.34%',
  ]);
  const json = JSON.parse((await place.run('oracle vol-index btc --json')).stdout) as object;
  expect(json).toMatchObject({ underlying: 'BTC', index: { volPpm: 523_412, method: 'nearest' } });
});

it('says when there is none yet', async () => {
  node.answer(queries.volIndex, () => ({ index: undefined, timeMs: 1n }));
  const { stdout } = await place.run('oracle vol-index BTC');
  expect(stdout).toBe('There is no volatility index of BTC yet.\n');
});
