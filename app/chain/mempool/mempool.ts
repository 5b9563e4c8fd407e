import { CheckTxType } from 'cosmjs-types/tendermint/abci/types';
import type { Params } from '../../../proto/gen/tenor.runtime.v1.ts';
import { defined } from '../../lib/assert.ts';
import type { Binary } from '../../lib/bytes.ts';
import { checkTimeouts } from '../../runtime/ante.ts';
import { drawOf, gasWantedOf } from '../../runtime/allowance.ts';
import type { Charge } from '../../runtime/allowance.ts';
import type { AntePorts } from '../../runtime/ante.ts';
import { Ctx } from '../../runtime/context.ts';
import type { BlockHeader } from '../../runtime/context.ts';
import { Reject, runtimeErrors } from '../../runtime/errors.ts';
import { refusedTx } from '../../runtime/execute.ts';
import type { TxResult } from '../../runtime/execute.ts';
import { parseFee } from '../../runtime/fee.ts';
import { isReadable } from '../../runtime/readTx.ts';
import { runtimeParams } from '../../runtime/runtimeParams.ts';
import { partiesOf, sequencesOf } from '../../runtime/tx.ts';
import type { Tx } from '../../runtime/tx.ts';
import { State } from '../../store/state.ts';
import type { AppLogger } from '../logger.ts';
import type { Transactions } from '../transactions.ts';
import { Waiting } from './waiting.ts';
import type { Claim } from './waiting.ts';

export interface MempoolOptions {
  readonly transactions: Transactions;
  readonly ports: AntePorts;
  readonly logger: AppLogger;
  /** Of the block that transactions are checked for. */
  readonly header: () => BlockHeader;
}

/**
 * A waiting transaction this many blocks old gives way to another one with its sequence: the engine
 * may have dropped it, and says so to nobody.
 */
const STALE_BLOCKS = 20;

const WAITS: TxResult = {
  ...{ code: 0, codespace: '', log: '', data: new Uint8Array(0) },
  ...{ gasWanted: 0, gasUsed: 0, events: [] },
};

/**
 * Judges transactions before they wait in the engine's mempool. It runs on a state of its own: what
 * the next block begins with, less what waiting transactions claim. The claims of an account are
 * laid on that state when it is first asked about after a block, all in one: so the engine need not
 * send what waits through CheckTx again, and a sender goes on where its last transaction ended.
 */
export class Mempool {
  readonly #o: MempoolOptions;
  readonly #waiting: Waiting;
  #state = new State();
  /** Accounts whose claims lie on the state, with why they can take no more. */
  readonly #claimed = new Map<string, Reject | null>();

  constructor(options: MempoolOptions, waiting = new Waiting()) {
    this.#o = options;
    this.#waiting = waiting;
  }

  /** Begins anew, with nothing that waits. @param state what the next block begins with */
  reset(state: State): void {
    this.#waiting.clear();
    this.#show(state);
  }

