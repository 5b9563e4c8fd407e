import { ResponseOfferSnapshot_Result as Offer } from 'cosmjs-types/tendermint/abci/types';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry } from '../../app/modules/index.ts';
import { rollBack } from '../../app/chain/openStore.ts';
import { WrongProgram } from '../../app/runtime/upgrade/index.ts';
import { MsgScheduleUpgrade } from '../../proto/gen/tenor.runtime.v1.ts';
import { TestChain } from '../harness/chain.ts';
import { anyOf } from '../harness/keys.ts';
import { NEXT, createNextRegistry } from '../harness/nextProgram.ts';
import { TestNode } from '../harness/node.ts';
import { FEE } from '../harness/trading.ts';

const HEIGHT = 7;

let chain: TestChain;
beforeEach(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < HEIGHT; i++) await chain.block();
});
afterEach(() => chain.close());

/** The hash of a snapshot that a node takes of its last height. */
async function snapshotOf({ snapshots, store }: TestNode): Promise<Uint8Array> {
  return (await snapshots.take(store.committed!))!.hash;
}

/** Undoes a stopped node's last block, and starts it; the app hash it has then. */
async function undo(node: TestNode): Promise<Uint8Array> {
  await node.store.close();
  try {
    return (await rollBack(join(node.dir, 'db'), createRegistry())).appHash;
  } finally {
    await node.restart();
  }
}

/** Gives a node the chain's last block. */
async function decide({ app, store }: TestNode): Promise<void> {
  app.finalizeBlock(chain.decided.at(-1)!);
  await app.commit();
  expect(store.committed).toMatchObject({ height: chain.height });
}

test('a block that was undone is in no snapshot, and once executed again in the same', async () => {
  const { node } = chain;
  const honest = await snapshotOf(node);
  await undo(node);
  expect(node.app.listSnapshots().snapshots).toEqual([]);
  expect(readdirSync(join(node.dir, 'snapshots'))).toEqual([]);
  await decide(node);
  expect(await snapshotOf(node)).toEqual(honest);
});

test('a restored node undoes later blocks, not the one it came with', async () => {
  await snapshotOf(chain.node);
  const [snapshot] = chain.node.app.listSnapshots().snapshots;
  const { appHash } = chain.node.store.committed!;
  const joining = await TestNode.restored(chain.node);
  try {
    await chain.block();
    for (let i = 0; i < 2; i++) {
      await decide(joining);
      expect(joining.store.committed!.appHash).toEqual(chain.node.store.committed!.appHash);
      expect(await snapshotOf(joining)).toEqual(await snapshotOf(chain.node));
      // It has a block of its own now: a snapshot may not replace it.
      const offered = await joining.app.offerSnapshot({ snapshot: snapshot!, appHash });
      expect(offered.result).toBe(Offer.ABORT);
      expect(await undo(joining)).toEqual(appHash);
    }
    await expect(undo(joining)).rejects.toThrow(/cannot be undone: it is the first here/);
  } finally {
    await joining.close();
  }
});

test('the block of an upgrade is undone, and carried out again', async () => {
  const { authority } = chain;
  const height = chain.height + 2;
  const plan = { name: NEXT, height: BigInt(height), info: '' };
  const msg = anyOf(MsgScheduleUpgrade, { authority: authority.address, plan });
  await chain.block({ txs: [chain.sign(authority, [msg], FEE)] });
  await expect(chain.block()).rejects.toThrow(WrongProgram);
  await chain.switchTo(createNextRegistry);
  const { node } = chain;
  const { appHash } = node.store.committed!;
  const honest = await snapshotOf(node);
  await node.store.close();
  await rollBack(join(node.dir, 'db'), createNextRegistry());
  // Either program may come next: the one before helps to decide the block, and then stops.
  await node.restart(createRegistry);
  expect(() => node.app.finalizeBlock(chain.decided.at(-1)!)).toThrow(WrongProgram);
  await node.restart(createNextRegistry);
  const early = node.app.answer('/tenor.runtime.v1.Query/CurrentPlan', new Uint8Array(0), 0);
  expect(early).toMatchObject({ code: 38, log: expect.stringMatching(/^an upgrade comes with/) });
  await decide(node);
  expect(node.store.committed!.appHash).toEqual(appHash);
  expect(await snapshotOf(node)).toEqual(honest);
  for (let i = 0; i < 3; i++) await chain.block();
  // Who joins with the program before is told so, in place of shunning whoever offers a snapshot.
  await snapshotOf(node);
  await expect(TestNode.restored(node)).rejects.toThrow(/a module tally that this program lacks/);
});
