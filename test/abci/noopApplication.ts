import * as abci from 'cosmjs-types/tendermint/abci/types';
import type { AbciApplication } from '../../app/abci/application.ts';

/** An application that accepts everything and keeps nothing; a test replaces what it looks at. */
export function noopApplication(overrides: Partial<AbciApplication> = {}): AbciApplication {
  return {
    info: () => abci.ResponseInfo.fromPartial({}),
    query: () => abci.ResponseQuery.fromPartial({}),
    checkTx: () => abci.ResponseCheckTx.fromPartial({ gasWanted: 1n }),
    initChain: () => abci.ResponseInitChain.fromPartial({}),
    prepareProposal: ({ txs }) => ({ txs }),
    processProposal: () => ({ status: abci.ResponseProcessProposal_ProposalStatus.ACCEPT }),
    extendVote: () => ({ voteExtension: new Uint8Array(0) }),
    verifyVoteExtension: () => ({ status: abci.ResponseVerifyVoteExtension_VerifyStatus.ACCEPT }),
    finalizeBlock: ({ txs }) =>
      abci.ResponseFinalizeBlock.fromPartial({
        txResults: txs.map(() => ({ code: 0 })),
        appHash: new Uint8Array(32),
      }),
    commit: () => ({ retainHeight: 0n }),
    listSnapshots: () => ({ snapshots: [] }),
    offerSnapshot: () => ({ result: abci.ResponseOfferSnapshot_Result.REJECT }),
    loadSnapshotChunk: () => ({ chunk: new Uint8Array(0) }),
    applySnapshotChunk: () =>
      abci.ResponseApplySnapshotChunk.fromPartial({
        result: abci.ResponseApplySnapshotChunk_Result.ABORT,
      }),
    ...overrides,
  };
}