  #show(state: State): void {
    this.#state = state.fork();
    this.#claimed.clear();
  }

  /** A block with these transactions was committed. @param state what the next one begins with */
  committed(state: State, hashes: readonly Binary[]): void {
    this.#show(state);
    const ctx = new Ctx(this.#state, this.#o.header());
    for (const hash of hashes) {
      const claim = this.#waiting.get(hash);
      if (claim === undefined) continue;
      this.#waiting.remove(hash);
      for (const [address, own] of claim.sequences ?? []) {
        const { sequence } = defined(this.#o.ports.account(ctx, address), 'a signer');
        // It was refused before it ran: those that follow it will be, too.
        if (sequence <= own) this.#waiting.forgetFrom(address, own);
      }
    }
  }

  /** A fault here touches no committed state: it is a refusal. */
  check(bytes: Uint8Array, type: CheckTxType): TxResult {
    const start = this.#state.mark();
    try {
      return this.#check(bytes, type);
    } catch (error) {
      this.#state.rollback(start);
      this.#claimed.clear();
      const tx = Buffer.from(bytes).toString('base64');
      this.#o.logger.error({ err: error, tx }, 'CheckTx failed');
      return refusedTx(runtimeErrors.internal('an internal fault: please report it'));
    }
  }

  #check(bytes: Uint8Array, type: CheckTxType): TxResult {
    const ctx = new Ctx(this.#state, this.#o.header());
    const params = runtimeParams.get(ctx);
    const read = this.#o.transactions.read(bytes, params);
    const mode = type === CheckTxType.RECHECK ? 'recheck' : 'check';
    if (!isReadable(read)) return this.#o.transactions.execute(this.#state, ctx.header, read, mode);
    const claim = this.#waiting.get(read.hash);
    if (claim !== undefined) {
      const again = this.#again(ctx, claim, read.content, params);
      if (again !== undefined) return again;
    }
    for (const address of partiesOf(read.content)) {
      const refused = this.#lay(ctx, address);
      if (refused !== null) return refusedTx(refused);
      this.#giveWay(ctx, address, read.content);
    }
    const result = this.#o.transactions.execute(this.#state, ctx.header, read, mode);
    if (result.charge !== undefined) {
      this.#claim(ctx, read.hash, read.content, params, result.charge);
    }
    return result;
  }

  /** What waits already may go on waiting, unless its time or its turn has passed. */
  #again(ctx: Ctx, { sequences, hash }: Claim, tx: Tx, params: Params): TxResult | undefined {
    for (const [address, own] of sequences ?? []) {
      const { sequence } = defined(this.#o.ports.account(ctx, address), 'a signer');
      if (this.#claimed.has(address) || own >= sequence) continue;
      this.#waiting.remove(hash);
      return undefined;
    }
    try {
      checkTimeouts(ctx, tx, params);
    } catch (error) {
      if (!(error instanceof Reject)) throw error;
      for (const [address, own] of sequences ?? []) this.#forgetFrom(ctx, address, own);
      this.#waiting.remove(hash);
      return refusedTx(error);
    }
    return { ...WAITS, gasWanted: gasWantedOf(tx) };
  }

  /** Lays the claims of an account on the state, once a block. */
  #lay(ctx: Ctx, address: string): Reject | null {
    const known = this.#claimed.get(address);
    if (known !== undefined) return known;
    const refused = this.#layNow(ctx, address);
    this.#claimed.set(address, refused);
    return refused;
  }

  #layNow(ctx: Ctx, address: string): Reject | null {
    const { ports } = this.#o;
    const account = ports.account(ctx, address);
    if (account === undefined) return null;
    this.#waiting.advance(address, account.sequence);
    const waiting = this.#waiting.account(address);
    if (waiting === undefined) return null;
    const { draw, fees, after } = waiting;
    // What waits may be too much by now: then nothing more is free, but cancels and fees go on.
    if (draw.actions + draw.cancels > 0) ports.takeAllowance(ctx, address, draw);
    try {
      for (const [denom, amount] of fees) ports.payFee(ctx, address, denom, amount);
    } catch (error) {
      if (error instanceof Reject) return error;
      throw error;
    }
    if (after !== undefined && after.sequence > account.sequence) ports.saveAccount(ctx, after);
    return null;
  }

  /** What has waited for too long gives way to another transaction with its sequence. */
  #giveWay(ctx: Ctx, address: string, tx: Tx): void {
    const sequence = sequencesOf(tx)?.get(address);
    const waiting = this.#waiting.account(address);
    if (sequence === undefined || waiting?.after === undefined) return;
    if (waiting.after.sequence <= sequence) return;
    for (const { sequences, height } of waiting.claims.values()) {
      if (sequences?.get(address) !== sequence) continue;
      if (ctx.header.height - height < STALE_BLOCKS) return;
      this.#forgetFrom(ctx, address, sequence);
      return;
    }
  }

  /** The account goes on at a sequence at which something waited, also on the state. */
  #forgetFrom(ctx: Ctx, address: string, sequence: bigint): void {
    this.#waiting.forgetFrom(address, sequence);
    const account = defined(this.#o.ports.account(ctx, address), 'a signer');
    if (account.sequence > sequence) this.#o.ports.saveAccount(ctx, { ...account, sequence });
  }

  #claim(ctx: Ctx, hash: Binary, tx: Tx, params: Params, charge: Charge): void {
    const { signers, authInfo } = tx;
    const parties = partiesOf(tx);
    const isPaid = charge === 'fee';
    const fee = isPaid ? parseFee(authInfo.fee, params) : undefined;
    const claim: Claim = {
      ...{ hash, signers: parties, sequences: sequencesOf(tx), height: ctx.header.height },
      draws: isPaid ? undefined : new Map(signers.map((s) => [s, drawOf(tx, s)] as const)),
      fee: fee !== undefined && fee.amount > 0n ? fee : undefined,
    };
    const after = parties.map((address) =>
      defined(this.#o.ports.account(ctx, address), 'a signer'),
    );
    this.#waiting.add(claim, after);
  }
}
