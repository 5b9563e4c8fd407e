import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { rm } from 'node:fs/promises';
import type { Address } from './address.ts';
import { parseAddress, removeStaleSocket } from './address.ts';
import type { AbciApplication } from './application.ts';
import type { Call, RequestKind } from './calls.ts';
import type { ConnectionHost, ConnectionLimits } from './connection.ts';
import { Connection } from './connection.ts';
import { DEFAULT_FRAME_MAX_BYTES } from './framing.ts';
import { GrammarChecker } from './grammar.ts';
import type { TurnLimits } from './scheduler.ts';
import { Scheduler } from './scheduler.ts';

/** The part of pino's logger that the server uses. */
export interface AbciLogger {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

export interface AbciServerLimits extends ConnectionLimits, TurnLimits {}

export const DEFAULT_LIMITS: AbciServerLimits = {
  frameMaxBytes: DEFAULT_FRAME_MAX_BYTES,
  queueMaxBytes: 8 * 1024 * 1024,
  unsentMaxBytes: 8 * 1024 * 1024,
  turnMaxRequests: 64,
  turnMaxMs: 2,
};

export interface AbciServerOptions {
  /** `unix:///path` or `tcp://host:port`; port 0 takes a free one. */
  readonly address: string;
  readonly application: AbciApplication;
  readonly logger: AbciLogger;
  /**
   * Called once, when the application threw: a bug or a failure of the host. Every connection is
   * closed by then, without an answer, and nothing is served any more: the process must stop.
   */
  readonly onFatal: (error: unknown, requestKind: RequestKind) => void;
  /**
   * How long connections stay open, unanswered, after the application threw this: the engine goes
   * on telling its peers what it has until then. None unless told.
   */
  readonly lingerMs?: (error: unknown) => number;
  /** Told of each call that was answered. It takes no time. */
  readonly onAnswered?: (kind: RequestKind, ms: number) => void;
  readonly limits?: Partial<AbciServerLimits>;
  /** Logs consensus calls that come in an order the ABCI grammar does not have. */
  readonly checkGrammar?: boolean;
}

export interface AbciServer {
  /** Where it listens, with the port that was taken. */
  readonly address: string;
  /**
   * Closes every connection, after the handlers at work have answered, and stops listening. The
   * engine ends when its connections do.
   */
  close(): Promise<void>;
}

/**
 * Serves an application to CometBFT over ABCI 2.0's socket protocol.
 *
 * @throws Error when the address is malformed, taken, or a unix path that is too long.
 */
export async function startAbciServer(options: AbciServerOptions): Promise<AbciServer> {
  const address = parseAddress(options.address);
  if (address.transport === 'unix') await removeStaleSocket(address.path);
  const hub = new ConnectionHub(options);
  const server = createServer({ noDelay: true }, (socket) => hub.accept(socket));
  await listen(server, address);
  server.on('error', (error) => options.logger.error({ err: error }, 'ABCI server error'));
  const listening = addressOf(server, address);
  options.logger.info({ address: listening }, 'ABCI server listens');
  let closed: Promise<void> | undefined;
  return {
    address: listening,
    close: () => (closed ??= closeServer(server, address, hub)),
  };
}

async function closeServer(server: Server, address: Address, hub: ConnectionHub): Promise<void> {
  const ended = new Promise<void>((resolve) => void server.close(() => resolve()));
  await hub.finish();
  await ended;
  if (address.transport === 'unix') await rm(address.path, { force: true });
}

function listen(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    if (address.transport === 'tcp') {
      server.listen({ host: address.host, port: address.port });
      return;
    }
    // Bound inside this call, so that the socket file never exists with wider rights than 0600.
    const umask = process.umask(0o177);
    try {
      server.listen({ path: address.path });
    } finally {
      process.umask(umask);
    }
  });
}

function addressOf(server: Server, address: Address): string {
  if (address.transport === 'unix') return `unix://${address.path}`;
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `tcp://${host}:${port}`;
}

/** The engine's connections, and what happens to all of them. */
class ConnectionHub implements ConnectionHost {
  readonly application: AbciApplication;
  readonly limits: AbciServerLimits;
  readonly #options: AbciServerOptions;
  readonly #scheduler: Scheduler;
  readonly #connections = new Set<Connection>();
  #grammar: GrammarChecker | undefined;
  #failed = false;

  constructor(options: AbciServerOptions) {
    this.application = options.application;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#options = options;
    this.#scheduler = new Scheduler(this.limits);
  }

  accept(socket: Socket): void {
    if (this.#failed) {
      socket.destroy();
      return;
    }
    if (this.#connections.size === 0 && this.#options.checkGrammar === true) {
      // All four connections come and go together, with the engine.
      this.#grammar = new GrammarChecker();
    }
    const connection = new Connection(socket, this);
    this.#connections.add(connection);
    this.#scheduler.add(connection);
    socket.on('error', (error) => {
      this.#options.logger.warn({ err: error }, 'ABCI connection error');
    });
    socket.on('close', () => this.#forget(connection));
    this.#options.logger.info({ connections: this.#connections.size }, 'CometBFT connected');
  }

  wake(): void {
    this.#scheduler.wake();
  }

  observe(call: Call, request: unknown): void {
    const violation = this.#grammar?.observe(call.kind, request);
    if (violation !== undefined) {
      this.#options.logger.error({ request: call.kind }, `ABCI call order: ${violation}`);
    }
  }

  answered(kind: RequestKind, ms: number): void {
    this.#options.onAnswered?.(kind, ms);
  }

  malformed(connection: Connection, error: Error): void {
    this.#options.logger.error({ err: error }, 'malformed ABCI frame: connection closed');
    connection.destroy();
  }

  fatal(error: unknown, kind: RequestKind): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#scheduler.stop();
    this.#options.logger.error({ err: error, request: kind }, 'the application failed: stopping');
    const end = () => {
      for (const connection of this.#connections) connection.destroy();
      this.#options.onFatal(error, kind);
    };
    const lingerMs = this.#options.lingerMs?.(error) ?? 0;
    if (lingerMs > 0) setTimeout(end, lingerMs);
    else end();
  }

  async finish(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.finish()));
  }

  #forget(connection: Connection): void {
    connection.destroy();
    this.#connections.delete(connection);
    this.#scheduler.remove(connection);
    // A restarted engine must not ask for Info while its predecessor's Commit is still at work.
    if (connection.pending !== undefined) this.#scheduler.hold(connection.pending);
    this.#options.logger.info({ connections: this.#connections.size }, 'CometBFT disconnected');
  }
}
