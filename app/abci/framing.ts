/**
 * CometBFT's socket framing: each message is preceded by its length as an unsigned varint
 * (`abci/types/messages.go`, `libs/protoio` of CometBFT).
 */

/** The bytes on a connection are not frames. Only that connection is lost. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

/** A length of 2^32 and more never passes the size limit, so five bytes of varint are enough. */
const LENGTH_MAX_BYTES = 5;

export const DEFAULT_FRAME_MAX_BYTES = 64 * 1024 * 1024;

/**
 * Cuts a stream of chunks into frames, incrementally.
 *
 * A frame that lies whole in a chunk is handed out as a view of it; only a frame that spans chunks
 * is copied, once, when its last byte arrives. Memory grows with the bytes received, never with a
 * length that was only announced.
 */
export class FrameReader {
  readonly #frameMaxBytes: number;
  #lengthValue = 0;
  #lengthBytes = 0;
  /** The size of the frame begun in an earlier chunk, or -1 between frames. */
  #frameBytes = -1;
  #pieces: Uint8Array[] = [];
  #piecesBytes = 0;

  constructor(frameMaxBytes: number = DEFAULT_FRAME_MAX_BYTES) {
    this.#frameMaxBytes = frameMaxBytes;
  }

  /**
   * Calls `emit` for every frame that `chunk` completes, in order. The chunk must not be written to
   * afterwards.
   *
   * @throws FramingError when the length is not a varint or above the limit; the reader is then
   *   useless, as nothing says where the next frame would begin.
   */
  push(chunk: Uint8Array, emit: (frame: Uint8Array) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#frameBytes < 0) {
        this.#readLengthByte(chunk[at]!);
        at += 1;
        if (this.#frameBytes === 0) this.#finish(new Uint8Array(0), emit);
        continue;
      }
      const missingBytes = this.#frameBytes - this.#piecesBytes;
      const piece = chunk.subarray(at, at + missingBytes);
      at += piece.length;
      if (piece.length === this.#frameBytes) {
        this.#finish(piece, emit);
        continue;
      }
      this.#pieces.push(piece);
      this.#piecesBytes += piece.length;
      if (this.#piecesBytes === this.#frameBytes) this.#finish(this.#joined(), emit);
    }
  }

  #readLengthByte(byte: number): void {
    // Multiplication, not shifts: the fifth byte reaches beyond 31 bits.
    this.#lengthValue += (byte & 0x7f) * 2 ** (7 * this.#lengthBytes);
    this.#lengthBytes += 1;
    if (byte >= 0x80) {
      if (this.#lengthBytes < LENGTH_MAX_BYTES) return;
      throw new FramingError(`frame length is not a varint of up to ${LENGTH_MAX_BYTES} bytes`);
    }
    if (this.#lengthValue > this.#frameMaxBytes) {
      throw new FramingError(
        `frame of ${this.#lengthValue} bytes is above the limit of ${this.#frameMaxBytes}`,
      );
    }
    this.#frameBytes = this.#lengthValue;
    this.#lengthValue = 0;
    this.#lengthBytes = 0;
  }

  #joined(): Uint8Array {
    const frame = new Uint8Array(this.#frameBytes);
    let at = 0;
    for (const piece of this.#pieces) {
      frame.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#piecesBytes = 0;
    return frame;
  }

  #finish(frame: Uint8Array, emit: (frame: Uint8Array) => void): void {
    this.#frameBytes = -1;
    emit(frame);
  }
}
