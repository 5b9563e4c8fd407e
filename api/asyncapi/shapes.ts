import type { FieldInfo, MessageInfo } from '../../proto/codec.ts';
import { Messages, list, nullable, object, ownValue } from '../openapi/schema.ts';
import type { Schema } from '../openapi/schema.ts';

type Properties = Readonly<Record<string, Schema>>;

interface Extension {
  /** Members that are left out. */
  readonly without?: readonly string[];
  /** Of the others those that may be absent. */
  readonly absent?: readonly string[];
}

/** What a document looks like: whole, or where a merge patch names only what changes. */
export interface Shapes {
  readonly messages: Messages;
  /** An object with these members and no others; all are there but those named. */
  object(properties: Properties, absent?: readonly string[]): Schema;
  /** Values by a key of their own. */
  by(value: Schema): Schema;
  ref(info: MessageInfo): Schema;
  /** A message's members beside others, which stand in for those of the same name. */
  extended(info: MessageInfo, others: Properties, how?: Extension): Schema;
}

const byKey = (value: Schema): Schema => ({ type: 'object', additionalProperties: value });

/** What does not exist is absent, never null. */
const isAbsentSometimes = ({ optional, oneof }: FieldInfo): boolean =>
  optional === true || oneof !== undefined;

function extendedOf(
  shapes: Pick<Shapes, 'object'>,
  field: (info: FieldInfo) => Schema,
  { fields }: MessageInfo,
  others: Properties,
  { without = [], absent = [] }: Extension,
): Schema {
  const own = fields.filter(({ name }) => !without.includes(name));
  const optional = own.filter((info) => isAbsentSometimes(info) && !(info.name in others));
  return shapes.object(
    { ...Object.fromEntries(own.map((info) => [info.name, field(info)])), ...others },
    [...optional.map(({ name }) => name), ...absent],
  );
}

/** A document as a snapshot has it. */
export class WholeShapes implements Shapes {
  readonly messages = new Messages('whole.', (info) => this.extended(info, {}));

  object(properties: Properties, absent: readonly string[] = []): Schema {
    return object(properties, [...absent]);
  }

  by(value: Schema): Schema {
    return byKey(value);
  }

  ref(info: MessageInfo): Schema {
    return this.messages.ref(info);
  }

  extended(info: MessageInfo, others: Properties, how: Extension = {}): Schema {
    return extendedOf(this, (field) => this.field(field), info, others, how);
  }

  field(field: FieldInfo): Schema {
    const one = ownValue(field, this.messages);
    return field.repeated ? list(one) : one;
  }
}

/** A JSON merge patch of it (RFC 7386): a null removes, a list is there whole. */
export class PatchShapes implements Shapes {
  readonly messages = new Messages('patch.', (info) => this.extended(info, {}));
  readonly #whole: WholeShapes;

  constructor(whole: WholeShapes) {
    this.#whole = whole;
  }

  object(properties: Properties): Schema {
    const entries = Object.entries(properties);
    const loose = entries.map(([name, schema]) => [name, nullable(schema)] as const);
    return object(
      Object.fromEntries(loose),
      entries.map(([name]) => name),
    );
  }

  by(value: Schema): Schema {
    return byKey(nullable(value));
  }

  ref(info: MessageInfo): Schema {
    return this.messages.ref(info);
  }

  extended(info: MessageInfo, others: Properties, how: Extension = {}): Schema {
    const field = (each: FieldInfo) =>
      each.repeated ? this.#whole.field(each) : ownValue(each, this.messages);
    return extendedOf(this, field, info, others, how);
  }
}
