import { TestNode } from './node.ts';

/**
 * Lets every node take a snapshot of the last height, insists that all have the same bytes, and
 * puts a node restored from one of them in the place of the last.
 */
export async function restoreFromAll(nodes: TestNode[]): Promise<void> {
  const hashes: string[] = [];
  for (const { snapshots, store } of nodes) {
    const taken = await snapshots.take(store.committed!);
    if (taken === undefined) throw new Error('a snapshot failed');
    // The hash is that of the manifest, which has the hash of each chunk.
    hashes.push(Buffer.from(taken.hash).toString('hex'));
  }
  if (new Set(hashes).size > 1) throw new Error(`snapshots differ: ${hashes.join(' ')}`);
  const restored = await TestNode.restored(nodes[0]!);
  await nodes.splice(-1, 1, restored)[0]!.close();
}
