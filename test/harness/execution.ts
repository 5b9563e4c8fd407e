import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import type { RequestInitChain } from 'cosmjs-types/tendermint/abci/types';
import { timeMsOf } from '../../app/chain/abciValues.ts';
import { executeBlock } from '../../app/chain/block.ts';
import type { BlockResult } from '../../app/chain/block.ts';
import { buildGenesis } from '../../app/chain/genesis.ts';
import { initGenesis } from '../../app/chain/genesisState.ts';
import { accountOf } from '../../app/modules/auth/index.ts';
import { balanceOf } from '../../app/modules/bank/index.ts';
import { encodeInjection } from '../../app/modules/oracle/votes/inject.ts';
import { consensusAddress } from '../../app/modules/staking/index.ts';
import { antePorts, createRegistry } from '../../app/modules/index.ts';
import { Ctx, viewOf } from '../../app/runtime/context.ts';
import type { BlockHeader, View } from '../../app/runtime/context.ts';
import type { AnteOptions } from '../../app/runtime/ante.ts';
import { runtimeParams } from '../../app/runtime/coreModule.ts';
import { executeTx } from '../../app/runtime/execute.ts';
import type { TxResult } from '../../app/runtime/execute.ts';
import type { ReadTx } from '../../app/runtime/readTx.ts';
import { readTx } from '../../app/runtime/readTx.ts';
import { SignatureChecker } from '../../app/runtime/signature.ts';
import { State } from '../../app/store/state.ts';
import type { Version } from '../../app/store/store.ts';
import type { BaseAccount } from '../../proto/gen/cosmos.auth.v1beta1.ts';
import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import type { Params } from '../../proto/gen/tenor.runtime.v1.ts';
import { CHAIN_ID } from './chain.ts';
import { timestamp } from './engineValues.ts';
import { anyOf, UserKey, ValidatorKey } from './keys.ts';
import type { AnyMsg, TxOptions } from './keys.ts';
import { reportOf } from './reports.ts';
import type { MarketView } from './reports.ts';

const MARKET: MarketView = { btc: 64_000, eth: 3_200, vol: 0.6 };
const START_MS = Date.UTC(2026, 10, 23, 6, 0, 0);
const COINS = [
  { denom: 'utenor', amount: '1000000000' },
  { denom: 'uusd', amount: '1000000000' },
];
const FEE = [{ denom: 'uusd', amount: '1000' }];

/** Transactions on a state in memory: every module's genesis, no disk, no blocks. */
export class Execution {
  readonly registry = createRegistry();
  readonly router = new Map(this.registry.router);
  readonly state = new State();
  readonly alice = new UserKey('alice');
  readonly bob = new UserKey('bob');
  readonly authority = new UserKey('authority');
  readonly validators = [0, 1, 2, 3].map((i) => new ValidatorKey(`validator${i}`));
  readonly assertions: Error[] = [];
  header: BlockHeader = {
    chainId: CHAIN_ID,
    height: 1,
    timeMs: START_MS,
    proposer: new Uint8Array(20),
  };
  readonly #signatures = new SignatureChecker();

  /** All of the last block, its own events included. */
  last: BlockResult | undefined;

  /** `from` starts a chain from a genesis of its own, before its first block. */
  constructor(adjust?: (state: Record<string, unknown>) => void, from?: RequestInitChain) {
    const request = from ?? this.#genesis(adjust);
    this.header = {
      ...this.header,
      height: Number(request.initialHeight) - (from === undefined ? 0 : 1),
      timeMs: timeMsOf(request.time),
    };
    initGenesis(this.registry, this.state, request);
    // The first block has no votes, and leaves what the next ones are told against.
    if (from === undefined) this.registry.votes.apply(this.ctx, undefined);
    this.state.takeChanges();
  }

