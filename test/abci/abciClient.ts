import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { BinaryWriter } from 'cosmjs-types/binary';
import { Request, Response } from 'cosmjs-types/tendermint/abci/types';
import { parseAddress } from '../../app/abci/address.ts';
import { FrameReader } from '../../app/abci/framing.ts';

/** Frames of these requests, one after the other, encoded by the generated code. */
export function frames(...requests: Request[]): Uint8Array {
  const writer = BinaryWriter.create();
  for (const request of requests) {
    Request.encode(request, writer.fork());
    writer.ldelim();
  }
  return writer.finish();
}

/** One of the engine's connections, driven by a test. */
export class AbciClient {
  readonly socket: Socket;
  /** Settles when the server has closed the connection. */
  readonly closed: Promise<unknown>;
  readonly #responses: Response[] = [];
  #onResponse: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = once(socket, 'close');
    const reader = new FrameReader();
    socket.on('data', (chunk: Uint8Array) => {
      reader.push(chunk, (frame) => this.#responses.push(Response.decode(frame)));
      this.#onResponse?.();
    });
    socket.on('close', () => this.#onResponse?.());
    // A connection that the server closes may end in a reset; `closed` tells either way.
    socket.on('error', () => undefined);
  }

  static async connect(address: string): Promise<AbciClient> {
    const parsed = parseAddress(address);
    const socket =
      parsed.transport === 'unix' ? connect(parsed.path) : connect(parsed.port, parsed.host);
    await once(socket, 'connect');
    return new AbciClient(socket);
  }

  /** Sends all requests in one write. */
  send(...requests: Request[]): void {
    this.sendBytes(frames(...requests));
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The responses that came and were not taken yet. */
  get received(): readonly Response[] {
    return this.#responses;
  }

  /** Takes the next `count` responses; fewer only when the connection ends before. */
  async receive(count: number): Promise<Response[]> {
    while (this.#responses.length < count && !this.socket.destroyed) {
      await new Promise<void>((resolve) => {
        this.#onResponse = resolve;
      });
    }
    return this.#responses.splice(0, count);
  }

  async call(request: Request): Promise<Response> {
    this.send(request);
    const [response] = await this.receive(1);
    if (response === undefined) throw new Error('the connection ended before the response');
    return response;
  }

  end(): void {
    this.socket.destroy();
  }
}
