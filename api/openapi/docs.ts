import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { asyncApiDocument } from '../asyncapi/document.ts';
import { streamsPage } from '../asyncapi/page.ts';
import { openApiDocument } from './document.ts';

const require = createRequire(import.meta.url);

/** The page's parts, as the package has them; nothing comes from elsewhere. */
const PARTS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const START = `window.onload = () => {
  const shown = { dom_id: '#page', validatorUrl: null, docExpansion: 'none' };
  window.SwaggerUIBundle({ url: '/openapi.json', ...shown });
};
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Tenor: paths of a node</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <link rel="icon" href="data:," />
  </head>
  <body>
    <p>
      Paths of this node (<a href="/openapi.json">openapi.json</a>);
      <a href="/docs/streams">its streams</a>
    </p>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

/** Nothing is asked of another server, whatever the page's parts would like. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/openapi.json` and `/asyncapi.json`, and at `/docs` pages that show them. */
export function registerDocs(server: FastifyInstance): void {
  let document: string | undefined;
  const json = 'application/json; charset=utf-8';
  server.get('/openapi.json', (_request, reply) =>
    reply.type(json).send((document ??= JSON.stringify(openApiDocument()))),
  );
  let streams: string | undefined;
  server.get('/asyncapi.json', (_request, reply) =>
    reply.type(json).send((streams ??= JSON.stringify(asyncApiDocument()))),
  );
  const page = (path: string, html: () => string) =>
    server.get(path, (_request, reply) =>
      reply
        .header('content-security-policy', POLICY)
        .header('x-content-type-options', 'nosniff')
        .type('text/html; charset=utf-8')
        .send(html()),
    );
  page('/docs', () => PAGE);
  let streamsHtml: string | undefined;
  page('/docs/streams', () => (streamsHtml ??= streamsPage(asyncApiDocument())));
  server.get('/docs/start.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(START),
  );
  for (const [name, type] of Object.entries(PARTS)) {
    server.get(`/docs/${name}`, async (_request, reply) => {
      const text = await readFile(require.resolve(`swagger-ui-dist/${name}`));
      return reply.type(type).header('cache-control', 'max-age=86400').send(text);
    });
  }
}
