import fc from 'fast-check';
import type { FieldInfo, MessageInfo } from '../../proto/codec.ts';

export type Message = Record<string, unknown>;

/** What a field of this name, but for a message, holds in place of anything its type allows. */
export type Hints = Readonly<Record<string, fc.Arbitrary<unknown>>>;

const U64 = (1n << 64n) - 1n;
const MAX = (1n << 63n) - 1n;
const MIN = -(1n << 63n);

const anyValue = (field: FieldInfo, hints: Hints): fc.Arbitrary<unknown> => {
  switch (field.kind) {
    case 'message':
      return messageOf(field.message!(), hints);
    case 'enum':
      return fc.constantFrom(...Object.values(field.values!));
    case 'bool':
      return fc.boolean();
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 12 });
    case 'bytes':
      return fc.uint8Array({ maxLength: 12 });
    case 'double':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => v + 0);
    case 'uint32':
    case 'fixed32':
      return fc.oneof(fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1), fc.nat(300));
    case 'int32':
    case 'sint32':
    case 'sfixed32':
      return fc.oneof(fc.constantFrom(0, -1, -(2 ** 31), 2 ** 31 - 1), fc.integer());
    case 'uint64':
    case 'fixed64':
      return fc.oneof(fc.constantFrom(0n, U64, 2n ** 53n + 1n), fc.bigInt(0n, U64));
    case 'int64':
    case 'sint64':
    case 'sfixed64':
      return fc.oneof(fc.constantFrom(0n, -1n, MIN, MAX, -(2n ** 53n) - 1n), fc.bigInt(MIN, MAX));
  }
};

/** Any message of a type, with the extremes of each field's type. */
export function messageOf(info: MessageInfo, hints: Hints = {}): fc.Arbitrary<Message> {
  const model: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of info.fields) {
    const hint = field.kind === 'message' ? undefined : hints[field.name];
    const value = hint ?? anyValue(field, hints);
    model[field.name] = field.repeated
      ? fc.array(value, { maxLength: 3 })
      : field.optional
        ? fc.option(value, { nil: undefined })
        : value;
  }
  return fc.record(model).map((message) => oneOfEach(info, dropUndefined(message)));
}

/** Of the members of a oneof only the first that is there. */
function oneOfEach({ fields }: MessageInfo, message: Message): Message {
  const seen = new Set<string>();
  const isKept = ({ name, oneof }: FieldInfo) => {
    if (oneof === undefined || message[name] === undefined) return true;
    return !seen.has(oneof) && seen.add(oneof);
  };
  const dropped = fields.filter((field) => !isKept(field)).map(({ name }) => name);
  return Object.fromEntries(Object.entries(message).filter(([name]) => !dropped.includes(name)));
}

const dropUndefined = (message: Message): Message =>
  Object.fromEntries(Object.entries(message).filter(([, v]) => v !== undefined));
