import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ControlError, applyControl } from './control.ts';
import {
  coinbaseTicker,
  deribitIndex,
  deribitOptions,
  krakenBase,
  krakenTicker,
} from './formats.ts';
import { World, sourceNames } from './world.ts';
import type { SourceName, WorldOptions } from './world.ts';

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

/** Starts the simulated market: a world that ticks, the three venues' public paths, and control. */
export async function startMarket(options: MarketOptions): Promise<Market> {
  const world = new World({ ...options, startMs: Date.now() });
  const server = fastify({ forceCloseConnections: true, bodyLimit: 4096 });
  addVenues(server, world);
  addControl(server, world);
  await server.listen({ port: options.port, host: options.host });
  const { port } = server.server.address() as AddressInfo;
  const timer = setInterval(() => world.step(Date.now()), options.tickMs);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    world,
    async close() {
      clearInterval(timer);
      await server.close();
    },
  };
}

function addVenues(server: FastifyInstance, world: World): void {
  const symbols = Object.keys(world.snapshot.quotes);

  server.get<{ Querystring: { pair?: string } }>('/kraken/0/public/Ticker', (request, reply) => {
    if (down(world, 'kraken', request, reply)) return reply;
    const { pair } = request.query;
    const symbol = symbols.find((s) => pair === `${krakenBase(s)}USD`);
    if (symbol === undefined) return { error: ['EQuery:Unknown asset pair'] };
    return krakenTicker(world, symbol);
  });

  server.get<{ Params: { product: string } }>(
    '/coinbase/products/:product/ticker',
    (request, reply) => {
      if (down(world, 'coinbase', request, reply)) return reply;
      const symbol = symbols.find((s) => request.params.product === `${s}-USD`);
      if (symbol === undefined) return reply.code(404).send({ message: 'NotFound' });
      return coinbaseTicker(world, symbol);
    },
  );

  const deribit = '/deribit/api/v2/public';
  server.get<{ Querystring: { index_name?: string } }>(
    `${deribit}/get_index_price`,
    (request, reply) => {
      if (down(world, 'deribit', request, reply)) return reply;
      const name = request.query.index_name;
      const symbol = symbols.find((s) => name === `${s.toLowerCase()}_usd`);
      return symbol === undefined ? invalidParams(reply) : deribitIndex(world, symbol);
    },
  );
  server.get<{ Querystring: { currency?: string; kind?: string } }>(
    `${deribit}/get_book_summary_by_currency`,
    (request, reply) => {
      if (down(world, 'deribit', request, reply)) return reply;
      const { currency, kind } = request.query;
      const symbol = symbols.find((s) => s === currency);
      if (symbol === undefined || kind !== 'option') return invalidParams(reply);
      return deribitOptions(world, symbol);
    },
  );
}

function invalidParams(reply: FastifyReply): FastifyReply {
  const error = { message: 'Invalid params', code: -32602 };
  return reply.code(400).send({ jsonrpc: '2.0', error, testnet: true });
}

/** True when the source is out of order and its answer, or the lack of one, is already given. */
function down(
  world: World,
  source: SourceName,
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  const { mode } = world.modeOf(source);
  if (mode === 'off') {
    reply.hijack();
    request.raw.destroy();
    return true;
  }
  if (mode !== 'error') return false;
  // Kraken reports its errors with status 200.
  if (source === 'kraken') reply.send({ error: ['EService:Unavailable'] });
  else reply.code(503).send({ message: 'Service unavailable' });
  return true;
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

/** The truth, prices as decimal strings. */
function stateOf(world: World): object {
  const { tick, timeMs, quotes } = world.snapshot;
  return {
    time: new Date(timeMs).toISOString(),
    tick,
    underlyings: Object.fromEntries(
      Object.entries(quotes).map(([symbol, { price, vol, held }]) => [
        symbol,
        { price: price.toFixed(6), vol: vol.toFixed(6), held },
      ]),
    ),
    sources: Object.fromEntries(
      sourceNames.map((source) => {
        const { mode, by } = world.modeOf(source);
        return [source, mode === 'skew' ? { mode, by: String(by) } : { mode }];
      }),
    ),
  };
}
