import { CHAIN_VERSION } from '../versions.ts';
import { gatewayPaths, json } from './gatewayPaths.ts';
import { gatewayMessage } from './gatewaySchema.ts';
import { ownPaths } from './ownPaths.ts';
import { Messages, integer, list, nullable, object, oneOf, ownMessage, string } from './schema.ts';

const DESCRIPTION = [
  'The read side of a Tenor node. `/tenor/v1/…` is the exchange; `/cosmos/…` is as the gateway of',
  'the Cosmos SDK has it. 64-bit integers are text; amounts are base units: `uusd`, and 1e-4',
  'contracts. Streams are described in docs/streams.md.',
].join(' ');

/** The OpenAPI 3.1 document of all paths, made from the routes and the .proto files. */
export function openApiDocument() {
  const own = new Messages('own.', ownMessage);
  const gateway = new Messages('', gatewayMessage);
  const paths = { ...ownPaths(own), ...nodePaths(), ...gatewayPaths(gateway) };
  return {
    openapi: '3.1.0',
    info: {
      ...{ title: 'Tenor', version: CHAIN_VERSION, description: DESCRIPTION },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: {
        Error: object({ error: string, codespace: string, code: integer }, ['codespace', 'code']),
        GatewayError: object({ code: integer, message: string, details: list({ type: 'object' }) }),
        ...own.schemas,
        ...gateway.schemas,
      },
    },
  };
}

/** What a node tells of itself. */
function nodePaths() {
  const health = object({
    status: oneOf(['ok', 'starting', 'behind']),
    ...{ height: nullable(string), timeMs: nullable(string), ageMs: nullable(integer) },
  });
  const get = (summary: string, responses: object) => ({
    get: { tags: ['node'], summary, responses },
  });
  const entry = json('The entry.', { type: 'object' });
  return {
    '/health': get('Whether the node follows the chain.', {
      200: json('It does.', health),
      503: json('It does not, and why.', health),
    }),
    '/metrics': get('Metrics for Prometheus.', {
      200: { description: 'Text.', content: { 'text/plain': { schema: string } } },
    }),
    '/chain.json': get("The chain's entry for cosmos/chain-registry.", { 200: entry }),
    '/assetlist.json': get('Its coins for cosmos/chain-registry.', { 200: entry }),
  };
}
