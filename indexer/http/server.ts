import cors from '@fastify/cors';
import { fastify } from 'fastify';
import type { FastifyReply } from 'fastify';
import { DatabaseGone } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { accountRoutes } from './accountRoutes.ts';
import { marketRoutes } from './marketRoutes.ts';
import { BadRequest, NotFound, Params } from './params.ts';
import type { Route } from './route.ts';
import type { Watch } from '../watch.ts';

export interface HistoryServer {
  /** Where it listens. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** `host:port`. */
  readonly listen: string;
  readonly database: Database;
  /** Requests at work or waiting; beyond it they are told to come back. */
  readonly waitingMax?: number;
  /** What `/health` and `/metrics` say. */
  readonly watch: Watch;
  /** What failed and was nobody's wrong question. */
  readonly onError: (error: Error) => void;
}

const BASE = '/tenor/v1/history';
const WAITING_MAX = 200;

const ACCOUNT = '/accounts/:address/:subaccount';

const routes: Readonly<Record<string, Route>> = {
  ...marketRoutes,
  ...Object.fromEntries(
    Object.entries(accountRoutes).map(([path, route]) => [`${ACCOUNT}${path}`, route]),
  ),
};

/** Serves the history to whoever asks; it only reads. @throws Error when the port is taken */
export async function startServer(options: ServerOptions): Promise<HistoryServer> {
  const { database, listen, onError, watch, waitingMax = WAITING_MAX } = options;
  const server = fastify({
    ...{ bodyLimit: 1_024, requestTimeout: 30_000, routerOptions: { maxParamLength: 128 } },
    frameworkErrors: (error, _request, reply) => void sendError(error, reply, onError),
  });
  await server.register(cors, { origin: true, methods: ['GET'] });
  let waiting = 0;
  for (const [path, route] of Object.entries(routes)) {
    server.get(`${BASE}${path}`, async (request, reply) => {
      if (waiting >= waitingMax) {
        const error = 'too many requests wait: try again in a second';
        return reply.code(503).header('retry-after', '1').send({ error });
      }
      waiting++;
      try {
        const given = { ...(request.query as object), ...(request.params as object) };
        return await reply.send(await route({ database, params: new Params(given) }));
      } finally {
        waiting--;
      }
    });
  }
  server.get('/health', async (_request, reply) => {
    const { isHealthy, ...told } = await watch.health();
    return reply.code(isHealthy ? 200 : 503).send(told);
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(watch.contentType).send(await watch.text()),
  );
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `there is nothing at ${request.url.split('?')[0] ?? ''}` }),
  );
  server.setErrorHandler((error, _request, reply) => sendError(error, reply, onError));
  const colon = listen.lastIndexOf(':');
  const [host, port] = [listen.slice(0, colon), Number(listen.slice(colon + 1))];
  const url = await server.listen({ host, port });
  return { url, close: () => server.close() };
}

function sendError(
  error: unknown,
  reply: FastifyReply,
  onError: ServerOptions['onError'],
): FastifyReply {
  const { message, statusCode } = error as Error & { statusCode?: number };
  if (error instanceof BadRequest) return reply.code(400).send({ error: message });
  if (error instanceof NotFound) return reply.code(404).send({ error: message });
  if (error instanceof DatabaseGone) {
    return reply.code(503).header('retry-after', '5').send({ error: message });
  }
  if (statusCode !== undefined && statusCode < 500) {
    return reply.code(statusCode).send({ error: message });
  }
  onError(error as Error);
  return reply.code(500).send({ error: 'internal error' });
}
