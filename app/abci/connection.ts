import { performance } from 'node:perf_hooks';
import type { Socket } from 'node:net';
import { ProtoWriter } from '../../proto/writer.ts';
import type { AbciApplication } from './application.ts';
import type { Call, RequestKind } from './calls.ts';
import { appendResponse, decodeRequest, laneOfFrame, MalformedRequestError } from './calls.ts';
import { FrameReader, FramingError } from './framing.ts';
import type { Source } from './scheduler.ts';

export interface ConnectionLimits {
  readonly frameMaxBytes: number;
  /** Reading pauses while more than this waits to be served, and resumes below half of it. */
  readonly queueMaxBytes: number;
  /** Serving pauses while the peer has left more than this unread. */
  readonly unsentMaxBytes: number;
}

/** What a connection needs from its server. */
export interface ConnectionHost {
  readonly application: AbciApplication;
  readonly limits: ConnectionLimits;
  wake(): void;
  observe(call: Call, request: unknown): void;
  /** A call was answered, after so many milliseconds. */
  answered(kind: RequestKind, ms: number): void;
  malformed(connection: Connection, error: Error): void;
  fatal(error: unknown, kind: RequestKind): void;
}

/** What a queued frame costs beside its bytes, roughly: its view and its place in the queue. */
const FRAME_OVERHEAD_BYTES = 128;

/** Served frames are let go in lumps of this many, as removing each alone would move the rest. */
const COMPACT_FRAMES = 4096;

/** Responses gathered beyond this are written at once, to bound what a turn keeps in memory. */
const BATCH_MAX_BYTES = 64 * 1024;

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

/**
 * One connection of the engine: strict first in, first out. While an asynchronous handler works,
 * the frames behind it wait, and only those: the other connections go on.
 *
 * Frames wait undecoded, as views of the chunks they came in. Responses are encoded straight into
 * one writer, and leave in one write at the end of the turn in which a Flush was served or nothing
 * more waits: a flood of CheckTx comes in lumps, each served in several turns.
 */
export class Connection implements Source {
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #reader: FrameReader;
  #queue: Uint8Array[] = [];
  #queueHead = 0;
  #queuedBytes = 0;
  readonly #writer = new ProtoWriter();
  #urgent = false;
  /** The peer asked for what is written so far. */
  #flushDue = false;
  #pending: Promise<void> | undefined;
  #unsentTooMuch = false;
  #state: 'open' | 'finishing' | 'closed' = 'open';

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#reader = new FrameReader(host.limits.frameMaxBytes);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('drain', () => {
      this.#unsentTooMuch = false;
      host.wake();
    });
  }

  get urgent(): boolean {
    return this.#urgent;
  }

  /** Settles when the asynchronous handler at work has finished. Never rejects. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  ready(): boolean {
    return (
      this.#queueHead < this.#queue.length && this.#pending === undefined && !this.#unsentTooMuch
    );
  }

  serve(): void {
    const frame = this.#dequeue();
    let decoded: ReturnType<typeof decodeRequest>;
    try {
      decoded = decodeRequest(frame);
    } catch (error) {
      if (!(error instanceof MalformedRequestError)) throw error;
      this.#host.malformed(this, error);
      return;
    }
    this.#answer(decoded.call, decoded.request);
  }

  /** At the end of a turn: writes what a Flush asked for, and what nothing more comes after. */
  flush(): void {
    if (this.#flushDue || this.#queueHead === this.#queue.length) this.#write();
  }

  #write(): void {
    if (this.#state === 'closed' || this.#writer.length === 0) return;
    this.#flushDue = false;
    const drained = this.#socket.write(this.#writer.finish());
    if (!drained && this.#socket.writableLength > this.#host.limits.unsentMaxBytes) {
      this.#unsentTooMuch = true;
    }
  }

  /** Drops what waits and what is not yet written. The peer sees a closed connection. */
  destroy(): void {
    this.#state = 'closed';
    this.#dropQueue();
    this.#socket.destroy();
  }

  /** Serves nothing more, lets the handler at work finish and its answer leave, then closes. */
  async finish(): Promise<void> {
    this.#state = 'finishing';
    this.#dropQueue();
    await this.#pending;
    this.#write();
    this.destroy();
  }

  #receive(chunk: Uint8Array): void {
    if (this.#state !== 'open') return;
    try {
      this.#reader.push(chunk, (frame) => this.#enqueue(frame));
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.#host.malformed(this, error);
      return;
    }
    if (this.#queuedBytes > this.#host.limits.queueMaxBytes) this.#socket.pause();
    this.#host.wake();
  }

  #enqueue(frame: Uint8Array): void {
    this.#queue.push(frame);
    this.#queuedBytes += frame.length + FRAME_OVERHEAD_BYTES;
    const lane = laneOfFrame(frame);
    if (lane !== undefined && lane !== 'any') this.#urgent = lane === 'consensus';
  }

  #dequeue(): Uint8Array {
    const frame = this.#queue[this.#queueHead]!;
    this.#queueHead += 1;
    this.#queuedBytes -= frame.length + FRAME_OVERHEAD_BYTES;
    if (this.#queueHead === this.#queue.length) {
      this.#queue = [];
      this.#queueHead = 0;
    } else if (this.#queueHead >= COMPACT_FRAMES) {
      this.#queue.splice(0, this.#queueHead);
      this.#queueHead = 0;
    }
    if (this.#socket.isPaused() && this.#queuedBytes <= this.#host.limits.queueMaxBytes / 2) {
      this.#socket.resume();
    }
    return frame;
  }

  #dropQueue(): void {
    this.#queue = [];
    this.#queueHead = 0;
    this.#queuedBytes = 0;
  }

  #answer(call: Call, request: unknown): void {
    const sinceMs = performance.now();
    try {
      this.#host.observe(call, request);
      const answer = call.answer(this.#host.application, request);
      if (isPromise(answer)) {
        // What is answered already must not wait for this one.
        this.#write();
        this.#pending = this.#answerLater(call, answer, sinceMs);
        return;
      }
      this.#append(call, answer);
      this.#host.answered(call.kind, performance.now() - sinceMs);
    } catch (error) {
      this.#host.fatal(error, call.kind);
    }
  }

  async #answerLater(call: Call, answer: Promise<unknown>, sinceMs: number): Promise<void> {
    try {
      this.#append(call, await answer);
    } catch (error) {
      this.#host.fatal(error, call.kind);
      return;
    }
    this.#host.answered(call.kind, performance.now() - sinceMs);
    this.#pending = undefined;
    this.#write();
    this.#host.wake();
  }

  #append(call: Call, response: unknown): void {
    appendResponse(call, response, this.#writer);
    if (call.kind === 'flush') this.#flushDue = true;
    if (this.#writer.length >= BATCH_MAX_BYTES) this.#write();
  }
}
