import type { FastifyInstance, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

// The built terminal as files, and what its page may do: a node serves it, and so does a gateway.

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
export function isOwnPage(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  const isSame = origin === undefined || origin === `http://${host ?? ''}`;
  const site = request.headers['sec-fetch-site'];
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  const isNear = /^(127\.|::1$|::ffff:127\.)/.test(request.ip);
  return isSame && isOwnSite && isNear && LOOPBACK.test(host ?? '');
}

/** Where the page may ask, as it is when the page is asked for. */
export interface Asked {
  readonly nodes: readonly string[];
  readonly history: string;
}

/** Serves the page at `/` and its files; nothing where none was built. */
export async function registerPage(
  server: FastifyInstance,
  files: string | undefined,
  asked: () => Asked | Promise<Asked>,
): Promise<void> {
  if (files === undefined || !existsSync(join(files, 'index.html'))) return;
  // Asked for here: programs that serve no page need not load it.
  const { default: fastifyStatic } = await import('@fastify/static');
  await server.register(fastifyStatic, {
    root: join(files, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    index: false,
    // Names have a digest of what is in them.
    ...{ immutable: true, maxAge: '365d' },
    setHeaders: (reply) => void reply.header('x-content-type-options', 'nosniff'),
  });
  server.get('/', async (_request, reply) => {
    const { nodes, history } = await asked();
    return reply
      .header('content-security-policy', contentPolicy(nodes, history))
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .sendFile('index.html', files, { cacheControl: false, immutable: false })
      .header('cache-control', 'no-cache');
  });
}
