import { ENGINE_METHODS } from '../engineProxy.ts';
import { json } from './gatewayPaths.ts';
import type { Operation } from './gatewayPaths.ts';
import { bool, integer, list, nullable, object, oneOf, string } from './schema.ts';
import type { Schema } from './schema.ts';

const HTML = 'text/html';
const ANY: Schema = { type: 'object' };

const as = (type: string, description: string, schema: Schema = string) => ({
  ...{ description, content: { [type]: { schema } } },
});

type Answers = Readonly<Record<string, object>>;

const get = (tag: string, summary: string, responses: Answers, parameters: object[] = []) => ({
  get: { tags: [tag], summary, parameters, responses },
});

/** What a node tells of itself, and the pages that it serves. */
export function nodePaths(): Record<string, Record<string, Operation>> {
  const health = object({
    status: oneOf(['ok', 'starting', 'behind']),
    ...{ height: nullable(string), timeMs: nullable(string), ageMs: nullable(integer) },
  });
  const entry = json('The entry.', ANY);
  return {
    '/health': get('node', 'Whether the node follows the chain.', {
      200: json('It does.', health),
      503: json('It does not, and why.', health),
    }),
    '/metrics': get('node', 'Metrics for Prometheus.', { 200: as('text/plain', 'Text.') }),
    '/chain.json': get('node', "The chain's entry for cosmos/chain-registry.", { 200: entry }),
    '/assetlist.json': get('node', 'Its coins for cosmos/chain-registry.', { 200: entry }),
    '/openapi.json': get('node', 'This document.', { 200: json('OpenAPI 3.1.', ANY) }),
    '/asyncapi.json': get('node', 'The same of /stream.', { 200: json('AsyncAPI 3.0.', ANY) }),
    '/rpc': { post: enginePost() },
    '/stream': streamGet(),
    ...pagePaths(),
  };
}

function enginePost(): Operation {
  const id: Schema = { type: ['integer', 'string', 'null'] };
  const error = object({ code: integer, message: string, data: string }, ['data']);
  const answer = object({ jsonrpc: { const: '2.0' }, id, result: ANY, error }, ['result', 'error']);
  const schema = object({
    ...{ jsonrpc: { const: '2.0' }, id, method: oneOf([...ENGINE_METHODS]), params: ANY },
  });
  const example = { jsonrpc: '2.0', id: 1, method: 'status', params: {} };
  return {
    tags: ['node'],
    summary: "The engine's JSON-RPC, as far as pages need it.",
    requestBody: { required: true, content: { 'application/json': { schema, example } } },
    responses: {
      200: json("The engine's answer, refusals too.", answer),
      400: json('It is no JSON, or of a method that is not passed on.', answer),
      413: json('It is too long.', answer),
      503: json('Too many wait, or the engine does not answer.', answer),
    },
  };
}

const streamGet = () =>
  get('node', 'The WebSocket of streams: see /asyncapi.json.', {
    101: { description: 'It is one from here on.' },
    426: json('It was asked for without an upgrade.', object({ error: string })),
    503: json('There are as many clients as there may be.', ANY),
  });

function pagePaths() {
  const file = { name: 'file', in: 'path', required: true, schema: string };
  const members = { nodes: list(string), history: string, testAccounts: bool };
  const nodes = object({ chainId: string, ...members });
  const docs = { ...file, example: 'start.js' };
  const text = as('*/*', 'Its text.');
  const account = object({ name: string, address: string, privateKey: string });
  return {
    '/': get('pages', 'The web terminal.', { 200: as(HTML, 'The page.') }),
    '/assets/{asset}': get('pages', 'A part of it.', { 200: text }, [{ ...file, name: 'asset' }]),
    '/terminal.json': get('pages', 'What it asks first.', { 200: json('Its nodes.', nodes) }),
    '/test-accounts.json': get('pages', 'Accounts of play money, where a network has some.', {
      200: json('Accounts with their keys.', list(account)),
      403: json('Another page than the terminal asked.', object({ error: string })),
    }),
    '/docs': get('pages', 'A page that shows this document.', { 200: as(HTML, 'The page.') }),
    '/docs/streams': get('pages', 'A page of /stream.', { 200: as(HTML, 'The page.') }),
    '/docs/{file}': get('pages', 'A part of these pages.', { 200: text }, [docs]),
  };
}
