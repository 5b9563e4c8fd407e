import { Reader } from '../port.ts';
import type { QueryPort } from '../port.ts';
import type { BlockFacts } from './facts.ts';
import { mergePatch } from './mergePatch.ts';
import type { JsonObject } from './mergePatch.ts';
import { encodeMessage } from './protocol.ts';
import type { Source } from './source.ts';

/** Who listens to a channel. */
export interface Listener {
  hear(message: Buffer): void;
  /** The channel is no more: a series that expired. */
  ended(channel: Channel, reason: string): void;
}

/** What a channel is told by its hub. */
export interface ChannelHost {
  readonly query: QueryPort;
  /** Names a run of sequence numbers: another one after a gap that the server itself has. */
  readonly epoch: string;
  readonly height: number;
  readonly timeMs: number;
  /** A message was kept. */
  readonly kept: (channel: Channel, bytes: number) => void;
}

interface Kept {
  readonly seq: number;
  readonly bytes: Buffer;
}

/**
 * A channel: a document that follows the state by patches, or events, or both, under one sequence.
 * Each message is encoded once for all who listen, and kept for a while for who comes back.
 */
export class Channel {
  readonly name: string;
  readonly source: Source;
  readonly listeners = new Set<Listener>();
  /** Since when nobody listens. */
  idleSinceMs: number | undefined;
  /** Whether its document must be read again, and in which queues it waits for that. */
  isStale = false;
  isInFirst = false;
  isInLater = false;
  readonly #host: ChannelHost;
  #seq = 0;
  /** As listeners have it after the last message. */
  #document: JsonObject;
  #documentHeight: number;
  #kept: Kept[] = [];
  #snapshot: Buffer | undefined;

  /** @throws QueryRefused when there is no such thing */
  constructor(name: string, source: Source, host: ChannelHost) {
    this.name = name;
    this.source = source;
    this.#host = host;
    [this.#document, this.#documentHeight] = this.#read();
  }

  get seq(): number {
    return this.#seq;
  }

  #read(): [JsonObject, number] {
    const reader = new Reader(this.#host.query, this.#host.height);
    return [this.source.read(reader), this.#host.height];
  }

  /** Everything as of the last message. */
  snapshot(): Buffer {
    const { source } = this;
    if (source.follows === undefined && this.#documentHeight !== this.#host.height) {
      // Nothing patches it: what is newest is read when it is asked for.
      [this.#document, this.#documentHeight] = this.#read();
      this.#snapshot = undefined;
    }
    return (this.#snapshot ??= this.#encode('snapshot', this.#document));
  }

  /** The messages after this one; undefined when some of them are gone. */
  since(epoch: string, seq: number): readonly Buffer[] | undefined {
    if (epoch !== this.#host.epoch || seq > this.#seq) return undefined;
    const first = this.#kept[0]?.seq ?? this.#seq + 1;
    if (seq + 1 < first) return undefined;
    return this.#kept.slice(seq + 1 - first).map(({ bytes }) => bytes);
  }

  /** Passes on what a block adds. */
  told(block: BlockFacts): void {
    const data = this.source.events?.(block);
    if (data !== undefined) this.#tell('events', data);
  }

  /** Reads the document again, and passes on what has changed. @throws QueryRefused: it is gone */
  refresh(): void {
    const [document, height] = this.#read();
    const patch = mergePatch(this.#document, document);
    this.#document = document;
    this.#documentHeight = height;
    if (patch !== undefined) this.#tell('patch', patch);
  }

  /** A new epoch: what was between is not known. @throws QueryRefused: it is gone */
  restart(): void {
    this.#seq = 0;
    this.#kept = [];
    [this.#document, this.#documentHeight] = this.#read();
    this.#snapshot = undefined;
    const snapshot = this.snapshot();
    for (const listener of this.listeners) listener.hear(snapshot);
  }

  /** Forgets the oldest message that it keeps; its length. */
  forget(): number {
    return this.#kept.shift()?.bytes.length ?? 0;
  }

  get keptCount(): number {
    return this.#kept.length;
  }

  #tell(type: 'events' | 'patch', data: JsonObject): void {
    this.#seq++;
    this.#snapshot = undefined;
    const bytes = this.#encode(type, data);
    this.#kept.push({ seq: this.#seq, bytes });
    this.#host.kept(this, bytes.length);
    for (const listener of this.listeners) listener.hear(bytes);
  }

  #encode(type: string, data: JsonObject): Buffer {
    const { epoch, height, timeMs } = this.#host;
    const head = { type, channel: this.name, epoch, seq: this.#seq };
    return encodeMessage({ ...head, height: String(height), timeMs: String(timeMs), data });
  }
}