  #genesis(adjust?: (state: Record<string, unknown>) => void): RequestInitChain {
    const state = buildGenesis({
      chainId: CHAIN_ID,
      genesisTimeMs: START_MS,
      preset: 'default',
      authority: this.authority.address,
      accounts: [this.alice, this.authority].map(({ address }) => ({ address, coins: COINS })),
      validators: this.validators.map(({ pubkey }, i) => ({
        pubkey,
        power: 100n,
        moniker: `validator${i}`,
        operator: this.authority.address,
      })),
    });
    adjust?.(state);
    return {
      time: timestamp(START_MS),
      chainId: CHAIN_ID,
      validators: this.validators.map(({ pubkey }) => ({
        pubKey: { ed25519: pubkey },
        power: 100n,
      })),
      consensusParams: { abci: { voteExtensionsEnableHeight: 1n } },
      appStateBytes: Buffer.from(JSON.stringify(state)),
      initialHeight: 1n,
    };
  }

  get view(): View {
    return viewOf(this.state, this.header);
  }

  get ctx(): Ctx {
    return new Ctx(this.state, this.header);
  }

  /** Time passes, by whole blocks of this length. */
  wait(ms: number, blocks = 1): void {
    const { height, timeMs } = this.header;
    this.header = { ...this.header, height: height + blocks, timeMs: timeMs + ms };
  }

  /** What a reader would have of it after its last block. */
  get version(): Version {
    const { chainId, height, timeMs } = this.header;
    return { chainId, height, timeMs, appHash: new Uint8Array(32), state: this.state };
  }

  /**
   * A block in which every validator reports this market, or none votes when it is null; the
   * results of its transactions.
   */
  block(
    txs: readonly Uint8Array[] = [],
    market: MarketView | null = MARKET,
    afterMs = 1_000,
  ): readonly TxResult[] {
    this.wait(afterMs);
    const execute = {
      read: (bytes: Uint8Array, params: Params) => readTx(bytes, this.router, params),
      execute: (read: ReadTx, spareGas: number) => this.#execute(read, 'deliver', spareGas),
    };
    const all = market === null ? txs : [this.#injection(market), ...txs];
    this.last = executeBlock(this.registry, this.state, this.header, all, execute);
    this.state.takeChanges();
    return this.last.results.slice(all.length - txs.length);
  }

  /** What a validator that sees this market said before the block that is about to be executed. */
  extension(market: MarketView): Uint8Array {
    const header = { ...this.header, height: this.header.height - 1 };
    const report = reportOf(market, header.timeMs);
    return this.registry.votes.extend(viewOf(this.state, header), report);
  }

  #injection(market: MarketView): Uint8Array {
    const votes = this.validators.map(({ pubkey }) => ({
      validator: { address: consensusAddress(pubkey), power: 100n },
      voteExtension: this.extension(market),
      extensionSignature: new Uint8Array(64),
      blockIdFlag: BlockIDFlag.BLOCK_ID_FLAG_COMMIT,
    }));
    return encodeInjection({ round: 0, votes });
  }

  params(changed: Partial<Params>): void {
    runtimeParams.set(this.ctx, { ...runtimeParams.get(this.view), ...changed });
  }

  /** A transaction that would pass, but for what `options` says; it pays 1000 uusd for its gas. */
  sign(user: UserKey, msgs: readonly AnyMsg[], options: Partial<TxOptions> = {}): Uint8Array {
    const account = accountOf(this.view, user.address);
    return user.signTx(msgs, {
      chainId: CHAIN_ID,
      accountNumber: account?.accountNumber ?? 0n,
      sequence: options.unorderedUntilMs === undefined ? (account?.sequence ?? 0n) : 0n,
      gasLimit: 200_000n,
      fee: FEE,
      ...options,
    });
  }

  run(tx: Uint8Array, mode: AnteOptions['mode'] = 'deliver'): TxResult {
    return this.#execute(readTx(tx, this.router, runtimeParams.get(this.view)), mode);
  }

  #execute(read: ReadTx, mode: AnteOptions['mode'], spareGas = Infinity): TxResult {
    return executeTx(this.state, this.header, read, {
      mode,
      ports: antePorts,
      signatures: this.#signatures,
      spareGas,
      params: runtimeParams.get(this.view),
      onAssertion: (error) => this.assertions.push(error),
    });
  }

  /** The code of a transaction that is refused on every path and leaves no trace. */
  refusal(tx: Uint8Array): string {
    const before = this.dump();
    const codes = (['check', 'deliver'] as const).map((mode) => codeOf(this.run(tx, mode)));
    if (this.dump() !== before) throw new Error(`a trace is left of ${codes.join()}`);
    if (this.assertions.length > 0) throw this.assertions[0]!;
    return codes[0] === codes[1] ? codes[0]! : codes.join(' then ');
  }

  balance(user: { readonly address: string }, denom = 'uusd'): bigint {
    return balanceOf(this.view, user.address, denom);
  }

  account(address: string): BaseAccount | undefined {
    return accountOf(this.view, address);
  }

  sequence(user: UserKey): bigint | undefined {
    return this.account(user.address)?.sequence;
  }

  /** Everything that is stored, as text: two equal dumps are equal states. */
  dump(): string {
    const lines: string[] = [];
    for (const { name } of this.registry.modules) {
      let entry = this.state.next(name, '', false, false);
      while (entry !== undefined) {
        const value = JSON.stringify(entry[1], plain);
        lines.push(`${name} ${Buffer.from(entry[0], 'latin1').toString('hex')} ${value}`);
        entry = this.state.next(name, entry[0], false, true);
      }
    }
    return lines.join('\n');
  }
}

/** A value whose fields may have been set in any order, as one text. */
function plain(this: Record<string, unknown>, name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  const given = this[name];
  if (given instanceof Uint8Array) return Buffer.from(given).toString('hex');
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Codespace and code: `/0` for success. */
export const codeOf = ({ codespace, code }: TxResult): string => `${codespace}/${code}`;

interface Party {
  readonly address: string;
}

export function sendMsg(from: Party, to: Party, units = 5n, denom = 'uusd'): AnyMsg {
  const amount = [{ denom, amount: units.toString() }];
  return anyOf(MsgSend, { fromAddress: from.address, toAddress: to.address, amount });
}
