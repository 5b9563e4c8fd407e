import cors from '@fastify/cors';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toJson } from '../proto/json.ts';
import { QueryRefused, Reader, isMissing } from './port.ts';
import type { QueryPort } from './port.ts';
import { BadRequest } from './params.ts';
import type { Params } from './params.ts';
import type { PostRoute, Route } from './route.ts';
import { registerEngineProxy } from './engineProxy.ts';
import { registerChainRegistry } from './chainRegistry.ts';
import { startGrpc } from './grpc/server.ts';
import { registerDocs } from './openapi/docs.ts';
import { refuseUnknown } from './rest/refusal.ts';
import { registerRest } from './rest/routes.ts';
import { Services } from './services/services.ts';
import { DEFAULT_STREAM_LIMITS } from './stream/limits.ts';
import type { StreamLimits } from './stream/limits.ts';
import { STREAM_PATH, Streams } from './stream/streams.ts';
import { tenorRoutes } from './tenorRoutes.ts';
import { registerTerminal } from './terminal.ts';
import type { TerminalOptions } from './terminal.ts';
import { TooBusy, Turns } from './turns.ts';
import { Watch } from './watch.ts';
import type { BlockObserver } from './watch.ts';
import { WHAT_IF_BODY_BYTES, postWhatIf } from './whatIf.ts';

export interface ApiOptions {
  /** `host:port`. */
  readonly listen: string;
  /** `host:port` of the gRPC services; none without it. */
  readonly grpc?: string;
  /** The engine's RPC, by which gRPC's clients send transactions and look them up. */
  readonly rpc?: string;
  readonly query: QueryPort;
  readonly chainId: () => string;
  /** Pages that browsers let read, by origin; `*`, the default, is all. */
  readonly corsOrigins?: readonly string[];
  /** Requests that may wait for their turn; beyond it they are told to come back. */
  readonly waitingMax?: number;
  readonly streams?: Partial<StreamLimits>;
  readonly terminal?: TerminalOptions;
  /** The application's metrics, which go with this process'. */
  readonly appMetrics?: () => string;
  /** Unix milliseconds now, by which `/health` judges. */
  readonly clock?: () => number;
  readonly logger: { error(fields: object, message: string): void };
}

/** A thousand connections that each wait for one answer. */
const WAITING_MAX = 1_000;

/** What tells of which height an answer is. */
const HEIGHTS = ['x-tenor-height', 'grpc-metadata-x-cosmos-block-height'];

/** Paths of our own; all others are those of the SDK's gateway. */
const OWN = '/tenor/';

/** The one question that is too long for a path. */
const WHAT_IF = '/tenor/v1/accounts/:address/:subaccount/what-if';

export interface Api {
  /** Where it listens. */
  readonly url: string;
  /** `host:port` of its gRPC services; null without. */
  readonly grpc: string | null;
  /** What it answers: `GET /health`. */
  readonly routes: readonly string[];
  /** Of the .proto files, for whoever asks by another way. */
  readonly services: Services;
  readonly streams: Streams;
  /** To be told of blocks: streams, metrics and health live on it. */
  readonly observer: BlockObserver;
  close(): Promise<void>;
}

