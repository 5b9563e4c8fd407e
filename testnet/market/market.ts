import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { ControlError, applyControl } from './control.ts';
import { serveSources } from './httpSide.ts';
import { serveStreams } from './streamSide.ts';
import { stateOf } from './stateOf.ts';
import { World } from './world.ts';
import type { WorldOptions } from './world.ts';

export interface MarketOptions extends Omit<WorldOptions, 'startMs'> {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  readonly tickMs: number;
}

export interface Market {
  readonly url: string;
  readonly world: World;
  close(): Promise<void>;
}

/** Streams say what they have this often at most, and at once what was told to change. */
const PUSH_MS = 500;

/** Starts the simulated market: a world that ticks, the venues' public interfaces, and control. */
export async function startMarket(options: MarketOptions): Promise<Market> {
  const world = new World({ ...options, startMs: Date.now() });
  const server = fastify({ forceCloseConnections: true, bodyLimit: 4096 });
  serveSources(server, world);
  addControl(server, world);
  const streams = serveStreams(server.server, world);
  await server.listen({ port: options.port, host: options.host });
  const { port } = server.server.address() as AddressInfo;
  let pushed = { timeMs: 0, version: -1 };
  const timer = setInterval(() => {
    world.step(Date.now());
    const { timeMs } = world.snapshot;
    if (world.version === pushed.version && timeMs - pushed.timeMs < PUSH_MS) return;
    pushed = { timeMs, version: world.version };
    streams.push();
  }, options.tickMs);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    world,
    async close() {
      clearInterval(timer);
      streams.close();
      await server.close();
    },
  };
}

function addControl(server: FastifyInstance, world: World): void {
  // The body is JSON whatever its declared type, so that a bare `curl -d` works.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(new ControlError('The body is not valid JSON.'));
    }
  });
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const code = error instanceof ControlError ? 400 : (error.statusCode ?? 500);
    return reply.code(code).send({ error: error.message });
  });
  server.post('/control', (request) => {
    applyControl(world, request.body);
    return stateOf(world);
  });
  server.get('/state', () => stateOf(world));
}
