import type { FastifyInstance, FastifyReply } from 'fastify';

/** What clients ask, to send transactions and to check proofs; nothing that steers a node. */
export const ENGINE_METHODS: ReadonlySet<string> = new Set([
  ...['status', 'abci_info', 'abci_query', 'broadcast_tx_sync', 'tx', 'tx_search'],
  ...['block', 'block_results', 'blockchain', 'header', 'commit', 'validators', 'consensus_params'],
]);

/** A transaction of the engine's largest size, in base64 and its JSON. */
const BODY_BYTES_MAX = 400_000;
const TIMEOUT_MS = 10_000;
/** Requests that are on their way to the engine; it has better to do than to answer more. */
const AT_ONCE_MAX = 64;

interface JsonRpc {
  readonly method?: unknown;
  readonly id?: unknown;
}

/**
 * The engine's JSON-RPC at `/rpc`, as far as pages need it: a page may talk to the origin that
 * served it, and the engine's own port is open to nobody else.
 */
export async function registerEngineProxy(server: FastifyInstance, rpc: string): Promise<void> {
  await server.register((scope, _options, done) => {
    // A body that is no JSON, or too long.
    scope.setErrorHandler((error, _request, reply) => {
      const { statusCode = 500, message } = error as Error & { statusCode?: number };
      return refuse(reply, statusCode, null, statusCode === 400 ? -32_700 : -32_600, message);
    });
    serve(scope, rpc);
    done();
  });
}

function serve(server: FastifyInstance, rpc: string): void {
  let isOnTheWay = 0;
  server.post('/rpc', { bodyLimit: BODY_BYTES_MAX }, async (request, reply) => {
    const { method, id } = (request.body ?? {}) as JsonRpc;
    if (typeof method !== 'string' || !ENGINE_METHODS.has(method)) {
      return refuse(
        reply,
        400,
        id,
        -32_601,
        `method must be one of ${[...ENGINE_METHODS].join(', ')}`,
      );
    }
    if (isOnTheWay >= AT_ONCE_MAX) {
      void reply.header('retry-after', '1');
      return refuse(reply, 503, id, -32_000, 'too many requests at once: try again in a second');
    }
    isOnTheWay += 1;
    try {
      const answer = await fetch(rpc, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request.body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await answer.text();
      return await reply.code(answer.status).type('application/json').send(text);
    } catch {
      return await refuse(reply, 503, id, -32_000, 'the engine does not answer: try another node');
    } finally {
      isOnTheWay -= 1;
    }
  });
}

/** In JSON-RPC's own shape, which its clients read. */
function refuse(reply: FastifyReply, status: number, id: unknown, code: number, message: string) {
  const isId = typeof id === 'string' || typeof id === 'number';
  return reply
    .code(status)
    .send({ jsonrpc: '2.0', id: isId ? id : null, error: { code, message, data: message } });
}
