import type { RequestKind } from './calls.ts';

/**
 * Says when the engine's calls come in an order that the ABCI grammar does not have
 * (`spec/abci/abci++_comet_expected_behavior.md` of CometBFT), one checker a run of the engine:
 *
 *     start  = Info InitChain | 1*(OfferSnapshot *ApplySnapshotChunk) Info | Info [InitChain]
 *     height = *(PrepareProposal | ProcessProposal | ExtendVote | VerifyVoteExtension)
 *              FinalizeBlock Commit
 *
 * (Every part of a round is optional there, so rounds may hold their calls in any order.) Beyond
 * the grammar, heights must follow each other. Info, Query, CheckTx, Echo, Flush and reading
 * snapshots are legal at any time.
 */
export class GrammarChecker {
  #phase: 'start' | 'informed' | 'restoring' | 'restored' | 'deciding' | 'finalized' = 'start';
  /** A chunk was applied since the last offer: only then can a state sync have succeeded. */
  #chunkApplied = false;
  #chainInitialised = false;
  /** The height being decided; unknown until the first call that tells it. */
  #height: bigint | undefined;

  /** Returns what is wrong with this call after those before it, or undefined. */
  observe(kind: RequestKind, request: unknown): string | undefined {
    switch (kind) {
      case 'info':
        if (this.#phase === 'start') this.#phase = 'informed';
        if (this.#phase === 'restoring' && this.#chunkApplied) this.#phase = 'restored';
        return undefined;
      case 'initChain':
        return this.#initChain((request as { initialHeight: bigint }).initialHeight);
      case 'offerSnapshot':
        return this.#offerSnapshot();
      case 'applySnapshotChunk':
        return this.#applySnapshotChunk();
      case 'prepareProposal':
      case 'processProposal':
      case 'extendVote':
      case 'verifyVoteExtension':
      case 'finalizeBlock':
        return this.#decide(kind, (request as { height: bigint }).height);
      case 'commit':
        return this.#commit();
      case 'echo':
      case 'flush':
      case 'query':
      case 'checkTx':
      case 'listSnapshots':
      case 'loadSnapshotChunk':
        return undefined;
    }
  }

  #initChain(initialHeight: bigint): string | undefined {
    if (this.#phase !== 'informed') return `initChain in phase "${this.#phase}"`;
    if (this.#chainInitialised) return 'initChain a second time';
    this.#chainInitialised = true;
    this.#height = initialHeight;
    return undefined;
  }

  #offerSnapshot(): string | undefined {
    const tooLate = this.#phase === 'deciding' || this.#phase === 'finalized';
    if (tooLate || this.#chainInitialised) return `offerSnapshot in phase "${this.#phase}"`;
    this.#phase = 'restoring';
    this.#chunkApplied = false;
    return undefined;
  }

  #applySnapshotChunk(): string | undefined {
    // An operator's Info may come between two chunks, and is not the one that ends the restoring.
    if (this.#phase !== 'restoring' && this.#phase !== 'restored') {
      return `applySnapshotChunk in phase "${this.#phase}", without offerSnapshot`;
    }
    this.#phase = 'restoring';
    this.#chunkApplied = true;
    return undefined;
  }

  #decide(kind: RequestKind, height: bigint): string | undefined {
    const before = this.#phase;
    const expected = this.#height ?? height;
    this.#phase = kind === 'finalizeBlock' ? 'finalized' : 'deciding';
    this.#height = height;
    if (before === 'start' || before === 'restoring' || before === 'finalized') {
      return `${kind} in phase "${before}"`;
    }
    if (height === expected) return undefined;
    return `${kind} of height ${height.toString()} at height ${expected.toString()}`;
  }

  #commit(): string | undefined {
    if (this.#phase !== 'finalized') return `commit in phase "${this.#phase}"`;
    this.#phase = 'deciding';
    this.#height! += 1n;
    return undefined;
  }
}
