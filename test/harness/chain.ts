import type * as abci from 'cosmjs-types/tendermint/abci/types';
import {
  CheckTxType,
  ResponseProcessProposal_ProposalStatus as Status,
  ResponseVerifyVoteExtension_VerifyStatus as Vote,
} from 'cosmjs-types/tendermint/abci/types';
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import {
  BaseAccount,
  QueryAccountRequest,
  QueryAccountResponse,
} from '../../proto/gen/cosmos.auth.v1beta1.ts';
import type { Codec } from '../../proto/codec.ts';
import type { App } from '../../app/chain/app.ts';
import { timeMsOf } from '../../app/chain/abciValues.ts';
import type { Registry } from '../../app/runtime/registry.ts';
import { buildGenesis } from '../../app/chain/genesis.ts';
import type { GenesisOptions } from '../../app/chain/genesis.ts';
import { compareBytes } from '../../app/lib/bytes.ts';
import { consensusAddress } from '../../app/modules/staking/index.ts';
import { extensionSignBytes } from '../../app/modules/oracle/votes/verifySignature.ts';
import { UserKey, ValidatorKey } from './keys.ts';
import type { AnyMsg, TxOptions } from './keys.ts';
import type { ChainObserver } from './chainObserver.ts';
import { asGiven } from './asGiven.ts';
import { Comparison } from './compare.ts';
import { commitOf, timestamp } from './engineValues.ts';
import { TestNode } from './node.ts';
import { reportOf } from './reports.ts';
import type { MarketView } from './reports.ts';
import { sameAnswer } from './sameAnswer.ts';

export const CHAIN_ID = 'tenor-test-1';
const POWER = 100n;
const COINS = [
  { denom: 'utenor', amount: '10000000000' },
  { denom: 'uusd', amount: '1000000000000' },
];
const START_MS = Date.UTC(2026, 10, 23, 6, 0, 0);

interface Validator {
  readonly key: ValidatorKey;
  readonly address: Uint8Array;
  /** In the set that signs the next block; 0 outside of it. */
  power: bigint;
}

export interface ChainOptions {
  readonly startMs?: number;
  readonly preset?: GenesisOptions['preset'];
  readonly users?: readonly string[];
  /** Adjusts the genesis state before the chain starts. */
  readonly genesis?: (state: Record<string, unknown>) => void;
  readonly observe?: ChainObserver;
  /** What an export begins with, in place of a genesis of its own. */
  readonly from?: abci.RequestInitChain;
  /** Only the node that sees everything, without invariants: where costs are measured. */
  readonly alone?: boolean;
}

export interface BlockOptions {
  readonly txs?: readonly Uint8Array[];
  /** They passed CheckTx before. */
  readonly unchecked?: boolean;
  /** Milliseconds since the block before. */
  readonly afterMs?: number;
  /** A validator's own report in place of what the market shows; null for an empty one. */
  readonly reports?: ReadonlyMap<number, Uint8Array | null>;
  /** Extensions of validators whose vote came too late to be verified: any bytes. */
  readonly late?: ReadonlyMap<number, Uint8Array>;
  /** Validators whose vote is missing. */
  readonly absent?: ReadonlySet<number>;
}

/**
 * Four validators' applications driven as the engine drives them, in one process: the first sees
 * CheckTx, proposals and votes; the second only decided blocks; the third is restarted from disk at
 * every height; the fourth is now and then replaced by one restored from a snapshot, which must be
 * the same on all. All app hashes must agree at every height. The first feeds a read side, which
 * must have the same state.
 */
export class TestChain {
  readonly users = new Map<string, UserKey>();
  readonly validators: Validator[];
  readonly authority = new UserKey('authority');
  market: MarketView = { btc: 64_000, eth: 3_200, vol: 0.6 };
  height = 0;
  /** Every block that was decided, as the engine gives it to the applications. */
  readonly decided: abci.RequestFinalizeBlock[] = [];
  timeMs: number;
  lastCommit: abci.ExtendedCommitInfo = { round: 0, votes: [] };
  readonly #options: ChainOptions;
  readonly #nodes: TestNode[] = [];
  readonly #comparison = new Comparison(this.#nodes);

