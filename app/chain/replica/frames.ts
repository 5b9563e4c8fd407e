import { deserialize, Deserializer, serialize, Serializer } from 'node:v8';

/**
 * What the application and its read side say to each other. Both are the same program, so the forms
 * of bodies are nobody else's business and may change with every build.
 */
export const FRAME = {
  /** A state begins anew, empty; `seal` ends it. */
  reset: 1,
  /** Entries of a store: see parts.ts. */
  stored: 2,
  derived: 3,
  /** The entries since the last seal make this version. */
  seal: 4,
  /** A query, and its answer. */
  ask: 5,
  answer: 6,
  /** Are you there? The same number comes back. */
  ping: 7,
  /** What a block did: see executed.ts. */
  executed: 8,
  /** The application's metrics, as Prometheus reads them. */
  metrics: 9,
} as const;
export type FrameKind = (typeof FRAME)[keyof typeof FRAME];

/** Parts are far smaller; this is for a query's answer. */
export const FRAME_BYTES_MAX = 64 * 1024 * 1024;

/** A version's own data. */
export interface Seal {
  readonly chainId: string;
  readonly height: number;
  readonly timeMs: number;
  readonly appHash: Uint8Array;
}

export interface Ask {
  readonly id: number;
  readonly path: string;
  readonly data: Uint8Array;
  readonly height: number;
}

/** Length as a varint, as FrameReader of abci/ reads it, then the kind, then the body. */
export function frameOf(kind: FrameKind, body: Uint8Array): Buffer {
  const length: number[] = [];
  for (let rest = body.length + 1; ; rest = Math.floor(rest / 128)) {
    length.push(rest > 127 ? (rest % 128) + 128 : rest);
    if (rest <= 127) break;
  }
  const frame = Buffer.allocUnsafe(length.length + 1 + body.length);
  frame.set(length);
  frame[length.length] = kind;
  frame.set(body, length.length + 1);
  return frame;
}

/** A body that is one value. */
export const valueFrame = (kind: FrameKind, value: unknown): Buffer =>
  frameOf(kind, serialize(value));

/** The value is what the other end, the same program, put in. */
export const valueOf = (body: Uint8Array): unknown => deserialize(body);

/** Plain data, whose typed arrays have buffers of their own: so they come out again. */
export function cloneFrame(kind: FrameKind, value: unknown): Buffer {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return frameOf(kind, serializer.releaseBuffer());
}

/** What cloneFrame was given; nothing of it is a view of the frame. */
export function cloneOf(body: Uint8Array): unknown {
  const deserializer = new Deserializer(body);
  deserializer.readHeader();
  return deserializer.readValue();
}
