import type * as abci from 'cosmjs-types/tendermint/abci/types';
import {
  ResponseProcessProposal_ProposalStatus as Proposal,
  ResponseVerifyVoteExtension_VerifyStatus as Vote,
} from 'cosmjs-types/tendermint/abci/types';
import type { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import { framedSize, timeMsOf } from './abciValues.ts';
import { firstOutOfOrder, orderTxs } from './blockOrder.ts';
import type { Lottery } from './blockOrder.ts';
import { BlockRoom, firstWithoutRoom } from './blockRoom.ts';
import { FirstAfterStop } from './firstAfterStop.ts';
import { cancelsAmong, selectTxs } from './selectTxs.ts';
import { viewOf } from '../runtime/context.ts';
import type { BlockHeader, View } from '../runtime/context.ts';
import type { ReadTx } from '../runtime/readTx.ts';
import type { AntePorts } from '../runtime/ante.ts';
import { orderSeed } from '../runtime/lastBlock.ts';
import { runtimeParams } from '../runtime/runtimeParams.ts';
import type { Registry } from '../runtime/registry.ts';
import { INJECTED_MAGIC } from '../runtime/tx.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

export interface ProposalsOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly ports: Pick<AntePorts, 'hasPlace'>;
  readonly logger: { warn(fields: object, message: string): void };
  /** The feeder's last report when it is young enough, else null. */
  readonly report: () => Uint8Array | null;
  /** Unix ms on this machine, if what it proposes may depend on that. */
  readonly clock?: () => number;
  /** Told of each proposal that takes cancels only. */
  readonly onCancelsOnly?: () => void;
  readonly header: (height: number, timeMs: number) => BlockHeader;
  /** What the block being decided begins with. */
  readonly state: () => State;
  readonly read: (bytes: Uint8Array, params: Params) => ReadTx;
}

/** Waiting transactions that a proposal chooses from. */
const LOOKED_AT = 16_384;

/** The calls of a round: what goes into a block, whether a block is right, and what is voted. */
export class Proposals {
  readonly #o: ProposalsOptions;
  readonly #firstAfterStop: FirstAfterStop | undefined;

  constructor(options: ProposalsOptions) {
    this.#o = options;
    const { clock } = options;
    this.#firstAfterStop = clock && new FirstAfterStop(clock);
  }

  /** What there is room for of the mempool, in its order, after the votes of the last commit. */
  prepare(request: abci.RequestPrepareProposal): abci.ResponsePrepareProposal {
    const view = this.#view(request.height, request.time);
    const txs: Uint8Array[] = [];
    if (request.localLastCommit.votes.length > 0) {
      txs.push(this.#o.registry.votes.inject(view, request.localLastCommit));
    }
    const taken = txs.reduce((sum, tx) => sum + framedSize(tx), 0);
    const params = runtimeParams.get(view);
    const room = new BlockRoom(params, Number(request.maxTxBytes) - taken);
    const read = (tx: Uint8Array) => this.#o.read(tx, params);
    const waiting = request.txs.filter((tx) => tx[0] !== INJECTED_MAGIC);
    // Cancels behind many others are what such a block is for.
    const eligible = this.#isFirstAfterStop(view)
      ? cancelsAmong(waiting.map(read)).slice(0, LOOKED_AT)
      : waiting.slice(0, LOOKED_AT).map(read);
    const selected = orderTxs(selectTxs(eligible, room), this.#lottery(view));
    return { txs: [...txs, ...selected.map(({ bytes }) => bytes)] };
  }

  /** Says so, too: a clock that is ahead has the same effect, once. */
  #isFirstAfterStop({ header: { height, timeMs } }: View): boolean {
    const behindMs = this.#firstAfterStop?.behindMs(height, timeMs) ?? 0;
    if (behindMs === 0) return false;
    const why =
      'this proposal takes cancels only: its time is behind the clock of this machine, so the ' +
      'chain has just stood still, or the clock is ahead (see that it is set by NTP)';
    this.#o.logger.warn({ height, behindMs }, why);
    this.#o.onCancelsOnly?.();
    return true;
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
    this.#firstAfterStop?.saw(view.header.height, view.header.timeMs);
    const wrong = this.#o.registry.votes.check(view, request.txs[0], request.proposedLastCommit);
    if (wrong !== null) return wrong;
    const second = request.txs.findIndex((tx, i) => i > 0 && tx[0] === INJECTED_MAGIC);
    if (second !== -1) return `transaction ${second} has the bytes of an injection`;
    const params = runtimeParams.get(view);
    const first = request.txs[0]?.[0] === INJECTED_MAGIC ? 1 : 0;
    const reads = request.txs.slice(first).map((tx) => this.#o.read(tx, params));
    const over = firstWithoutRoom(reads, params);
    if (over !== -1) return `transaction ${over + first} is more than the block has room for`;
    const misplaced = firstOutOfOrder(reads, this.#lottery(view));
    return misplaced === -1 ? null : `transaction ${misplaced + first} is not where it belongs`;
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

  /** Of the state before the block, which no transaction in it can change any more. */
  #lottery(view: View): Lottery {
    const hasPlace = (owner: string) => this.#o.ports.hasPlace(view, owner);
    return { seed: orderSeed(view), hasPlace };
  }

  /** What the block being decided begins with, and its header. */
  #view(height: bigint, time: abci.RequestPrepareProposal['time'] | undefined): View {
    const timeMs = time === undefined ? (this.#o.store.committed?.timeMs ?? 0) : timeMsOf(time);
    return viewOf(this.#o.state(), this.#o.header(Number(height), timeMs));
  }
}
