import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { FrameReader } from '../../abci/framing.ts';
import { runtimeErrors } from '../../runtime/errors.ts';
import type { Schema } from '../../store/collection.ts';
import type { BlockChanges, Version } from '../../store/store.ts';
import type { Answer } from '../queries.ts';
import { executedBytes, executedFrames } from './executed.ts';
import type { Executed } from './executed.ts';
import { FRAME, FRAME_BYTES_MAX, frameOf, valueFrame, valueOf } from './frames.ts';
import { changeFrames, stateFrames } from './parts.ts';

export interface LinkOptions {
  readonly schemas: readonly Schema[];
  /** The last committed version; undefined on a chain without blocks. */
  readonly latest: () => Version | undefined;
  /** Blocks that wait for the reader may take so much, roughly. */
  readonly queueMaxBytes: number;
  /** A query that is not answered in this time is refused. */
  readonly askMaxMs: number;
  readonly logger: LinkLogger;
}

export interface LinkLogger {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What waits to be sent, in order. */
interface Item {
  readonly frames: Iterable<Buffer | undefined>;
  readonly bytes: number;
}

/** Work between two looks at what the engine wants. */
const SLICE_MS = 1;
/** Between two slices of a hand-over, which so takes a fifth of the time. */
const HAND_OVER_PAUSE_MS = 4;
/** What an entry costs beside its bytes, roughly. */
const ENTRY_OVERHEAD_BYTES = 64;
const ASKS_MAX = 1_000;

/** What the application seals a block with; tools seal with nothing. */
const executedOf = ({ said }: BlockChanges) => said as Executed | undefined;

const bytesOf = (block: BlockChanges): number => {
  const { stored, derived } = block;
  const executed = executedOf(block);
  let bytes = executed === undefined ? 0 : executedBytes(executed);
  bytes += derived.length * ENTRY_OVERHEAD_BYTES;
  for (const { changes } of stored) {
    for (const [key, value] of changes) {
      bytes += key.length + (value?.length ?? 0) + ENTRY_OVERHEAD_BYTES;
    }
  }
  return bytes;
};

const sealOf = ({ chainId, height, timeMs, appHash }: Version) =>
  valueFrame(FRAME.seal, { chainId, height, timeMs, appHash });

function* handOver(version: Version, schemas: readonly Schema[]): Generator<Buffer | undefined> {
  yield valueFrame(FRAME.reset, null);
  yield* stateFrames(version.state, schemas);
  yield sealOf(version);
}

function* block(version: Version, changes: BlockChanges): Generator<Buffer> {
  const executed = executedOf(changes);
  if (executed !== undefined) yield* executedFrames(executed);
  yield* changeFrames(changes);
  yield sealOf(version);
}

/**
 * The application's end of a link to one reader: hands a version over, then every block after it,
 * and asks. It never waits for the reader: blocks queue up to a bound, and beyond it are dropped
 * for a new hand-over, which begins once the reader has read what is on its way.
 */
export class Link {
  readonly #o: LinkOptions;
  readonly #stream: Duplex;
  #queue: Item[] = [];
  #queuedBytes = 0;
  /** Of what is handed over or queued last; 0 before the first. */
  #height = 0;
  #isLost = false;
  #isFollowing = false;
  #isClosed = false;
  #wake: () => void = () => undefined;
  readonly #asked = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  #lastHeardMs = performance.now();

  constructor(stream: Duplex, options: LinkOptions) {
    this.#o = options;
    this.#stream = stream;
    const reader = new FrameReader(FRAME_BYTES_MAX);
    stream.on('data', (chunk: Buffer) =>
      this.#guarded(() => reader.push(chunk, (frame) => this.#receive(frame))),
    );
    for (const event of ['end', 'close']) stream.on(event, () => this.close());
    stream.on('error', () => this.close());
    this.#serve().catch((error: unknown) => this.#failed(error));
  }

  /** A fault of the link, or of the reader, is never one of the node. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#o.logger.error({ err: error }, 'the link to the read side failed: it begins anew');
    this.close();
  }

  /** How long the reader has neither said nor read anything; `ping` asks it to. */
  silentMs(): number {
    return performance.now() - this.#lastHeardMs;
  }

