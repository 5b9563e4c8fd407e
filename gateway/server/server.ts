import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import type { Access } from '../access/access.ts';
import { rpcErrorOf } from '../rpc/chainError.ts';
import type { Answer, Dispatcher } from '../rpc/dispatch.ts';
import { RpcError } from '../rpc/rpcError.ts';
import { Connection } from './connection.ts';
import { NodePage } from './page.ts';
import type { PageOptions } from './page.ts';

const HOST = '127.0.0.1';
const WS_PATH = '/ws/api/v2';
/** Deribit takes 32 KB. */
const MAX_BYTES = 64 * 1024;
const MAX_CONNECTIONS = 200;
const MAX_PENDING_EACH = 64;
const PING_MS = 15_000;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** What a server answers from. */
export interface Backend {
  readonly dispatcher: Dispatcher;
  readonly access: Access;
  /** The web terminal; none without it. */
  readonly page?: PageOptions | undefined;
}

/** HTTP and WebSocket of the gateway, on this machine only. */
export class Server {
  readonly #backend: Backend;
  readonly #http: FastifyInstance;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_BYTES });
  readonly #connections = new Map<WebSocket, Connection>();
  readonly #answered = new Set<WebSocket>();
  #pings: NodeJS.Timeout | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#http = fastify({ bodyLimit: MAX_BYTES, routerOptions: { maxParamLength: 128 } });
    this.#http.removeAllContentTypeParsers();
    this.#http.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    // A page of another site may make a browser send here, but not under another name than its own.
    this.#http.addHook('onRequest', async (request, reply) => {
      if (isLocal(request.headers)) return;
      await reply.code(403).send(this.#refused(new RpcError('forbidden', ONLY_LOCAL)));
    });
    this.#http.all('/api/v2', (request, reply) => this.#handle(request, reply, null));
    this.#http.all('/api/v2/:access/*', (request, reply) => {
      const { access, '*': rest } = request.params as Record<string, string>;
      return this.#handle(request, reply, `${access!}/${rest!}`);
    });
    const { page } = backend;
    if (page !== undefined) {
      void this.#http.register((scope) => new NodePage(page).register(scope));
    }
    this.#http.setNotFoundHandler((_request, reply) =>
      reply.code(404).send(this.#refused(new RpcError('unknownMethod', NO_PATH))),
    );
    this.#http.setErrorHandler((error: { statusCode?: number; message: string }, _r, reply) => {
      const reason = error.message;
      const { statusCode = 500 } = error;
      const name = statusCode < 500 ? 'badRequest' : 'internal';
      return reply.code(statusCode).send(this.#refused(new RpcError(name, { reason })));
    });
    this.#http.server.on('upgrade', (request, socket, head) => {
      const path = request.url?.split('?')[0];
      if (path !== WS_PATH || !isLocal(request.headers) || this.#isFull()) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket));
    });
  }

  /** The port it listens on. */
  async listen(port: number): Promise<number> {
    await this.#http.listen({ host: HOST, port });
    this.#pings = setInterval(() => this.#ping(), PING_MS);
    const address = this.#http.server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  async close(): Promise<void> {
    clearInterval(this.#pings);
    const all = [...this.#connections.values()];
    for (const connection of all) {
      connection.close(1001, 'the gateway goes down');
      setTimeout(() => connection.terminate(), 500);
    }
    await Promise.all(all.map(({ ended }) => ended));
    await this.#http.close();
  }

  #isFull(): boolean {
    return this.#connections.size >= MAX_CONNECTIONS;
  }

  async #handle(
    request: FastifyRequest,
    reply: FastifyReply,
    named: string | null,
  ): Promise<unknown> {
    const { dispatcher } = this.#backend;
    const body = typeof request.body === 'string' ? request.body : '';
    try {
      const message = messageOf(request, body, named);
      const isAuthorized = this.#isAuthorized(request, body);
      const whole = { written: (): void => undefined };
      const answer = await dispatcher.answer(message, {
        ...{ connection: null, isAuthorized },
        onWritten: (listener) => (whole.written = listener),
      });
      reply.raw.once('finish', () => whole.written());
      return await reply.code(answer.error === undefined ? 200 : 400).send(answer);
    } catch (error) {
      return reply.code(400).send(this.#refused(rpcErrorOf(error)));
    }
  }

  /** @throws RpcError when it says who it is, and is not */
  #isAuthorized({ headers, method, raw }: FastifyRequest, body: string): boolean {
    const { authorization } = headers;
    if (authorization === undefined) return false;
    this.#backend.access.check({ authorization, method, uri: raw.url ?? '', body });
    return true;
  }

  #refused(error: RpcError): Answer {
    return this.#backend.dispatcher.refuse(error);
  }

  #accept(socket: WebSocket): void {
    const connection = new Connection(socket);
    this.#connections.set(socket, connection);
    this.#answered.add(socket);
    let pending = 0;
    socket.on('pong', () => this.#answered.add(socket));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#connections.delete(socket);
      this.#answered.delete(socket);
    });
    socket.on('message', (data) => {
      connection.hear();
      if (pending >= MAX_PENDING_EACH) {
        void connection.send(this.#refusedFor(data, new RpcError('tooManyConcurrent')));
        return;
      }
      pending++;
      void this.#respond(connection, data).finally(() => pending--);
    });
  }

  async #respond(connection: Connection, data: RawData): Promise<void> {
    const text = textOf(data);
    const message = parsed(text);
    if (message === undefined) {
      await connection.send(this.#refused(new RpcError('parse', { reason: 'not JSON' })));
      return;
    }
    const whole = { written: (): void => undefined };
    const answer = await this.#backend.dispatcher.answer(message, {
      ...{ connection, isAuthorized: connection.isAuthorized },
      onWritten: (listener) => (whole.written = listener),
    });
    if (await connection.send(answer)) whole.written();
  }

  #refusedFor(data: RawData, error: RpcError): object {
    const message = parsed(textOf(data)) as { id?: unknown } | undefined;
    const id = message?.id;
    const isId = typeof id === 'number' || (typeof id === 'string' && id.length <= 64);
    return { ...this.#refused(error), ...(isId ? { id } : {}) };
  }

  #ping(): void {
    for (const [socket, connection] of this.#connections) {
      if (this.#answered.delete(socket)) socket.ping();
      else connection.terminate();
    }
  }
}

