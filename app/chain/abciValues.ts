import type { ExecTxResult, RequestFinalizeBlock } from 'cosmjs-types/tendermint/abci/types';
import type { TxResult } from '../runtime/execute.ts';

/** Block time in whole milliseconds, rounded down: the state machine's only clock. */
export function timeMsOf({ seconds, nanos }: RequestFinalizeBlock['time']): number {
  return Number(seconds) * 1000 + Math.floor(nanos / 1_000_000);
}

/** A result as CheckTx and FinalizeBlock answer it. */
export function toTxResult(result: TxResult): ExecTxResult {
  const { code, codespace, log, data, gasWanted, gasUsed, events } = result;
  return {
    code,
    codespace,
    log,
    data,
    info: '',
    gasWanted: BigInt(gasWanted),
    gasUsed: BigInt(gasUsed),
    events: [...events],
  };
}

/** Bytes a transaction takes in a block, with its protobuf tag and length. */
export function framedSize(tx: Uint8Array): number {
  let lengthBytes = 1;
  for (let rest = tx.length >>> 7; rest > 0; rest >>>= 7) lengthBytes++;
  return tx.length + lengthBytes + 1;
}
