import { CHAIN_VERSION } from '../versions.ts';
import { gatewayPaths } from './gatewayPaths.ts';
import { gatewayMessage } from './gatewaySchema.ts';
import { ownPaths } from './ownPaths.ts';
import { nodePaths } from './nodePaths.ts';
import { Messages, integer, list, object, ownMessage, string } from './schema.ts';

const DESCRIPTION = [
  'The read side of a Tenor node. `/tenor/v1/…` is the exchange; `/cosmos/…` is as the gateway of',
  'the Cosmos SDK has it. 64-bit integers are text; amounts are base units: `uusd`, and 1e-4',
  'contracts. Streams are described by /asyncapi.json.',
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
