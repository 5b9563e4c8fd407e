import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRegistry } from '../../app/modules.ts';
import { openStore } from '../../app/openStore.ts';
import { Snapshots } from '../../app/snapshots.ts';
import { TestChain } from '../harness/chain.ts';

let chain: TestChain;
beforeEach(async () => {
  chain = await TestChain.start();
});
afterEach(() => chain.close());

test('a snapshot is taken at every multiple of the interval, and the newest are kept', async () => {
  const { dir, store } = chain.node;
  const folder = join(dir, 'at-interval');
  const snapshots = await Snapshots.open({
    ...{ dir: folder, store, schemas: createRegistry().schemas },
    ...{ interval: 2, keep: 2, pauseMs: 0 },
    logger: { info: () => undefined, warn: () => undefined },
  });
  const heights = () => snapshots.snapshots.map(({ manifest }) => manifest.height);
  while (chain.height < 7) {
    await chain.block();
    snapshots.committed(store.committed!);
    // In the background: the next would be left out while it is not done.
    while (chain.height % 2 === 0 && heights()[0] !== chain.height) await sleep(1);
  }
  expect(heights()).toEqual([6, 4]);
  await snapshots.close();
  expect(readdirSync(folder).toSorted()).toEqual(['4-1', '6-1']);
}, 30_000);

test('a database is of one chain, and not taken for that of another', async () => {
  const { dir, store } = chain.node;
  await chain.block();
  const { chainId } = store.committed!;
  await store.close();
  const open = (id: string) =>
    openStore(join(dir, 'db'), createRegistry(), { retainedHeights: 1, chainId: id });
  await expect(open('another-1')).rejects.toThrow(`is of chain ${chainId}, the genesis file of`);
  await (await open(chainId)).close();
});
