import type { Command } from 'commander';
import { hexOf } from '../../client/hex.ts';
import type { Node } from '../chain/node.ts';
import { Group, type Open, type Verb } from './verb.ts';

/** Where a node stands. Throws when it cannot be reached. */
export async function nodeStatus(node: Node) {
  const [{ nodeInfo, syncInfo }, peers] = await Promise.all([node.status(), node.peers()]);
  return {
    rpc: node.url,
    chainId: nodeInfo.network,
    moniker: nodeInfo.moniker,
    height: syncInfo.latestBlockHeight,
    time: syncInfo.latestBlockTime.toISOString(),
    /** Of the last block, when it was asked for. */
    ageMs: Math.max(0, Date.now() - syncInfo.latestBlockTime.getTime()),
    appHash: hexOf(syncInfo.latestAppHash),
    isCatchingUp: syncInfo.catchingUp,
    peers,
  };
}

const status: Verb = {
  usage: 'status',
  description: 'where the node stands',
  examples: ['node status', 'node status --node http://127.0.0.1:26667'],
  async run(session) {
    const { out } = session;
    const found = await nodeStatus(await session.node());
    out.show(found, () => {
      const age = `${(found.ageMs / 1_000).toFixed(1)} s ago`;
      return out.fields([
        ['node', `${found.moniker}, ${found.rpc}`],
        ['chain', found.chainId],
        ['height', String(found.height)],
        ['last block', `${found.time} (${age})`],
        ['app hash', found.appHash],
        ['state', found.isCatchingUp ? out.color.yellow('catching up') : 'in step'],
        ['peers', String(found.peers)],
      ]);
    });
  },
};

export const nodeGroup = (root: Command, open: Open): Group =>
  new Group(root, open, 'node', 'the node that answers').verb(status);
