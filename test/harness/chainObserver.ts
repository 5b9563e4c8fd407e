import type * as abci from 'cosmjs-types/tendermint/abci/types';

/** Told of what the engine says to every node, and what the first answers. */
export interface ChainObserver {
  initChain(request: abci.RequestInitChain): void;
  decided(request: abci.RequestFinalizeBlock, answer: abci.ResponseFinalizeBlock): void;
}
