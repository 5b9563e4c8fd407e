import { rmSync } from 'node:fs';
import { writeConfigs, type NodeConfig, type StateSync } from './config.ts';
import { makeFullNode } from './keys.ts';
import { nodeConfig, nodeRecord, type Launch } from './launch.ts';
import { fullNodeName, layout } from './paths.ts';
import { MAX_NODES, requireFreePortsOf } from './ports.ts';
import { getJson, heightOf } from './ready.ts';
import { TestnetError } from './testnetError.ts';
import type { NodeRecord } from './testnetJson.ts';

/** The engine verifies with one node what another one says. */
const RPC_SERVERS = 2;

interface CommitAnswer {
  result?: { signed_header?: { commit?: { block_id?: { hash?: string } } } };
}

/** The hash of a node's block, in hex. */
async function blockOf(node: NodeRecord, height: number): Promise<string | undefined> {
  const answer = (await getJson(`${node.rpc}/commit?height=${height}`)) as CommitAnswer | null;
  return answer?.result?.signed_header?.commit?.block_id?.hash;
}

/**
 * What a new node is told to trust: a late block of one running node, which another has, too. An
 * operator of a real network takes it from where they trust: that is the one thing not verified.
 */
async function trustedBlock(nodes: readonly NodeRecord[]): Promise<StateSync> {
  const heights = await Promise.all(nodes.map(heightOf));
  const servers = nodes.filter((_, i) => heights[i]! > 0).slice(0, RPC_SERVERS);
  if (servers.length < RPC_SERVERS) {
    throw new TestnetError(
      `State sync needs ${RPC_SERVERS} running nodes to ask, and there are ${servers.length}.`,
    );
  }
  // One before the last: the others may still be about to finish that.
  const height = Math.min(...(await Promise.all(servers.map(heightOf)))) - 1;
  const [trusted, confirmed] = await Promise.all(servers.map((node) => blockOf(node, height)));
  if (!trusted || !confirmed) {
    throw new TestnetError(`The running nodes do not show their block of height ${height}.`);
  }
  if (trusted !== confirmed) {
    throw new TestnetError(`Two running nodes have different blocks at height ${height}.`);
  }
  const rpcServers = servers.map(({ rpc }) => rpc);
  return { rpcServers, trustHeight: height, trustHash: trusted };
}

/**
 * Makes the home of a node that joins the running network by state sync and then follows it without
 * a vote. Throws a TestnetError that says what is in the way.
 */
export async function prepareNode(
  launch: Launch,
  nodes: readonly NodeRecord[],
): Promise<{ record: NodeRecord; config: NodeConfig }> {
  const index = nodes.length;
  if (index >= MAX_NODES) throw new TestnetError(`A network has at most ${MAX_NODES} nodes.`);
  const offset = launch.options.portOffset ?? 0;
  await requireFreePortsOf(index, offset);
  const stateSync = await trustedBlock(nodes);
  const name = fullNodeName(index);
  const home = layout.home(launch.dir, name);
  // What is there already never joined, or it would be among the nodes.
  rmSync(home, { recursive: true, force: true });
  await makeFullNode(launch.engine, home, layout.genesis(nodes[0]!.home));
  const record = nodeRecord(launch.dir, name, index, offset);
  const config = { ...nodeConfig([...nodes, record], index, launch), stateSync };
  writeConfigs(config);
  return { record, config };
}

interface Status {
  result?: { sync_info?: { catching_up?: boolean; latest_block_height?: string } };
}

/** Whether a node has the chain's last blocks, and answers over REST. */
export async function follows(node: NodeRecord, others: readonly NodeRecord[]): Promise<boolean> {
  const status = (await getJson(`${node.rpc}/status`)) as Status | null;
  const sync = status?.result?.sync_info;
  if (sync?.catching_up !== false) return false;
  const heights = await Promise.all(others.map(heightOf));
  const behind = Math.max(...heights) - Number(sync.latest_block_height ?? 0);
  const served = await getJson(`${node.rest}/tenor/v1/oracle/prices`);
  return behind <= 2 && served !== null;
}
