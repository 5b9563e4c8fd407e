import { hash } from 'node:crypto';
import { BinaryReader } from 'cosmjs-types/binary';
import { ExecTxResult } from 'cosmjs-types/tendermint/abci/types';
import { ProtoWriter } from '../../../proto/writer.ts';
import { writeTxResult } from '../../abci/answers.ts';
import type { Event } from '../../runtime/context.ts';
import type { TxResult } from '../../runtime/execute.ts';
import { toTxResult } from '../abciValues.ts';
import type { BlockResult } from '../block.ts';
import { FRAME, frameOf } from './frames.ts';

/** A block's transactions, the injected votes among them, and what became of them. */
export interface Executed extends Pick<BlockResult, 'results' | 'events' | 'eventsBefore'> {
  readonly txs: readonly Uint8Array[];
}

/** A transaction of a block, as the read side knows it. */
export interface ToldTx {
  /** SHA-256 of its bytes, in upper case hex: what the engine calls it. */
  readonly hash: string;
  readonly bytes: Uint8Array;
  readonly result: ExecTxResult;
}

/** What a block did, beside what it wrote. */
export interface Told {
  /** As in the block: the injected votes first, where there are any. */
  readonly txs: readonly ToldTx[];
  /** What the block did before its transactions, and after them. */
  readonly before: readonly Event[];
  readonly after: readonly Event[];
}

/** A frame is closed when it has reached this length. */
const PART_BYTES = 65_536;
/** An event costs this much to keep and to send, roughly. */
const EVENT_BYTES = 256;
const NO_BYTES = new Uint8Array(0);

/** What they take, roughly, until they are sent. */
export function executedBytes({ txs, results, events }: Executed): number {
  let bytes = events.length * EVENT_BYTES;
  for (const tx of txs) bytes += tx.length;
  for (const result of results) bytes += result.events.length * EVENT_BYTES;
  return bytes;
}

const eventsOnly = (events: readonly Event[]): TxResult => ({
  ...{ code: 0, codespace: '', log: '', data: NO_BYTES, gasWanted: 0, gasUsed: 0 },
  events,
});

/** A block's transactions and results, a pair of fields each, then its own events, as frames. */
export function* executedFrames(executed: Executed): Generator<Buffer> {
  const { txs, results, events, eventsBefore } = executed;
  const writer = new ProtoWriter(PART_BYTES);
  for (const [i, tx] of txs.entries()) {
    writer.uint32(10).bytes(tx);
    writer.uint32(18).fork();
    writeTxResult(toTxResult(results[i]!), writer);
    writer.ldelim();
    if (writer.length >= PART_BYTES) yield frameOf(FRAME.executed, writer.finish());
  }
  for (const [tag, some] of [
    [26, events.slice(0, eventsBefore)],
    [34, events.slice(eventsBefore)],
  ] as const) {
    writer.uint32(tag).fork();
    writeTxResult(toTxResult(eventsOnly(some)), writer);
    writer.ldelim();
  }
  yield frameOf(FRAME.executed, writer.finish());
}

/** Reads the bodies of a block's frames. */
export function toldOf(bodies: readonly Uint8Array[]): Told {
  const txs: ToldTx[] = [];
  const own: Record<number, readonly Event[]> = {};
  for (const body of bodies) {
    const reader = new BinaryReader(body);
    let bytes: Uint8Array = NO_BYTES;
    while (reader.pos < reader.len) {
      const field = reader.uint32() >>> 3;
      const value = reader.bytes();
      if (field === 1) bytes = value;
      else if (field === 2) {
        const name = hash('sha256', bytes, 'hex').toUpperCase();
        txs.push({ hash: name, bytes, result: ExecTxResult.decode(value) });
      } else own[field] = ExecTxResult.decode(value).events;
    }
  }
  return { txs, before: own[3] ?? [], after: own[4] ?? [] };
}
