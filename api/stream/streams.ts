import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { Hub } from './hub.ts';
import type { HubOptions } from './hub.ts';
import type { ToldBlock } from './facts.ts';
import { CLOSE, encodeMessage } from './protocol.ts';
import { Session } from './session.ts';

export interface StreamsOptions extends HubOptions {
  readonly server: Server;
  readonly chainId: () => string;
}

/** What streams need of a committed version. */
export type StreamVersion = Pick<ToldBlock, 'height' | 'timeMs' | 'appHash'>;

/** How much streams do, for metrics. */
export interface StreamCounts {
  readonly clients: number;
  readonly channels: number;
  readonly subscriptions: number;
  readonly keptBytes: number;
  readonly unsentBytes: number;
  readonly sent: number;
  readonly cut: Readonly<Record<string, number>>;
  readonly refused: number;
}

export const STREAM_PATH = '/stream';
/** A client that is cut and reads nothing is gone after so long. */
const GRACE_MS = 1_000;
const REASON_BYTES_MAX = 123;

interface Client {
  readonly session: Session;
  readonly socket: WebSocket;
  readonly address: string;
  /** Whether it answered since the last ping. */
  isThere: boolean;
}

/** The WebSocket at `/stream`: docs/streams.md. */
export class Streams {
  readonly #o: StreamsOptions;
  readonly #hub: Hub;
  readonly #clients = new Set<Client>();
  readonly #webSockets: WebSocketServer;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #cut: Record<string, number> = {};
  #sent = 0;
  #refused = 0;

  constructor(options: StreamsOptions) {
    this.#o = options;
    this.#hub = new Hub(options);
    this.#webSockets = new WebSocketServer({
      ...{ noServer: true, clientTracking: false, perMessageDeflate: false },
      maxPayload: options.limits.requestBytesMax,
    });
    options.server.on('upgrade', (request, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
    this.#heartbeat = setInterval(() => this.#beat(), options.limits.heartbeatMs);
    this.#heartbeat.unref();
  }

  /** A block was committed; `told` says what it did. */
  block(version: StreamVersion, told: () => Pick<ToldBlock, 'txs' | 'before' | 'after'>): void {
    const { height, timeMs, appHash } = version;
    this.#hub.block(height, timeMs, () => ({ height, timeMs, appHash, ...told() }));
  }

  /** A state came whole. */
  anew({ height, timeMs }: StreamVersion): void {
    this.#hub.anew(height, timeMs);
  }

  counts(): StreamCounts {
    const clients = [...this.#clients];
    return {
      clients: clients.length,
      channels: this.#hub.channels,
      subscriptions: clients.reduce((sum, { session }) => sum + session.channels, 0),
      keptBytes: this.#hub.keptBytes,
      unsentBytes: clients.reduce((sum, { socket }) => sum + socket.bufferedAmount, 0),
      sent: this.#sent,
      cut: this.#cut,
      refused: this.#refused,
    };
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const address = request.socket.remoteAddress ?? '';
    if (request.url?.split('?')[0] !== STREAM_PATH) {
      refuse(socket, '404 Not Found', `WebSockets are at ${STREAM_PATH}`);
    } else if (!this.#hasRoom(address)) {
      this.#refused++;
      refuse(socket, '503 Service Unavailable', 'too many connections: close some, or come back');
    } else {
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) =>
        this.#open(webSocket, socket, address),
      );
    }
  }

  #hasRoom(address: string): boolean {
    const { clientsMax, clientsPerAddressMax } = this.#o.limits;
    if (this.#clients.size >= clientsMax) return false;
    if (isLoopback(address)) return true;
    let same = 0;
    for (const client of this.#clients) if (client.address === address) same++;
    return same < clientsPerAddressMax;
  }

  #open(socket: WebSocket, stream: Duplex, address: string): void {
    const { limits, logger } = this.#o;
    const transport = transportOf(socket, stream, () => {
      this.#sent++;
      return client.session;
    });
    const onCut = (reason: keyof typeof CLOSE) => {
      this.#cut[reason] = (this.#cut[reason] ?? 0) + 1;
    };
    const session = new Session({ transport, hub: this.#hub, limits, logger, onCut });
    const client: Client = { session, socket, address, isThere: true };
    this.#clients.add(client);
    socket.on('message', (data: Buffer, isBinary) => {
      client.isThere = true;
      session.receive(isBinary ? undefined : data.toString('utf8'));
    });
    socket.on('pong', () => (client.isThere = true));
    // What breaks the WebSocket protocol itself, ws answers with its close codes.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      session.close();
      this.#clients.delete(client);
    });
    const { height, timeMs } = this.#hub;
    const at = { height: String(height), timeMs: String(timeMs) };
    const { heartbeatMs } = limits;
    session.hear(
      encodeMessage({ type: 'welcome', chainId: this.#o.chainId(), ...at, heartbeatMs }),
    );
  }

  #beat(): void {
    const { height, timeMs } = this.#hub;
    const beat = encodeMessage({
      ...{ type: 'heartbeat', height: String(height), timeMs: String(timeMs) },
    });
    for (const client of this.#clients) {
      if (!client.isThere) {
        client.session.cut('silent', 'no answer to a ping');
        client.socket.terminate();
        continue;
      }
      client.isThere = false;
      client.socket.ping();
      client.session.hear(beat);
    }
    this.#cutWorst();
    this.#hub.sweep();
  }

  /** Together clients may leave only so much unread. */
  #cutWorst(): void {
    const worst = [...this.#clients].sort(
      (a, b) => b.socket.bufferedAmount - a.socket.bufferedAmount,
    );
    let unsent = worst.reduce((sum, { socket }) => sum + socket.bufferedAmount, 0);
    for (const { session, socket } of worst) {
      if (unsent <= this.#o.limits.allUnsentBytesMax) return;
      unsent -= socket.bufferedAmount;
      session.cut('tooSlow', 'clients have not read too much together, and this one most of it');
    }
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const { session, socket } of this.#clients) {
      session.close();
      socket.close(CLOSE.goingAway, 'the node goes down');
      socket.terminate();
    }
  }
}

const isLoopback = (address: string) =>
  address === '::1' || address.replace('::ffff:', '').startsWith('127.');

function refuse(socket: Duplex, status: string, error: string): void {
  const body = JSON.stringify({ code: 14, message: error, details: [] });
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** What is sent within a turn leaves as one piece. */
function transportOf(socket: WebSocket, stream: Duplex, sent: () => Session) {
  let isCorked = false;
  return {
    send: (message: Buffer) => {
      const session = sent();
      if (!isCorked) {
        isCorked = true;
        stream.cork();
        process.nextTick(() => {
          isCorked = false;
          stream.uncork();
        });
      }
      socket.send(message, { binary: false }, () => session.drained());
    },
    unsentBytes: () => socket.bufferedAmount,
    close: (code: number, reason: string) => {
      socket.close(code, Buffer.from(reason).subarray(0, REASON_BYTES_MAX));
      setTimeout(() => socket.terminate(), GRACE_MS).unref();
    },
  };
}
