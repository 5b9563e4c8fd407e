import { Duplex } from 'node:stream';

/** A socket that delivers chunks exactly as pushed, and remembers each write of its owner. */
export class FakeSocket extends Duplex {
  readonly writes: Uint8Array[] = [];
  peerReads = true;
  #release: (() => void) | undefined;

  override _read(): void {
    // Chunks are pushed by the test.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(chunk);
    if (this.peerReads) done();
    else this.#release = done;
  }

  /** The peer reads what it has left unread. */
  release(): void {
    this.#release?.();
  }
}
