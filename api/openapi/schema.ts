import type { Codec, FieldInfo, FieldKind, MessageInfo } from '../../proto/codec.ts';

/** A JSON Schema (2020-12), as OpenAPI 3.1 has them. */
export type Schema = Readonly<Record<string, unknown>>;

export const integer: Schema = { type: 'integer' };
export const string: Schema = { type: 'string' };
export const bool: Schema = { type: 'boolean' };
/** A 64-bit integer: a number would lose its last digits. */
export const int64: Schema = { type: 'string', pattern: '^-?\\d+$', format: 'int64' };
export const base64: Schema = { type: 'string', contentEncoding: 'base64' };

/** Values of both kinds of JSON. */
export const SCALARS: Readonly<Record<Exclude<FieldKind, 'message' | 'enum'>, Schema>> = {
  ...{ string, bool, bytes: base64, double: { type: 'number' } },
  ...{ int32: integer, uint32: integer, sint32: integer, fixed32: integer, sfixed32: integer },
  ...{ int64, uint64: int64, sint64: int64, fixed64: int64, sfixed64: int64 },
};

export const oneOf = (names: readonly string[]): Schema => ({ type: 'string', enum: names });
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const nullable = (schema: Schema): Schema =>
  typeof schema['type'] === 'string' && schema['enum'] === undefined
    ? { ...schema, type: [schema['type'], 'null'] }
    : { anyOf: [schema, { type: 'null' }] };

/** An object with these members and no others; all are there but those named. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  absent: string[] = [],
): Schema {
  const required = Object.keys(properties).filter((name) => !absent.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

/** The same object, in which these may be, too. */
export const plus = (schema: Schema, properties: Readonly<Record<string, Schema>>): Schema => ({
  ...schema,
  properties: { ...(schema['properties'] as object), ...properties },
});

/** Messages that a document speaks of, each once, in the JSON of one of the two kinds of path. */
export class Messages {
  readonly schemas: Record<string, Schema> = {};
  readonly #prefix: string;
  readonly #schemaOf: (info: MessageInfo, messages: Messages) => Schema;

  constructor(prefix: string, schemaOf: (info: MessageInfo, messages: Messages) => Schema) {
    this.#prefix = prefix;
    this.#schemaOf = schemaOf;
  }

  ref(info: MessageInfo): Schema {
    const name = this.#prefix + info.typeUrl.slice(1);
    if (!(name in this.schemas)) {
      // One that holds itself would not end.
      this.schemas[name] = {};
      this.schemas[name] = this.#schemaOf(info, this);
    }
    return { $ref: `#/components/schemas/${name}` };
  }
}

/** Our own JSON: names in camelCase, enums by number, what is absent null. */
export function ownField(field: FieldInfo, messages: Messages): Schema {
  const one = ownValue(field, messages);
  if (field.repeated) return list(one);
  return field.optional ? nullable(one) : one;
}

export function ownValue(field: FieldInfo, messages: Messages): Schema {
  if (field.kind === 'message') return messages.ref(field.message!());
  if (field.kind !== 'enum') return SCALARS[field.kind];
  const named = Object.entries(field.values!);
  const description = named.map(([name, number]) => `${number}: ${name}`).join(', ');
  return { type: 'integer', enum: named.map(([, number]) => number), description };
}

/** A field may be left out where it may be null. */
export const ownMessage = (info: MessageInfo, messages: Messages): Schema =>
  object(
    Object.fromEntries(info.fields.map((field) => [field.name, ownField(field, messages)])),
    info.fields.filter(({ optional }) => optional).map(({ name }) => name),
  );

/** A message's members beside others, which stand in for those of the same name. */
export function extended(
  codec: Pick<Codec<unknown>, 'fields' | 'typeUrl'>,
  messages: Messages,
  others: Readonly<Record<string, Schema>>,
  without: readonly string[] = [],
): Schema {
  const { fields } = codec;
  const own = fields.filter(({ name }) => !without.includes(name));
  const absent = own.filter(({ name, optional }) => optional && !(name in others));
  return object(
    { ...Object.fromEntries(own.map((one) => [one.name, ownField(one, messages)])), ...others },
    absent.map(({ name }) => name),
  );
}
