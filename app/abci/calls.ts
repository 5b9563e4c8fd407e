import type { BinaryWriter } from 'cosmjs-types/binary';
import { BinaryReader } from 'cosmjs-types/binary';
import * as abci from 'cosmjs-types/tendermint/abci/types';
import type { ProtoWriter } from '../../proto/writer.ts';
import { writeFinalizeBlock, writeTxResult } from './answers.ts';
import type { AbciApplication } from './application.ts';

export type RequestKind = keyof abci.Request;

/**
 * What a call serves. CometBFT does not label its four connections, so the calls seen on one say
 * which it is; `any` calls are made on all of them and say nothing.
 */
export type Lane = 'query' | 'snapshot' | 'mempool' | 'consensus' | 'any';

/** One ABCI call: how its request is read, who answers it, and how the response is written. */
export interface Call {
  readonly kind: RequestKind;
  readonly lane: Lane;
  /** The request's field number in `Request`; its response has the next number in `Response`. */
  readonly field: number;
  decode(reader: BinaryReader, length: number): unknown;
  answer(application: AbciApplication, request: unknown): unknown;
  encode(response: unknown, writer: ProtoWriter): void;
}

/** A frame that is not one well-formed ABCI 2.0 request. Only its connection is lost. */
export class MalformedRequestError extends Error {
  override readonly name = 'MalformedRequestError';
}

interface Decoder<T> {
  decode(reader: BinaryReader, length: number): T;
}

interface Encoder<T> {
  encode(message: T): BinaryWriter;
}

type Write<T> = (message: T, writer: ProtoWriter) => void;

/** Ties a call's types together, then hides them: the table below is of one type. */
function call<Q, R>(
  field: number,
  kind: RequestKind,
  lane: Lane,
  request: Decoder<Q>,
  response: Encoder<R> | Write<R>,
  answer: (application: AbciApplication, request: Q) => R | Promise<R>,
): Call {
  const write: Write<R> =
    typeof response === 'function'
      ? response
      : (answered, writer) => writer.raw(response.encode(answered).finish());
  return {
    kind,
    lane,
    field,
    decode: (reader, length) => request.decode(reader, length),
    answer: (application, decoded) => answer(application, decoded as Q),
    encode: (answered, writer) => {
      write(answered as R, writer);
    },
  };
}

/** Every ABCI 2.0 call, with the field numbers of `proto/tendermint/abci/types.proto`. */
export const calls: readonly Call[] = [
  call(1, 'echo', 'any', abci.RequestEcho, abci.ResponseEcho, (_, echo) => echo),
  call(
    2,
    'flush',
    'any',
    abci.RequestFlush,
    () => undefined,
    () => ({}),
  ),
  call(3, 'info', 'any', abci.RequestInfo, abci.ResponseInfo, (app, r) => app.info(r)),
  call(5, 'initChain', 'consensus', abci.RequestInitChain, abci.ResponseInitChain, (app, r) =>
    app.initChain(r),
  ),
  call(6, 'query', 'query', abci.RequestQuery, abci.ResponseQuery, (app, r) => app.query(r)),
  call(8, 'checkTx', 'mempool', abci.RequestCheckTx, writeTxResult, (app, r) => app.checkTx(r)),
  call(11, 'commit', 'consensus', abci.RequestCommit, abci.ResponseCommit, (app, r) =>
    app.commit(r),
  ),
  call(
    12,
    'listSnapshots',
    'snapshot',
    abci.RequestListSnapshots,
    abci.ResponseListSnapshots,
    (app, r) => app.listSnapshots(r),
  ),
  call(
    13,
    'offerSnapshot',
    'snapshot',
    abci.RequestOfferSnapshot,
    abci.ResponseOfferSnapshot,
    (app, r) => app.offerSnapshot(r),
  ),
  call(
    14,
    'loadSnapshotChunk',
    'snapshot',
    abci.RequestLoadSnapshotChunk,
    abci.ResponseLoadSnapshotChunk,
    (app, r) => app.loadSnapshotChunk(r),
  ),
  call(
    15,
    'applySnapshotChunk',
    'snapshot',
    abci.RequestApplySnapshotChunk,
    abci.ResponseApplySnapshotChunk,
    (app, r) => app.applySnapshotChunk(r),
  ),
  call(
    16,
    'prepareProposal',
    'consensus',
    abci.RequestPrepareProposal,
    abci.ResponsePrepareProposal,
    (app, r) => app.prepareProposal(r),
  ),
  call(
    17,
    'processProposal',
    'consensus',
    abci.RequestProcessProposal,
    abci.ResponseProcessProposal,
    (app, r) => app.processProposal(r),
  ),
  call(18, 'extendVote', 'consensus', abci.RequestExtendVote, abci.ResponseExtendVote, (app, r) =>
    app.extendVote(r),
  ),
  call(
    19,
    'verifyVoteExtension',
    'consensus',
    abci.RequestVerifyVoteExtension,
    abci.ResponseVerifyVoteExtension,
    (app, r) => app.verifyVoteExtension(r),
  ),
  call(20, 'finalizeBlock', 'consensus', abci.RequestFinalizeBlock, writeFinalizeBlock, (app, r) =>
    app.finalizeBlock(r),
  ),
];

const FIELD_MAX = 20;
const callByField: readonly (Call | undefined)[] = Array.from({ length: FIELD_MAX + 1 }, (_, i) =>
  calls.find(({ field }) => field === i),
);

const WIRE_TYPE_BYTES = 2;

/** The lane of an undecoded frame, from its first tag; undefined when the frame is malformed. */
export function laneOfFrame(frame: Uint8Array): Lane | undefined {
  const first = frame[0];
  if (first === undefined) return undefined;
  const tag = first < 0x80 ? first : (first & 0x7f) | ((frame[1] ?? 0) << 7);
  return callByField[tag >>> 3]?.lane;
}

/**
 * Reads the oneof of `Request` by hand: exactly one field that fills the whole frame. That is
 * all an engine ever sends, and it is stricter than the generated decoder, which takes an empty
 * oneof, several of them, and unknown fields.
 *
 * The reader copies the frame once, so the request's bytes are nobody else's; they are views of
 * that copy, so keep a copy of a small part rather than a view of it.
 *
 * @throws MalformedRequestError
 */
export function decodeRequest(frame: Uint8Array): { call: Call; request: unknown } {
  const reader = new BinaryReader(frame);
  try {
    const tag = reader.uint32();
    const found = callByField[tag >>> 3];
    if (found === undefined) throw new Error(`field ${tag >>> 3} is not an ABCI 2.0 request`);
    if ((tag & 7) !== WIRE_TYPE_BYTES) throw new Error(`${found.kind} has wire type ${tag & 7}`);
    const length = reader.uint32();
    if (reader.pos + length !== frame.length) {
      throw new Error(`${found.kind} has ${length} bytes in a frame of ${frame.length}`);
    }
    const request = found.decode(reader, length);
    if (reader.pos !== frame.length) throw new Error(`${found.kind} ends inside a field`);
    return { call: found, request };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const what = frame.length === 0 ? 'empty request' : 'undecodable request';
    throw new MalformedRequestError(`${what}: ${reason}`, { cause: error });
  }
}

/** Appends a whole frame, its length first, to the writer. */
export function appendResponse(call: Call, response: unknown, writer: ProtoWriter): void {
  writer.fork();
  call.encode(response, writer.uint32(((call.field + 1) << 3) | WIRE_TYPE_BYTES).fork());
  writer.ldelim().ldelim();
}
