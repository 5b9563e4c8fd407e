import type {
  RequestApplySnapshotChunk,
  RequestCheckTx,
  RequestCommit,
  RequestExtendVote,
  RequestFinalizeBlock,
  RequestInfo,
  RequestInitChain,
  RequestListSnapshots,
  RequestLoadSnapshotChunk,
  RequestOfferSnapshot,
  RequestPrepareProposal,
  RequestProcessProposal,
  RequestQuery,
  RequestVerifyVoteExtension,
  ResponseApplySnapshotChunk,
  ResponseCheckTx,
  ResponseCommit,
  ResponseExtendVote,
  ResponseFinalizeBlock,
  ResponseInfo,
  ResponseInitChain,
  ResponseListSnapshots,
  ResponseLoadSnapshotChunk,
  ResponseOfferSnapshot,
  ResponsePrepareProposal,
  ResponseProcessProposal,
  ResponseQuery,
  ResponseVerifyVoteExtension,
} from 'cosmjs-types/tendermint/abci/types';

type Answer<T> = T | Promise<T>;

/**
 * What the application answers to CometBFT: one method for each ABCI 2.0 call. Echo and Flush
 * belong to the server.
 *
 * A user's error is a result code, never an exception: whatever a method throws is a bug or a
 * failure of the host and stops the node (`onFatal` of the server).
 *
 * Bytes in a request are the method's own: the server never reuses their memory.
 */
export interface AbciApplication {
  // The query connection; the consensus connection also begins with Info.
  info(request: RequestInfo): Answer<ResponseInfo>;
  query(request: RequestQuery): Answer<ResponseQuery>;

  // The mempool connection. It sees a snapshot of its own: rechecks overlap the next height.
  checkTx(request: RequestCheckTx): Answer<ResponseCheckTx>;

  // The consensus connection, in the order of the call grammar (grammar.ts).
  initChain(request: RequestInitChain): Answer<ResponseInitChain>;
  prepareProposal(request: RequestPrepareProposal): Answer<ResponsePrepareProposal>;
  processProposal(request: RequestProcessProposal): Answer<ResponseProcessProposal>;
  extendVote(request: RequestExtendVote): Answer<ResponseExtendVote>;
  verifyVoteExtension(request: RequestVerifyVoteExtension): Answer<ResponseVerifyVoteExtension>;
  finalizeBlock(request: RequestFinalizeBlock): Answer<ResponseFinalizeBlock>;
  commit(request: RequestCommit): Answer<ResponseCommit>;

  // The snapshot connection.
  listSnapshots(request: RequestListSnapshots): Answer<ResponseListSnapshots>;
  offerSnapshot(request: RequestOfferSnapshot): Answer<ResponseOfferSnapshot>;
  loadSnapshotChunk(request: RequestLoadSnapshotChunk): Answer<ResponseLoadSnapshotChunk>;
  applySnapshotChunk(request: RequestApplySnapshotChunk): Answer<ResponseApplySnapshotChunk>;
}
