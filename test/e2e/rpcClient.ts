import { WebSocket } from 'ws';

/** What a gateway said no with. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure';
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  readonly method?: string;
  readonly params?: { readonly channel?: string; readonly data?: unknown };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** JSON-RPC 2.0 over one WebSocket, as a bot speaks it. */
export class Rpc {
  /** What channels said, oldest first. */
  readonly told = new Map<string, unknown[]>();
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as Message));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the connection is lost'));
      this.#waiting.clear();
    });
  }

  static connect(url: string): Promise<Rpc> {
    const socket = new WebSocket(url);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(new Rpc(socket)));
      socket.once('error', reject);
    });
  }

  /** @throws RpcFailure with the code; another error when the connection is lost */
  call<T>(method: string, params: object = {}): Promise<T> {
    const id = ++this.#lastId;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return answer as Promise<T>;
  }

  close(): void {
    this.#socket.close();
  }

  /** Without a word. */
  drop(): void {
    this.#socket.terminate();
  }

  #take({ id, result, error, params }: Message): void {
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (waiting !== undefined) {
      this.#waiting.delete(id!);
      if (error === undefined) waiting.resolve(result);
      else
        waiting.reject(new RpcFailure(`${error.code} ${error.message} ${JSON.stringify(error)}`));
    } else if (params?.channel !== undefined) {
      const told = this.told.get(params.channel) ?? [];
      told.push(params.data);
      this.told.set(params.channel, told);
    }
  }
}
