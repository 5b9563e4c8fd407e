/**
 * Frames from a validator's price feeder to its application, over a unix socket. Both sides use
 * this file. A frame, all integers big-endian:
 *
 *   'T' 'F' version(1 byte)  payload length(4)  produced, Unix ms(8)  payload
 *
 * The payload is an encoded `tenor.oracle.v1.FeederReport` (ADR 021); in frames of version 1 it was
 * a VoteExtension. An age in it is as of `produced`: who uses it later adds the time since then.
 */
export const FRAME_VERSION = 2;
export const MAX_FRAME_PAYLOAD_BYTES = 65_536;
/** The `version` that a FeederReport of this protocol carries. */
export const FEEDER_REPORT_VERSION = 1;

const MAGIC_0 = 0x54;
const MAGIC_1 = 0x46;
const HEADER_BYTES = 15;

export interface Frame {
  /** Unix time in milliseconds at which the feeder produced the payload. */
  readonly producedMs: number;
  readonly payload: Uint8Array;
}

/** The stream is not a sequence of frames; its connection is of no further use. */
export class FrameError extends Error {}

/** Throws FrameError when the payload is too long or the time is not a whole positive number. */
export function encodeFrame(frame: Frame): Uint8Array {
  const { payload, producedMs } = frame;
  if (payload.length > MAX_FRAME_PAYLOAD_BYTES) {
    throw new FrameError(`a payload of ${payload.length} bytes is over ${MAX_FRAME_PAYLOAD_BYTES}`);
  }
  if (!Number.isSafeInteger(producedMs) || producedMs < 0) {
    throw new FrameError(`${producedMs} is not a time in whole milliseconds`);
  }
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = MAGIC_0;
  bytes[1] = MAGIC_1;
  bytes[2] = FRAME_VERSION;
  view.setUint32(3, payload.length);
  view.setBigUint64(7, BigInt(producedMs));
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** Turns chunks of a stream, cut anywhere, into frames. Holds less than one frame between calls. */
export class FrameDecoder {
  #held = new Uint8Array(0);

  /** Throws FrameError on the first byte that cannot belong to a frame, and is of no use then. */
  push(chunk: Uint8Array): Frame[] {
    let bytes = chunk;
    if (this.#held.length > 0) {
      bytes = new Uint8Array(this.#held.length + chunk.length);
      bytes.set(this.#held);
      bytes.set(chunk, this.#held.length);
    }
    const frames: Frame[] = [];
    let at = 0;
    for (;;) {
      const frame = readFrame(bytes, at);
      if (frame === null) break;
      frames.push(frame);
      at += HEADER_BYTES + frame.payload.length;
    }
    this.#held = bytes.slice(at);
    return frames;
  }
}

/** The frame that starts at `at`, or null when more bytes are needed. Checks what is there. */
function readFrame(bytes: Uint8Array, at: number): Frame | null {
  const available = bytes.length - at;
  if (available > 0 && bytes[at] !== MAGIC_0) throw new FrameError('does not start with a frame');
  if (available > 1 && bytes[at + 1] !== MAGIC_1)
    throw new FrameError('does not start with a frame');
  if (available > 2 && bytes[at + 2] !== FRAME_VERSION) {
    throw new FrameError(`frame version ${bytes[at + 2]!} is not ${FRAME_VERSION}`);
  }
  if (available < 7) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(at + 3);
  if (length > MAX_FRAME_PAYLOAD_BYTES) {
    throw new FrameError(`a payload of ${length} bytes is over ${MAX_FRAME_PAYLOAD_BYTES}`);
  }
  if (available < HEADER_BYTES) return null;
  const producedMs = view.getBigUint64(at + 7);
  if (producedMs > BigInt(Number.MAX_SAFE_INTEGER))
    throw new FrameError('the time is out of range');
  if (available < HEADER_BYTES + length) return null;
  const start = at + HEADER_BYTES;
  return { producedMs: Number(producedMs), payload: bytes.slice(start, start + length) };
}