  private constructor(options: ChainOptions) {
    this.#options = options;
    this.timeMs = options.startMs ?? START_MS;
    this.validators = [0, 1, 2, 3]
      .map((i) => new ValidatorKey(`validator${i}`))
      .map((key) => ({ key, address: consensusAddress(key.pubkey), power: POWER }))
      .sort((a, b) => compareBytes(a.address, b.address));
  }

  static async start(options: ChainOptions = {}): Promise<TestChain> {
    const chain = new TestChain(options);
    for (const name of options.users ?? ['alice', 'bob', 'carol']) {
      chain.users.set(name, new UserKey(name));
    }
    const isAlone = options.alone === true;
    const nodes = isAlone ? 1 : 4;
    for (let i = 0; i < nodes; i++) chain.#nodes.push(await TestNode.create(!isAlone));
    const init = options.from ?? chain.initChain();
    chain.height = Number(init.initialHeight) - 1;
    chain.timeMs = timeMsOf(init.time);
    options.observe?.initChain(init);
    for (const node of chain.#nodes) node.app.initChain(init);
    return chain;
  }

  /** The node that sees everything. */
  get node(): TestNode {
    return this.#nodes[0]!;
  }

  get nodes(): readonly TestNode[] {
    return this.#nodes;
  }

  /** What the engine starts the chain with. */
  initChain(): abci.RequestInitChain {
    const people = [...this.users.values(), this.authority];
    const state = buildGenesis({
      chainId: CHAIN_ID,
      genesisTimeMs: this.timeMs,
      preset: this.#options.preset ?? 'default',
      authority: this.authority.address,
      accounts: people.map(({ address }) => ({ address, coins: COINS })),
      validators: this.validators.map(({ key }, i) => ({
        pubkey: key.pubkey,
        power: POWER,
        moniker: `validator${i}`,
        operator: this.authority.address,
      })),
    });
    this.#options.genesis?.(state);
    return {
      time: timestamp(this.timeMs),
      chainId: CHAIN_ID,
      validators: this.validators.map(({ key }) => ({
        pubKey: { ed25519: key.pubkey },
        power: POWER,
      })),
      consensusParams: { abci: { voteExtensionsEnableHeight: 1n } },
      appStateBytes: Buffer.from(JSON.stringify(state)),
      initialHeight: 1n,
    };
  }

  /**
   * A block through every step of consensus; its results, the injected votes' own first, then in
   * the order in which its transactions were given. Those of `decided` are in the block's own.
   */
  async block(options: BlockOptions = {}): Promise<abci.ResponseFinalizeBlock> {
    const { app } = this.node;
    this.height++;
    this.timeMs += options.afterMs ?? 1_000;
    const { txs: given = [], unchecked = false } = options;
    for (const tx of unchecked ? [] : given) app.checkTx({ tx, type: CheckTxType.NEW });
    const common = {
      height: BigInt(this.height),
      time: timestamp(this.timeMs),
      misbehavior: [],
      nextValidatorsHash: new Uint8Array(32),
      proposerAddress: this.validators[this.height % 4]!.address,
    };
    const { txs } = app.prepareProposal({
      ...common,
      maxTxBytes: 4_000_000n,
      txs: [...given],
      localLastCommit: this.lastCommit,
    });
    const proposedLastCommit = commitOf(this.lastCommit);
    const hash = new Uint8Array(32).fill(this.height & 255);
    const process = { ...common, txs, proposedLastCommit, hash };
    const { status } = app.processProposal(process);
    if (status !== Status.ACCEPT) throw new Error('the proposal was rejected');
    this.lastCommit = this.#vote(options);
    const decided = { ...common, txs, decidedLastCommit: proposedLastCommit, hash };
    this.decided.push(decided);
    return asGiven(await this.#decide(decided), txs, given);
  }

  /** Another program takes over on every node, and executes the block that was just decided. */
  async switchTo(modules: () => Registry): Promise<abci.ResponseFinalizeBlock> {
    for (const node of this.#nodes) await node.restart(modules);
    return this.#decide(this.decided.at(-1)!);
  }

  async #decide(request: abci.RequestFinalizeBlock): Promise<abci.ResponseFinalizeBlock> {
    const answers = [];
    for (const node of this.#nodes) {
      answers.push(node.app.finalizeBlock(request));
      await node.app.commit();
    }
    if (this.#options.alone !== true) await this.#comparison.compare(this.height);
    const [first, ...others] = answers;
    for (const [i, other] of others.entries()) {
      if (!sameAnswer(first!, other)) throw new Error(`node ${i + 1} differs at ${this.height}`);
    }
    for (const node of this.#nodes) {
      if (node.log.errors.length > 0) throw new Error(JSON.stringify(node.log.errors[0]));
    }
    this.#options.observe?.decided(request, first!);
    return first!;
  }

  /** Every validator's vote for the block just proposed, with a signed extension. */
  #vote({ reports, late, absent }: BlockOptions): abci.ExtendedCommitInfo {
    const { app } = this.node;
    const honest = reportOf(this.market, this.timeMs);
    const set = this.validators.filter(({ power }) => power > 0n);
    const votes = set.map(({ key, address, power }, i) => {
      const validator = { address, power };
      if (absent?.has(i) === true) {
        const flag = BlockIDFlag.BLOCK_ID_FLAG_ABSENT;
        const none = new Uint8Array(0);
        return { validator, voteExtension: none, extensionSignature: none, blockIdFlag: flag };
      }
      const own = reports?.get(i);
      this.node.report = own === undefined ? honest : own;
      const voteExtension = late?.get(i) ?? this.#extend(app, address);
      const bytes = extensionSignBytes(voteExtension, this.height, 0, CHAIN_ID);
      return {
        validator,
        voteExtension,
        extensionSignature: key.sign(bytes),
        blockIdFlag: BlockIDFlag.BLOCK_ID_FLAG_COMMIT,
      };
    });
    return { round: 0, votes };
  }

  /** An extension as an honest validator makes it, which all others must accept. */
  #extend(app: App, validatorAddress: Uint8Array): Uint8Array {
    const height = BigInt(this.height);
    const hash = new Uint8Array(32);
    const { voteExtension } = app.extendVote({
      hash,
      height,
      time: timestamp(this.timeMs),
      txs: [],
      proposedLastCommit: { round: 0, votes: [] },
      misbehavior: [],
      nextValidatorsHash: new Uint8Array(32),
      proposerAddress: validatorAddress,
    });
    const { status } = app.verifyVoteExtension({ hash, height, validatorAddress, voteExtension });
    if (status !== Vote.ACCEPT) throw new Error('an honest extension was rejected');
    return voteExtension;
  }

  /** Blocks without transactions until a condition holds. */
  async until(holds: () => boolean, afterMs = 1_000, limit = 500): Promise<void> {
    for (let i = 0; !holds(); i++) {
      if (i === limit) throw new Error(`not within ${limit} blocks`);
      await this.block({ afterMs });
    }
  }

  /** Asks the first node's last state. @throws Error with code and log of a refusal */
  query<Q, R>(path: string, request: Codec<Q>, response: Codec<R>, message: Q): R {
    const answer = this.node.app.answer(path, request.encode(message), 0);
    if (answer.code !== 0) throw new Error(`${answer.codespace}/${answer.code}: ${answer.log}`);
    return response.decode(answer.value);
  }

  /** A transaction signed with the account's state after the last block. */
  sign(user: UserKey, msgs: readonly AnyMsg[], options: Partial<TxOptions> = {}): Uint8Array {
    const { account } = this.query(
      '/cosmos.auth.v1beta1.Query/Account',
      QueryAccountRequest,
      QueryAccountResponse,
      { address: user.address },
    );
    const { accountNumber, sequence } = BaseAccount.decode(account!.value);
    return user.signTx(msgs, { chainId: CHAIN_ID, accountNumber, sequence, ...options });
  }

  user(name: string): UserKey {
    const user = this.users.get(name);
    if (user === undefined) throw new Error(`no user ${name}`);
    return user;
  }

  async close(): Promise<void> {
    this.#comparison.close();
    for (const node of this.#nodes) await node.close();
  }
}
