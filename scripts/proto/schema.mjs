// What the generator needs of the .proto files, as plain values. Reading them is protobufjs' job.

const scalars = {
  double: { ts: 'number', wire: 1 },
  int32: { ts: 'number', wire: 0 },
  uint32: { ts: 'number', wire: 0 },
  sint32: { ts: 'number', wire: 0 },
  fixed32: { ts: 'number', wire: 5 },
  sfixed32: { ts: 'number', wire: 5 },
  int64: { ts: 'bigint', wire: 0 },
  uint64: { ts: 'bigint', wire: 0 },
  sint64: { ts: 'bigint', wire: 0 },
  fixed64: { ts: 'bigint', wire: 1 },
  sfixed64: { ts: 'bigint', wire: 1 },
  bool: { ts: 'boolean', wire: 0 },
  string: { ts: 'string', wire: 2 },
  bytes: { ts: 'Uint8Array', wire: 2 },
};

/** Packages with types in them, in the order of the files: `{ name, enums, messages }`. */
export function describePackages(protobuf, root) {
  const isMessage = (type) => type instanceof protobuf.Type;
  const isEnum = (type) => type instanceof protobuf.Enum;
  // protobufjs brings its own google/protobuf/any.proto, whose names it does not convert.
  const describeField = (f) => {
    const name = protobuf.util.camelCase(f.name);
    if (snakeCase(name) !== f.name) throw new Error(`${f.fullName}: not in snake_case`);
    if (f.map) throw new Error(`${f.fullName}: maps have no canonical order`);
    const ofMessage = isMessage(f.resolvedType);
    const scalar = scalars[f.type];
    if (!f.resolvedType && !scalar) throw new Error(`${f.fullName}: no codec for ${f.type}`);
    return {
      name,
      id: f.id,
      comment: f.comment,
      kind: ofMessage ? 'message' : isEnum(f.resolvedType) ? 'enum' : f.type,
      wire: ofMessage ? 2 : (scalar?.wire ?? 0),
      ts: scalar?.ts,
      /** The message or enum, by package and name. */
      type: f.resolvedType && {
        home: f.resolvedType.parent.fullName.slice(1),
        name: f.resolvedType.name,
      },
      oneof: oneofOf(f, ofMessage),
      oneofName: f.options?.['(amino.oneof_name)'],
      keepEmpty: keepEmptyOf(f),
      decimal: f.options?.['(cosmos_proto.scalar)'] === 'cosmos.Dec',
      repeated: f.repeated,
      optional: !f.repeated && (ofMessage || f.options?.proto3_optional === true),
    };
  };
  const describeMessage = (t) => ({
    name: t.name,
    fullName: t.fullName.slice(1),
    amino: t.options?.['(amino.name)'],
    comment: t.comment,
    fields: t.fieldsArray.map(describeField).sort((a, b) => a.id - b.id),
  });
  const describeEnum = (t) => ({
    name: t.name,
    comment: t.comment,
    values: Object.entries(t.values).map(([name, number]) => ({
      name,
      number,
      comment: t.comments[name],
    })),
  });
  const found = [];
  const visit = (namespace) => {
    const types = byName(namespace.nestedArray);
    const messages = types.filter(isMessage).map(describeMessage);
    const enums = types.filter(isEnum).map(describeEnum);
    const name = namespace.fullName.slice(1);
    if (messages.length + enums.length > 0) found.push({ name, enums, messages });
    for (const inner of types) {
      const isPackage = inner instanceof protobuf.Namespace && !(inner instanceof protobuf.Service);
      if (isPackage && !isMessage(inner)) visit(inner);
    }
  };
  visit(root);
  for (const { name, enums, messages } of found) nameTypes(name, [...enums, ...messages]);
  return found;
}

/** What the code of a package calls each type: its name, and its package's when that is taken. */
function nameTypes(home, own) {
  const taken = new Map(own.map(({ name }) => [name, home]));
  for (const { type } of own.flatMap((message) => message.fields ?? [])) {
    if (!type) continue;
    if (!taken.has(type.name)) taken.set(type.name, type.home);
    const isTaken = taken.get(type.name) !== type.home;
    type.as = isTaken ? `${type.home.replaceAll('.', '_')}_${type.name}` : type.name;
  }
}

/**
 * The oneof that a field is of, or undefined. Its members are messages: what else is set has no
 * presence here.
 */
function oneofOf(f, ofMessage) {
  if (!f.partOf || f.options?.proto3_optional === true) return undefined;
  if (!ofMessage) throw new Error(`${f.fullName}: members of a oneof are messages here`);
  return f.partOf.name;
}

/** The name in the .proto file, which readers of JSON make from the one in the code. */
const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Whether Amino JSON has the field when it is empty. */
function keepEmptyOf(f) {
  const isKept = f.options?.['(amino.dont_omitempty)'] === true;
  const encoding = f.options?.['(amino.encoding)'];
  // Without the one a list is left out, without the other it is null.
  if (encoding !== undefined && !(encoding === 'legacy_coins' && f.repeated && isKept)) {
    throw new Error(`${f.fullName}: no such Amino JSON here as ${encoding} of this field`);
  }
  return isKept;
}

/** Files load at the same time, so their order in a package would change from run to run. */
function byName(types) {
  return types.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
