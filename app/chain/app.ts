import type * as abci from 'cosmjs-types/tendermint/abci/types';
import type { AbciApplication } from '../abci/application.ts';
import { assert } from '../lib/assert.ts';
import type { Binary } from '../lib/bytes.ts';
import { AbciQuery, directRoute } from './abciQuery.ts';
import type { QueryRoute } from './abciQuery.ts';
import { Answers } from './answers.ts';
import { executeBlock } from './block.ts';
import { initGenesis } from './genesisState.ts';
import { brokenInvariant } from './invariants.ts';
import type { AppLogger } from './logger.ts';
import { Mempool } from './mempool/mempool.ts';
import { Proposals } from './proposals.ts';
import type { Answer } from './queries.ts';
import { timeMsOf, toTxResult } from './abciValues.ts';
import { viewOf } from '../runtime/context.ts';
import type { BlockHeader, View } from '../runtime/context.ts';
import type { AntePorts } from '../runtime/ante.ts';
import type { Registry } from '../runtime/registry.ts';
import type { Executed } from './replica/executed.ts';
import type { Snapshots } from './snapshots.ts';
import { appVersionOf } from '../runtime/upgrade/index.ts';
import { checkProgram, stateAhead } from './stateAhead.ts';
import { Transactions } from './transactions.ts';
import { State } from '../store/state.ts';
import type { Store, Version } from '../store/store.ts';

export interface AppOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly ports: AntePorts;
  readonly logger: AppLogger;
  /** The feeder's last report when it is young enough, else null. May differ from node to node. */
  readonly report: () => Uint8Array | null;
  /** Unix ms on this machine: only what it proposes may depend on it. Without one it does not. */
  readonly clock?: () => number;
  /** Told of each proposal made here that takes cancels only. */
  readonly onCancelsOnly?: () => void;
  /** Checks every invariant after every block; a broken one stops the node. */
  readonly checkInvariants: boolean;
  readonly snapshots: Snapshots;
  /** Blocks that the engine keeps; 0 for all. */
  readonly retainBlocks: number;
  /** Where queries are answered; here unless told. */
  readonly queryRoute?: QueryRoute;
}

/** A state that no restart mends: the supervisor must not try again. */
export class BrokenState extends Error {}

const NO_BYTES = new Uint8Array(0);

/** The ABCI calls, in the order CometBFT makes them. */
export class App implements AbciApplication {
  readonly #o: AppOptions;
  readonly #txs: Transactions;
  readonly #proposals: Proposals;
  readonly #mempool: Mempool;
  /** Of the block that is being executed. */
  #hashes: readonly Binary[] = [];
  readonly #answers: Answers;
  readonly #queries: AbciQuery;
  #chainId = '';
  /** What proposals are judged by: the state that the next block begins with. */
  #ahead = new State();