const ONLY_LOCAL = { reason: 'this gateway is for programs of its own machine' };
const NO_PATH = {
  reason: 'paths are /api/v2/public/…, /api/v2/private/…, /ws/api/v2, and / for people',
};

interface Headers {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/** Asked for by a name of this machine, and by no page of another one. */
function isLocal({ host = '', origin }: Headers): boolean {
  if (!LOOPBACK.test(host)) return false;
  return origin === undefined || LOOPBACK.test(origin.replace(/^https?:\/\//, ''));
}

/** GET with a query, or POST with a JSON-RPC message or its parameters alone. */
function messageOf({ method, query }: FastifyRequest, body: string, named: string | null) {
  if (method !== 'GET' && method !== 'POST') {
    throw new RpcError('badRequest', { reason: `GET or POST, not ${method}` });
  }
  if (body === '') {
    const { id, ...params } = query as Record<string, unknown>;
    return { method: named ?? '', params, ...(id === undefined ? {} : { id }) };
  }
  const message = parsed(body);
  if (message === undefined) throw new RpcError('parse', { reason: 'the body is not JSON' });
  if (named === null || typeof message !== 'object' || message === null) return message;
  if ('params' in message || 'jsonrpc' in message) return { ...message, method: named };
  return { method: named, params: message };
}

function textOf(data: RawData): string {
  if (data instanceof ArrayBuffer) return Buffer.from(data).toString();
  return Array.isArray(data) ? Buffer.concat(data).toString() : data.toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
