import { protoName } from '../../proto/amino.ts';
import type { MessageInfo } from '../../proto/codec.ts';
import { restRoutes } from '../rest/routes.ts';
import type { RestRoute } from '../rest/routes.ts';
import { bodyExamples, exampleOf } from './examples.ts';
import { gatewayValue } from './gatewaySchema.ts';
import { list } from './schema.ts';
import type { Messages, Schema } from './schema.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
  readonly example?: unknown;
}

/** An operation of OpenAPI. */
export type Operation = Readonly<Record<string, unknown>>;

const HEIGHT: Parameter = {
  ...{ name: 'x-cosmos-block-height', in: 'header', schema: { type: 'string', pattern: '^\\d+$' } },
  description: 'A height that the node still has; without it the last one.',
};

export const json = (description: string, schema: Schema) => ({
  ...{ description, content: { 'application/json': { schema } } },
});

const refusal = (description: string) =>
  json(description, { $ref: '#/components/schemas/GatewayError' });

/** The Cosmos paths, from the same annotations that serve them. */
export function gatewayPaths(messages: Messages): Record<string, Record<string, Operation>> {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of restRoutes()) {
    const path = route.template.replace('=**}', '}');
    paths[path] = { ...paths[path], [route.verb.toLowerCase()]: operation(route, messages) };
  }
  return paths;
}

function operation({ verb, template, path, method }: RestRoute, messages: Messages): Operation {
  const [, service = '', name = ''] = path.split('/');
  const inPath = [...template.matchAll(/\{(\w+)/g)].map(([, field]) => field!);
  const isPost = verb === 'POST';
  const fields = isPost ? [] : parameters(method.request, inPath, messages);
  return {
    tags: [service],
    operationId: `${service}.${name}${template.includes('supply/{') ? '.older' : ''}`,
    parameters: [...fields, HEIGHT],
    ...(isPost ? { requestBody: body(name, method.request, messages) } : {}),
    responses: {
      200: json('The answer.', messages.ref(method.response)),
      400: refusal('What is asked for cannot be read.'),
      404: refusal('It is not there.'),
      429: refusal('Too many requests wait.'),
      503: refusal("The node's engine does not answer."),
    },
  };
}

const body = (name: string, request: MessageInfo, messages: Messages) => ({
  required: true,
  content: {
    'application/json': {
      // Fields may be left out, and may have their names in camelCase.
      schema: { type: 'object', ...loose(request, messages) },
      example: bodyExamples[name],
    },
  },
});

const loose = ({ fields }: MessageInfo, messages: Messages): Schema => ({
  properties: Object.fromEntries(
    fields.map((field) => [protoName(field), gatewayValue(field, messages)]),
  ),
});

function parameters(
  info: MessageInfo,
  inPath: readonly string[],
  messages: Messages,
  prefix = '',
): Parameter[] {
  return info.fields.flatMap((field) => {
    const name = prefix + protoName(field);
    if (field.kind === 'message') {
      return field.repeated ? [] : parameters(field.message!(), inPath, messages, `${name}.`);
    }
    const one = gatewayValue(field, messages);
    const example = exampleOf(name);
    const shown = {
      ...{ name, schema: field.repeated ? list(one) : one },
      ...(example === undefined ? {} : { example }),
    };
    return inPath.includes(name)
      ? [{ ...shown, in: 'path', required: true } as const]
      : [{ ...shown, in: 'query' } as const];
  });
}
