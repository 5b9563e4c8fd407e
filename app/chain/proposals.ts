import type * as abci from 'cosmjs-types/tendermint/abci/types';
import {
  ResponseProcessProposal_ProposalStatus as Proposal,
  ResponseVerifyVoteExtension_VerifyStatus as Vote,
} from 'cosmjs-types/tendermint/abci/types';
import { framedSize, timeMsOf } from './abciValues.ts';
import { viewOf } from '../runtime/context.ts';
import type { BlockHeader, View } from '../runtime/context.ts';
import type { Registry } from '../runtime/registry.ts';
import { INJECTED_MAGIC } from '../runtime/tx.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

export interface ProposalsOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly logger: { warn(fields: object, message: string): void };
  /** The feeder's last report when it is young enough, else null. */
  readonly report: () => Uint8Array | null;
  readonly header: (height: number, timeMs: number) => BlockHeader;
  /** What the block being decided begins with. */
  readonly state: () => State;
}

/** The calls of a round: what goes into a block, whether a block is right, and what is voted. */
export class Proposals {
  readonly #o: ProposalsOptions;

  constructor(options: ProposalsOptions) {
    this.#o = options;
  }

  /** Takes the mempool's transactions in its order, after the votes of the last commit. */
  prepare(request: abci.RequestPrepareProposal): abci.ResponsePrepareProposal {
    const view = this.#view(request.height, request.time);
    const txs: Uint8Array[] = [];
    if (request.localLastCommit.votes.length > 0) {
      txs.push(this.#o.registry.votes.inject(view, request.localLastCommit));
    }
    let bytes = txs.reduce((sum, tx) => sum + framedSize(tx), 0);
    for (const tx of request.txs) {
      if (tx[0] === INJECTED_MAGIC) continue;
      bytes += framedSize(tx);
      if (bytes > Number(request.maxTxBytes)) break;
      txs.push(tx);
    }
    return { txs };
  }

  process(request: abci.RequestProcessProposal): abci.ResponseProcessProposal {
    const wrong = this.#judge(request);
    if (wrong !== null) {
      const proposer = Buffer.from(request.proposerAddress).toString('hex');
      this.#o.logger.warn({ height: Number(request.height), proposer, wrong }, 'proposal rejected');
    }
    return { status: wrong === null ? Proposal.ACCEPT : Proposal.REJECT };
  }

  #judge(request: abci.RequestProcessProposal): string | null {
    const view = this.#view(request.height, request.time);
    const wrong = this.#o.registry.votes.check(view, request.txs[0], request.proposedLastCommit);
    if (wrong !== null) return wrong;
    const second = request.txs.findIndex((tx, i) => i > 0 && tx[0] === INJECTED_MAGIC);
    return second === -1 ? null : `transaction ${second} has the bytes of an injection`;
  }

  extendVote(request: abci.RequestExtendVote): abci.ResponseExtendVote {
    const view = this.#view(request.height, request.time);
    return { voteExtension: this.#o.registry.votes.extend(view, this.#o.report()) };
  }

  verifyVoteExtension(request: abci.RequestVerifyVoteExtension): abci.ResponseVerifyVoteExtension {
    const view = this.#view(request.height, undefined);
    const valid = this.#o.registry.votes.verify(view, request.voteExtension);
    return { status: valid ? Vote.ACCEPT : Vote.REJECT };
  }

  /** What the block being decided begins with, and its header. */
  #view(height: bigint, time: abci.RequestPrepareProposal['time'] | undefined): View {
    const timeMs = time === undefined ? (this.#o.store.committed?.timeMs ?? 0) : timeMsOf(time);
    return viewOf(this.#o.state(), this.#o.header(Number(height), timeMs));
  }
}
