import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MethodInfo } from '../../proto/service.ts';
import { services as declared } from '../../proto/gen/services.ts';
import { BadRequest } from '../params.ts';
import type { Services } from '../services/services.ts';
import { gatewayJson } from './gatewayJson.ts';
import { emptyMessage, readGatewayJson, setParameter } from './gatewayRead.ts';
import { refuse } from './refusal.ts';

export interface RestOptions {
  readonly services: Services;
  readonly logger: { error(fields: object, message: string): void };
}

/** A transaction of the engine's largest size, in base64 or as JSON. */
const BODY_BYTES_MAX = 1_500_000;

/** A way to a method over HTTP. */
export interface RestRoute {
  readonly verb: 'GET' | 'POST';
  /** A template: `/cosmos/bank/v1beta1/balances/{address}`. */
  readonly template: string;
  /** The method's path in gRPC. */
  readonly path: string;
  readonly method: MethodInfo;
}

/**
 * Every way that the .proto files declare (`google.api.http`). Where two have the same shape, as
 * the two of `bech32/{…}`, the later one stands, as in the SDK's gateway.
 */
export function restRoutes(): readonly RestRoute[] {
  const routes = declared.flatMap(({ name, methods }) =>
    methods.flatMap((method) =>
      method.http.map(({ method: verb, path }) => ({
        ...{ verb, template: path, path: `/${name}/${method.name}`, method },
      })),
    ),
  );
  return [...new Map(routes.map((one) => [`${one.verb} ${shapeOf(one.template)}`, one])).values()];
}

const shapeOf = (template: string): string => template.replace(/\{\w+/g, '{');

/** `{address}` is a segment; `{denom=**}` is all that is left, slashes too. */
const fastifyPath = (template: string): string =>
  template.replace(/\{(\w+)(=\*\*)?\}/g, (_all, name: string, rest?: string) =>
    rest === undefined ? `:${name}` : '*',
  );

/** The Cosmos paths, in the SDK gateway's shapes, in a scope of their own. */
export async function registerRest(server: FastifyInstance, options: RestOptions): Promise<void> {
  await server.register((scope, _options, done) => {
    scope.setErrorHandler((error, _request, reply) => refuse(reply, error, options.logger));
    // As the gateway: a body is JSON, whatever it is called.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => {
      parsed(null, jsonOf(body as string));
    });
    for (const route of restRoutes()) {
      const handler = (request: FastifyRequest, reply: FastifyReply) =>
        answer(route, request, reply, options);
      const path = fastifyPath(route.template);
      if (route.verb === 'GET') scope.get(path, handler);
      else scope.post(path, { bodyLimit: BODY_BYTES_MAX }, handler);
    }
    done();
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function answer(
  { verb, template, path, method }: RestRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  { services, logger }: RestOptions,
): Promise<FastifyReply> {
  try {
    const asked =
      verb === 'POST'
        ? readGatewayJson(method.request, bodyOf(request))
        : messageOf(method, template, request);
    const bytes = method.request.encode(asked);
    const { value, height } = await services.call(path, bytes, heightOf(request));
    const json = gatewayJson(method.response, method.response.decode(value));
    if (height !== undefined) {
      const text = String(height);
      reply.header('x-tenor-height', text).header('grpc-metadata-x-cosmos-block-height', text);
    }
    return await reply.type('application/json; charset=utf-8').send(JSON.stringify(json));
  } catch (error) {
    return refuse(reply, error, logger);
  }
}

function bodyOf({ body }: FastifyRequest): unknown {
  if (typeof body === 'object' && body !== null) return body;
  throw new BadRequest('the body is a JSON object');
}

/** A GET's request, from its path and its parameters. */
function messageOf({ request: info }: MethodInfo, template: string, request: FastifyRequest) {
  const message = emptyMessage(info);
  const parameters = request.query as Record<string, string | string[]>;
  for (const [name, values] of Object.entries(parameters)) {
    setParameter(info, message, name, [values].flat());
  }
  const [, rest] = /\{(\w+)=\*\*\}/.exec(template) ?? [];
  for (const [name, value] of Object.entries(request.params as Record<string, string>)) {
    setParameter(info, message, name === '*' ? rest! : name, [value]);
  }
  return message;
}

/** A height by the header that Cosmos clients send; 0 is the last. */
function heightOf({ headers }: FastifyRequest): number {
  const asked = headers['x-cosmos-block-height'] ?? '0';
  if (typeof asked === 'string' && /^\d{1,15}$/.test(asked)) return Number(asked);
  throw new BadRequest('x-cosmos-block-height must be a whole number');
}