  constructor(options: AppOptions) {
    this.#o = options;
    this.#txs = new Transactions({ ...options, router: options.registry.router });
    this.#mempool = new Mempool({
      ...options,
      transactions: this.#txs,
      header: () => this.#nextHeader(),
    });
    this.#proposals = new Proposals({
      ...options,
      header: (height, timeMs) => this.#header(height, timeMs),
      state: () => this.#ahead,
      read: this.#txs.read,
    });
    const { store } = options;
    const at = (height: number) => store.at(height);
    this.#answers = new Answers({ registry: options.registry, transactions: this.#txs, at });
    const route = options.queryRoute ?? directRoute;
    this.#queries = new AbciQuery({ ...options, answers: this.#answers, route });
    this.#resume();
  }

  /**
   * Takes on what the store has, at start and once a snapshot was restored.
   * @throws WrongProgram when that is another program's
   */
  #resume(): void {
    const { committed } = this.#o.store;
    this.#chainId = committed?.chainId ?? '';
    if (committed !== undefined) checkProgram(this.#o.registry, committed);
    this.#ahead = committed === undefined ? new State() : stateAhead(this.#o.registry, committed);
    this.#mempool.reset(this.#ahead);
  }

  info(): abci.ResponseInfo {
    const { committed } = this.#o.store;
    return {
      data: 'tenor',
      version: '0.1.0',
      appVersion: committed === undefined ? 1n : appVersionOf(this.#viewOf(committed)),
      lastBlockHeight: BigInt(committed?.height ?? 0),
      lastBlockAppHash: committed?.appHash ?? NO_BYTES,
    };
  }

  initChain(request: abci.RequestInitChain): abci.ResponseInitChain {
    const { store, registry } = this.#o;
    assert(store.committed === undefined, 'InitChain on a chain that has blocks');
    this.#chainId = request.chainId;
    const ctx = initGenesis(registry, store.working, request);
    this.#ahead = store.working.fork();
    this.#mempool.reset(this.#ahead);
    const version = { app: appVersionOf(ctx) };
    return { appHash: store.appHash(), validators: [], consensusParams: { version } };
  }

  /** The engine needs no events here. */
  checkTx(request: abci.RequestCheckTx): abci.ResponseCheckTx {
    return toTxResult({ ...this.#mempool.check(request.tx, request.type), events: [] });
  }

  prepareProposal(request: abci.RequestPrepareProposal): abci.ResponsePrepareProposal {
    return this.#proposals.prepare(request);
  }

  processProposal(request: abci.RequestProcessProposal): abci.ResponseProcessProposal {
    return this.#proposals.process(request);
  }

  extendVote(request: abci.RequestExtendVote): abci.ResponseExtendVote {
    return this.#proposals.extendVote(request);
  }

  verifyVoteExtension(request: abci.RequestVerifyVoteExtension): abci.ResponseVerifyVoteExtension {
    return this.#proposals.verifyVoteExtension(request);
  }

  finalizeBlock(request: abci.RequestFinalizeBlock): abci.ResponseFinalizeBlock {
    const { store, registry, checkInvariants } = this.#o;
    if (store.isSealed) {
      throw new Error('a block came before the one before was committed: restart both');
    }
    const header: BlockHeader = {
      ...this.#header(Number(request.height), timeMsOf(request.time)),
      proposer: request.proposerAddress,
      hash: request.hash,
    };
    const block = executeBlock(registry, store.working, header, request.txs, {
      read: this.#txs.take,
      execute: (read, spareGas) =>
        this.#txs.execute(store.working, header, read, 'deliver', spareGas),
    });
    this.#hashes = block.hashes;
    const { results, events, eventsBefore } = block;
    const executed: Executed = { txs: request.txs, results, events, eventsBefore };
    const appHash = store.seal(header, executed);
    if (checkInvariants) this.#checkInvariants(header);
    return {
      events: [...events],
      txResults: results.map((result) => toTxResult(result)),
      validatorUpdates: block.updates.map(({ pubkey, power }) => ({
        pubKey: { ed25519: pubkey },
        power,
      })),
      appHash,
      ...(block.appVersion === undefined
        ? {}
        : { consensusParamUpdates: { version: { app: block.appVersion } } }),
    };
  }

  #checkInvariants(header: BlockHeader): void {
    const broken = brokenInvariant(this.#o.registry, viewOf(this.#o.store.working, header));
    if (broken !== null) throw new BrokenState(`height ${header.height}: ${broken}`);
  }

  /** Answers once the block is durable; only then do readers and CheckTx see it. */
  commit(): Promise<abci.ResponseCommit> {
    return this.#o.store.commit().then((version) => {
      this.#ahead = stateAhead(this.#o.registry, version);
      this.#mempool.committed(this.#ahead, this.#hashes);
      this.#o.snapshots.committed(version);
      const { retainBlocks } = this.#o;
      const oldest = retainBlocks === 0 ? 0 : Math.max(0, version.height - retainBlocks + 1);
      return { retainHeight: BigInt(oldest) };
    });
  }

  query(request: abci.RequestQuery): abci.ResponseQuery | Promise<abci.ResponseQuery> {
    return this.#queries.query(request);
  }

  /** Answers here and now: a query path, its request's bytes, and a height (0: the last). */
  answer(path: string, data: Uint8Array, height: number): Answer {
    return this.#answers.answer(path, data, height);
  }

  listSnapshots(): abci.ResponseListSnapshots {
    return this.#o.snapshots.list();
  }

  loadSnapshotChunk(
    request: abci.RequestLoadSnapshotChunk,
  ): Promise<abci.ResponseLoadSnapshotChunk> {
    return this.#o.snapshots.load(request);
  }

  offerSnapshot(request: abci.RequestOfferSnapshot): Promise<abci.ResponseOfferSnapshot> {
    return this.#o.snapshots.offer(request);
  }

  applySnapshotChunk(
    request: abci.RequestApplySnapshotChunk,
  ): Promise<abci.ResponseApplySnapshotChunk> {
    return this.#o.snapshots.apply(request).then((answer) => {
      this.#resume();
      return answer;
    });
  }

  #viewOf({ height, timeMs, state }: Version): View {
    return viewOf(state, this.#header(height, timeMs));
  }

  /** Of the block after the last one, as far as it is known. */
  #nextHeader(): BlockHeader {
    const { committed } = this.#o.store;
    return this.#header((committed?.height ?? 0) + 1, committed?.timeMs ?? 0);
  }

  #header(height: number, timeMs: number): BlockHeader {
    return { chainId: this.#chainId, height, timeMs, proposer: NO_BYTES };
  }
}