  /** Whether the reader has been given a whole state, and can be asked. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Of what waits to be sent, roughly. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  ping(): void {
    this.#push({ frames: [valueFrame(FRAME.ping, 0)], bytes: ENTRY_OVERHEAD_BYTES });
  }

  /** Metrics, if the reader has a whole state and reads: else they are not worth the bytes. */
  tell(metrics: string): void {
    if (!this.#isFollowing || this.#queue.length > 0) return;
    const frame = frameOf(FRAME.metrics, Buffer.from(metrics));
    this.#push({ frames: [frame], bytes: frame.length });
  }

  committed(version: Version, changes: BlockChanges): void {
    if (this.#isClosed) return;
    if (this.#height === 0 || this.#isLost) {
      this.#wake();
      return;
    }
    if (version.height !== this.#height + 1) {
      this.#lose();
      return;
    }
    this.#height = version.height;
    this.#push({ frames: block(version, changes), bytes: bytesOf(changes) });
  }

  /** Behind every block so far. Undefined while the reader has no whole state, or is too busy. */
  ask(path: string, data: Uint8Array, height: number): Promise<Answer> | undefined {
    if (!this.#isFollowing || this.#isLost || this.#asked.size >= ASKS_MAX) return undefined;
    const id = ++this.#lastId;
    const frame = valueFrame(FRAME.ask, { id, path, data, height });
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answer(id, this.#refusal()), this.#o.askMaxMs);
      this.#asked.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#push({ frames: [frame], bytes: frame.length });
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lose();
    this.#stream.destroy();
  }

  #push(item: Item): void {
    if (this.#isClosed || this.#isLost) return;
    this.#queue.push(item);
    this.#queuedBytes += item.bytes;
    if (this.#queuedBytes > this.#o.queueMaxBytes) this.#lose();
    this.#wake();
  }

  /** Forgets what waits: a new hand-over takes its place. What was asked is not asked again. */
  #lose(): void {
    if (!this.#isLost && !this.#isClosed) {
      this.#o.logger.info({ height: this.#height }, 'the read side fell behind: it begins anew');
    }
    this.#isLost = true;
    this.#isFollowing = false;
    this.#queue = [];
    this.#queuedBytes = 0;
    for (const id of [...this.#asked.keys()]) this.#answer(id, this.#refusal());
    this.#wake();
  }

  #refusal(): Answer {
    const {
      codespace,
      code,
      message: log,
    } = runtimeErrors.readSideBusy('the read side does not answer: try again in a moment');
    return { code, codespace, log, value: new Uint8Array(0), height: Math.max(this.#height, 1) };
  }

  #receive(frame: Uint8Array): void {
    this.#lastHeardMs = performance.now();
    if (frame[0] !== FRAME.answer) return;
    const { id, answer } = valueOf(frame.subarray(1)) as { id: number; answer: Answer };
    this.#answer(id, answer);
  }

  #answer(id: number, answer: Answer): void {
    const resolve = this.#asked.get(id);
    this.#asked.delete(id);
    resolve?.(answer);
  }

  async #serve(): Promise<void> {
    while (!this.#isClosed) {
      const version = this.#o.latest();
      if (version === undefined) {
        await this.#woken();
        continue;
      }
      this.#isLost = false;
      this.#height = version.height;
      await this.#send(handOver(version, this.#o.schemas), HAND_OVER_PAUSE_MS);
      while (!this.#isBroken()) {
        const item = this.#queue.shift();
        if (item === undefined) {
          this.#isFollowing = true;
          await this.#woken();
          continue;
        }
        this.#queuedBytes -= item.bytes;
        await this.#send(item.frames, 0);
      }
    }
  }

  #isBroken(): boolean {
    return this.#isLost || this.#isClosed;
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Writes frames in slices, as the reader takes them; ends early when the link is lost. */
  async #send(frames: Iterable<Buffer | undefined>, pauseMs: number): Promise<void> {
    let since = performance.now();
    for (const frame of frames) {
      if (frame !== undefined && !this.#stream.write(frame)) {
        await this.#drained();
        since = performance.now();
      }
      if (this.#isBroken()) return;
      if (performance.now() - since < SLICE_MS) continue;
      await (pauseMs > 0 ? sleep(pauseMs) : nextTurn());
      since = performance.now();
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#lastHeardMs = performance.now();
        this.#stream.off('drain', done).off('close', done);
        resolve();
      };
      if (this.#stream.destroyed) resolve();
      else this.#stream.on('drain', done).on('close', done);
    });
  }
}
