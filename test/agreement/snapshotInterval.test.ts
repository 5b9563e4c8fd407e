import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { App } from '../../app/chain/app.ts';
import { antePorts, createRegistry } from '../../app/modules/index.ts';
import { openStore } from '../../app/chain/openStore.ts';
import { Snapshots } from '../../app/chain/snapshots.ts';
import { TestChain } from '../harness/chain.ts';
import { TestNode } from '../harness/node.ts';

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

test('the engine is told to keep as many blocks as the setting says', async () => {
  for (let i = 0; i < 5; i++) await chain.block();
  const node = await TestNode.create();
  const { store, snapshots, log } = node;
  try {
    const app = new App({
      ...{ store, snapshots, registry: createRegistry(), ports: antePorts, logger: log },
      ...{ report: () => null, checkInvariants: false, retainBlocks: 3 },
    });
    app.initChain(chain.initChain());
    const oldest: number[] = [];
    for (const request of chain.decided) {
      app.finalizeBlock(request);
      oldest.push(Number((await app.commit()).retainHeight));
    }
    // Heights 3 to 5 after the last; 0 keeps all.
    expect(oldest).toEqual([0, 0, 1, 2, 3]);
  } finally {
    await node.close();
  }
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
