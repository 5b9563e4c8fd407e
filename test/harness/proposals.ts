import { CheckTxType } from 'cosmjs-types/tendermint/abci/types';
import type * as abci from 'cosmjs-types/tendermint/abci/types';
import { orderTxs } from '../../app/chain/blockOrder.ts';
import { antePorts } from '../../app/modules/index.ts';
import { viewOf } from '../../app/runtime/context.ts';
import type { View } from '../../app/runtime/context.ts';
import { orderSeed } from '../../app/runtime/lastBlock.ts';
import { readTx } from '../../app/runtime/readTx.ts';
import { runtimeParams } from '../../app/runtime/runtimeParams.ts';
import type { TestChain } from './chain.ts';
import { CHAIN_ID } from './chain.ts';
import { commitOf, timestamp } from './engineValues.ts';

/** What the engine says of the block after the last one. */
export const common = (chain: TestChain) => ({
  height: BigInt(chain.height + 1),
  time: timestamp(chain.timeMs + 1_000),
  misbehavior: [],
  nextValidatorsHash: new Uint8Array(32),
  proposerAddress: chain.validators[0]!.address,
});

/** The block that the first node proposes when these wait, the votes first. */
export function proposal(
  chain: TestChain,
  txs: Uint8Array[],
  maxTxBytes = 4_000_000n,
): Uint8Array[] {
  const { app } = chain.node;
  for (const tx of txs) app.checkTx({ tx, type: CheckTxType.NEW });
  const localLastCommit = chain.lastCommit;
  return app.prepareProposal({ ...common(chain), txs, maxTxBytes, localLastCommit }).txs;
}

/** What the first node says of a block that somebody else proposes. */
export function verdict(
  chain: TestChain,
  txs: Uint8Array[],
): abci.ResponseProcessProposal_ProposalStatus {
  const proposedLastCommit = commitOf(chain.lastCommit);
  const hash = new Uint8Array(32);
  return chain.node.app.processProposal({ ...common(chain), txs, proposedLastCommit, hash }).status;
}

/** Transactions in the order in which the next block has them, without its votes. */
export function ordered(chain: TestChain, txs: readonly Uint8Array[]): Uint8Array[] {
  const view = viewOfLast(chain);
  const { router } = chain.node.registry;
  const reads = txs.map((tx) => readTx(tx, router, runtimeParams.get(view)));
  const hasPlace = (owner: string) => antePorts.hasPlace(view, owner);
  return orderTxs(reads, { seed: orderSeed(view), hasPlace }).map(({ bytes }) => bytes);
}

/** What the next block begins with, read only. */
export function viewOfLast(chain: TestChain): View {
  const { height, timeMs } = chain;
  const header = { chainId: CHAIN_ID, height, timeMs, proposer: new Uint8Array(0) };
  return viewOf(chain.node.store.at(height)!.state, header);
}
