import { AssertionFailure } from '../lib/assert.ts';
import { CodecError } from '../../proto/codec.ts';
import { TxMsgData } from '../../proto/gen/cosmos.base.abci.v1beta1.ts';
import { GasMeter, OutOfGas } from '../lib/gas.ts';
import type { State } from '../store/state.ts';
import { chargeFailures, chargeRefusals, gasWantedOf, isFree } from './allowance.ts';
import type { Charge } from './allowance.ts';
import { anteHandle } from './ante.ts';
import type { AnteOptions } from './ante.ts';
import { Ctx } from './context.ts';
import type { BlockHeader, Event } from './context.ts';
import { Reject, runtimeErrors, sdk } from './errors.ts';
import type { ReadTx } from './readTx.ts';
import { isCancel } from './tx.ts';
import type { Tx } from './tx.ts';

export interface TxResult {
  readonly code: number;
  readonly codespace: string;
  /** For people; not consensus data. */
  readonly log: string;
  /** TxMsgData, or empty. */
  readonly data: Uint8Array;
  readonly gasWanted: number;
  readonly gasUsed: number;
  readonly events: readonly Event[];
  /** What paid, of one that passed its check. */
  readonly charge?: Charge;
}

export interface ExecuteOptions extends AnteOptions {
  /** What exempt messages may use beside what they want. */
  readonly spareGas: number;
  /** Told of failed assertions, with what is needed to replay them. */
  readonly onAssertion: (error: Error, bytes: Uint8Array) => void;
}

/**
 * Runs one transaction on a state. A refusal drops the messages' writes and keeps those of the ante
 * checks; a refusal in the ante checks drops everything. Errors of the host are thrown on.
 */
export function executeTx(
  state: State,
  header: BlockHeader,
  read: ReadTx,
  options: ExecuteOptions,
): TxResult {
  const { bytes, content: tx } = read;
  if (tx instanceof Error) return refusal(tx, bytes, 0, 0, [], options);
  const gasWanted = gasWantedOf(tx);
  const ctx = new Ctx(state, header, new GasMeter(gasLimitOf(tx, gasWanted, options)));
  const start = state.mark();
  let charge: Charge;
  try {
    charge = anteHandle(ctx, tx, options);
  } catch (error) {
    state.rollback(start);
    return refusal(error, bytes, gasWanted, ctx.gas.used, [], options);
  }
  if (options.mode === 'check' || options.mode === 'recheck') {
    return { ...success(new Uint8Array(0), gasWanted, ctx), charge };
  }
  const anteEvents = [...ctx.events];
  const afterAnte = state.mark();
  try {
    const { data, log } = runMsgs(ctx, tx);
    if (charge === 'allowance') chargeRefusals(ctx.unmetered(), tx, ctx.refusals, options.ports);
    return { ...success(data, gasWanted, ctx), log };
  } catch (error) {
    state.rollback(afterAnte);
    if (charge === 'allowance') chargeFailures(ctx.unmetered(), tx, options.ports);
    return refusal(error, bytes, gasWanted, ctx.gas.used, anteEvents, options);
  }
}

/** A block has something to spare for exempt messages, and for cancels whatever they need. */
function gasLimitOf(tx: Tx, gasWanted: number, { mode, params, spareGas }: ExecuteOptions): number {
  const most = Number(params.maxTxGas);
  if (mode === 'simulate') return most;
  if (!isFree(tx)) return gasWanted;
  return isCancel(tx) ? most : Math.min(most, gasWanted + spareGas);
}

/** The log has a line for each action that was refused alone: `0.17 clob/3 and a sentence`. */
function runMsgs(ctx: Ctx, tx: Tx): { data: Uint8Array; log: string } {
  const log: string[] = [];
  const msgResponses = tx.msgs.map(({ typeUrl, msg, handler }, i) => {
    const first = ctx.events.length;
    const firstRefusal = ctx.refusals.length;
    const sender = handler.signer(msg);
    const module = typeUrl.split('.')[1] ?? '';
    ctx.emit('message', { action: typeUrl, sender, module }, ['action', 'sender']);
    const value = handler.execute(ctx, msg);
    const index = { key: 'msg_index', value: String(i), index: false };
    for (const { index: action, error } of ctx.refusals.slice(firstRefusal)) {
      log.push(`${i}.${action} ${error.codespace}/${error.code} ${error.message}`);
    }
    for (let e = first; e < ctx.events.length; e++) ctx.events[e]!.attributes.push(index);
    return { typeUrl: handler.responseTypeUrl, value };
  });
  return { data: TxMsgData.encode({ msgResponses }), log: log.join('\n') };
}

function success(data: Uint8Array, gasWanted: number, ctx: Ctx): TxResult {
  const { events } = ctx;
  return { code: 0, codespace: '', log: '', data, gasWanted, gasUsed: ctx.gas.used, events };
}

/** A refusal as a result; anything that is not the transaction's own fault is thrown on. */
function refusal(
  error: unknown,
  bytes: Uint8Array,
  gasWanted: number,
  gasUsed: number,
  events: readonly Event[],
  options: ExecuteOptions,
): TxResult {
  return { ...refusedTx(asReject(error, bytes, options)), gasWanted, gasUsed, events };
}

/** The result of a transaction that was refused before it used any gas. */
export function refusedTx({ codespace, code, message }: Reject): TxResult {
  const data = new Uint8Array(0);
  return { code, codespace, log: message, data, gasWanted: 0, gasUsed: 0, events: [] };
}

function asReject(error: unknown, bytes: Uint8Array, options: ExecuteOptions): Reject {
  if (error instanceof Reject) return error;
  if (error instanceof OutOfGas) return sdk.outOfGas(error.message);
  if (error instanceof AssertionFailure || error instanceof CodecError) {
    options.onAssertion(error, bytes);
    return runtimeErrors.assertion('an internal check failed: please report this transaction');
  }
  throw error;
}