/** Serves the read side over HTTP. @throws Error when the port is taken */
export async function startApi(options: ApiOptions): Promise<Api> {
  const server = fastify({
    ...{
      bodyLimit: 1_024,
      requestTimeout: 10_000,
      // A proxy in front of it says who asked, and by what name.
      trustProxy: 'loopback',
      routerOptions: { maxParamLength: 128, ignoreTrailingSlash: true },
    },
    // What is refused before any route is found: a path that is no UTF-8, for one.
    frameworkErrors: (error, _request, reply) => void sendError(error, reply, options),
  });
  const routes: string[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat()) routes.push(`${verb} ${url}`);
  });
  const { corsOrigins = ['*'] } = options;
  const origin = corsOrigins.includes('*') || [...corsOrigins];
  await server.register(cors, { origin, methods: ['GET', 'POST'], exposedHeaders: HEIGHTS });
  // Before any route is there: those of before would not have them.
  server.setNotFoundHandler((request, reply) =>
    request.url.startsWith(OWN)
      ? reply.code(404).send({ error: nothingAt(request.url.split('?')[0] ?? '') })
      : refuseUnknown(reply),
  );
  server.setErrorHandler((error, _request, reply) => sendError(error, reply, options));
  const turns = new Turns(options.waitingMax ?? WAITING_MAX);
  const { query, chainId, logger } = options;
  const limits = { ...DEFAULT_STREAM_LIMITS, ...options.streams };
  const streams = new Streams({ server: server.server, query, chainId, logger, limits });
  server.get(STREAM_PATH, (_request, reply) =>
    reply
      .code(426)
      .header('upgrade', 'websocket')
      .send({ error: 'this is a WebSocket: see /docs' }),
  );
  const watch = new Watch(options, streams);
  watch.register(server);
  for (const [path, route] of Object.entries(tenorRoutes))
    serve(server, path, route, options, turns);
  serve(server, WHAT_IF, postWhatIf, options, turns, WHAT_IF_BODY_BYTES);
  await registerEngineProxy(server, options.rpc ?? '');
  const services = new Services({ query, rpc: options.rpc ?? '', turns });
  await registerRest(server, { services, logger });
  registerDocs(server);
  registerChainRegistry(server, { query, turns, chainId, grpc: options.grpc });
  await registerTerminal(server, options.terminal ?? {}, chainId);
  const [host, port] = options.listen.split(':');
  const url = await server.listen({ host: host!, port: Number(port) });
  const grpc = await grpcOf(options, services);
  const close = async () => {
    streams.close();
    grpc?.close();
    await server.close();
  };
  const listening = { url, grpc: grpc?.address ?? null, routes };
  return { ...listening, services, streams, observer: watch, close };
}

/** A node forgets: where its history is, is said to who asks it. */
const nothingAt = (path: string): string =>
  path.startsWith('/tenor/v1/history')
    ? 'a node keeps no history: ask an indexer (port 1311 of a local network; tenor indexer run)'
    : `there is nothing at ${path}`;

async function grpcOf({ grpc, logger }: ApiOptions, services: Services) {
  if (grpc === undefined || grpc === '') return undefined;
  return startGrpc({ listen: grpc, services, logger });
}

function serve(
  server: FastifyInstance,
  path: string,
  route: Route | PostRoute,
  options: ApiOptions,
  turns: Turns,
  postBytes?: number,
): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const params = {
      ...(request.query as Record<string, string>),
      ...(request.params as Record<string, string>),
    };
    const reader = new Reader(options.query, heightOf(request, params));
    const said = (): unknown => route(reader, params, request.body ?? null);
    const body = await turns.run(() => JSON.stringify(toJson(said(), null)));
    return reply
      .header('x-tenor-height', String(reader.height))
      .type('application/json; charset=utf-8')
      .send(body);
  };
  if (postBytes === undefined) server.get(path, answer);
  else server.post(path, { bodyLimit: postBytes }, answer);
}

/** A height by `?height=`, or by the header that Cosmos clients send. */
function heightOf(request: FastifyRequest, params: Params): number {
  const asked = params['height'] ?? request.headers['x-cosmos-block-height'] ?? '0';
  if (typeof asked !== 'string' || !/^\d{1,15}$/.test(asked)) {
    throw new BadRequest('height must be a whole number');
  }
  return Number(asked);
}

function sendError(error: unknown, reply: FastifyReply, options: ApiOptions): FastifyReply {
  if (error instanceof BadRequest) return reply.code(400).send({ error: error.message });
  if (error instanceof TooBusy) {
    return reply.code(503).header('retry-after', '1').send({ error: error.message });
  }
  if (error instanceof QueryRefused) {
    const { codespace, code, log } = error.answer;
    return reply.code(isMissing(error.answer) ? 404 : 400).send({ error: log, codespace, code });
  }
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== undefined && statusCode < 500) {
    return reply.code(statusCode).send({ error: (error as Error).message });
  }
  options.logger.error({ err: error }, 'a request failed');
  return reply.code(500).send({ error: 'internal error' });
}
