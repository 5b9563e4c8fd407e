import type { WebSocket } from 'ws';

/** Channels of a connection: as many as a node's stream gives one client. */
export const MAX_CHANNELS = 500;
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;
const CLOSE_SLOW = 4001;
const CLOSE_OVER = 4002;
const CLOSE_SILENT = 4003;

/** One client's WebSocket: who it is, what it listens to, and whether it still lives. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #onGone = new Set<() => void>();
  readonly channels = new Map<string, () => void>();
  /** Cancel on disconnect, for what was placed over it. */
  cancelsOnDisconnect = false;
  /** It has quoted: quotes always go with it. */
  quotes = false;
  /** The token that opened it; null before it is authorized, and when that is over. */
  #token: string | null = null;
  #over: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #isHeard = true;
  #isAsked = false;
  #isGone = false;

  /** Resolves when it is gone, and everybody who waits for that has been told. */
  readonly ended: Promise<void>;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.ended = new Promise((resolve) =>
      socket.on('close', () => {
        this.#end();
        resolve();
      }),
    );
  }

  get isAuthorized(): boolean {
    return this.#token !== null;
  }

  get token(): string | null {
    return this.#token;
  }

  /**
   * By a token, as long as that is good. Nobody who does not show another one in time goes on
   * listening, so the connection ends with it.
   */
  authorize(token: string, seconds: number): void {
    this.revoke();
    this.#token = token;
    this.#over = setTimeout(() => {
      this.revoke();
      this.close(CLOSE_OVER, 'the access token is over: authorize again, or refresh it in time');
      setTimeout(() => this.terminate(), 1_000).unref();
    }, seconds * 1_000).unref();
  }

  revoke(): void {
    clearTimeout(this.#over);
    this.#token = null;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** What waits for a block may find that it went meanwhile: that is told, too. */
  onGone(listener: () => void): void {
    if (this.#isGone) queueMicrotask(listener);
    else this.#onGone.add(listener);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Resolves to whether it was handed over whole. */
  send(message: object): Promise<boolean> {
    if (!this.isOpen) return Promise.resolve(false);
    if (this.#socket.bufferedAmount > MAX_UNSENT_BYTES) {
      this.#socket.close(CLOSE_SLOW, 'too slow: messages were sent and not read');
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      this.#socket.send(JSON.stringify(message), (error) => resolve(!error));
    });
  }

  notify(channel: string, data: unknown): void {
    const params = { channel, data };
    void this.send({ jsonrpc: '2.0', method: 'subscription', params });
  }

  /** Whatever comes shows that somebody is there. */
  hear(): void {
    this.#isHeard = true;
    this.#isAsked = false;
  }

  /** Every so often: a heartbeat, and after a silence a question, and then the end. */
  setHeartbeat(seconds: number): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    if (seconds === 0) return;
    this.hear();
    this.#heartbeat = setInterval(() => this.#beat(), seconds * 1_000);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Half-open: what is written goes nowhere, so it is not waited for. */
  terminate(): void {
    this.#socket.terminate();
  }

  #beat(): void {
    if (this.#isAsked) {
      this.close(CLOSE_SILENT, 'silent: a test_request was not answered');
      setTimeout(() => this.terminate(), 1_000).unref();
      return;
    }
    const type = this.#isHeard ? 'heartbeat' : 'test_request';
    this.#isAsked = !this.#isHeard;
    this.#isHeard = false;
    void this.send({ jsonrpc: '2.0', method: 'heartbeat', params: { type } });
  }

  #end(): void {
    this.#isGone = true;
    clearTimeout(this.#over);
    clearInterval(this.#heartbeat);
    for (const stop of this.channels.values()) stop();
    this.channels.clear();
    for (const listener of this.#onGone) listener();
  }
}
