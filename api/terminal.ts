import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface TerminalOptions {
  /** Where the built terminal is; without it none is served. */
  readonly files?: string;
  /** Read sides of other nodes, where the page goes when this one is gone. */
  readonly nodes?: readonly string[];
  /** Where an indexer answers that the page asks for what is past; empty for none. */
  readonly history?: string;
  /** A file of keys that anyone on this machine may trade with; empty for none. */
  readonly testAccounts?: string;
}

/**
 * What the page may do: run its own files, and talk to nodes. No inline script or style, nothing
 * from elsewhere, in no frame.
 */
export function contentPolicy(nodes: readonly string[], history = ''): string {
  const streams = nodes.map((url) => url.replace(/^http/, 'ws'));
  const asked = ["'self'", ...nodes, ...streams, history].filter((source) => source !== '');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "worker-src 'self'",
    `connect-src ${asked.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** Asked for by this machine, under a name of its own, and by no page but the terminal. */
function isOwnPage(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  const isSame = origin === undefined || origin === `http://${host ?? ''}`;
  const site = request.headers['sec-fetch-site'];
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  const isNear = /^(127\.|::1$|::ffff:127\.)/.test(request.ip);
  return isSame && isOwnSite && isNear && LOOPBACK.test(host ?? '');
}

/** Serves the web terminal at `/`, and at `/terminal.json` what it needs to know of the network. */
export async function registerTerminal(
  server: FastifyInstance,
  { files, nodes = [], history = '', testAccounts = '' }: TerminalOptions,
  chainId: () => string,
): Promise<void> {
  server.get('/terminal.json', (request, reply) => {
    const own = `${request.protocol}://${request.host}`;
    const others = nodes.filter((url) => url !== own);
    return reply.header('cache-control', 'no-store').send({
      ...{ chainId: chainId(), nodes: [own, ...others], history },
      testAccounts: testAccounts !== '',
    });
  });
  if (testAccounts !== '') {
    server.get('/test-accounts.json', async (request, reply) => {
      // Keys of play money are no secret, but another site has no business with them either.
      if (!isOwnPage(request)) return reply.code(403).send({ error: 'only the terminal reads it' });
      const text = await readFile(testAccounts, 'utf8');
      return reply.header('cache-control', 'no-store').type('application/json').send(text);
    });
  }
  if (files === undefined || !existsSync(join(files, 'index.html'))) return;
  await server.register(fastifyStatic, {
    root: join(files, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    index: false,
    // Names have a digest of what is in them.
    ...{ immutable: true, maxAge: '365d' },
    setHeaders: (reply) => void reply.header('x-content-type-options', 'nosniff'),
  });
  server.get('/', (_request, reply) =>
    reply
      .header('content-security-policy', contentPolicy(nodes, history))
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .sendFile('index.html', files, { cacheControl: false, immutable: false })
      .header('cache-control', 'no-cache'),
  );
}
