// Generates proto/gen/*.ts from proto/**/*.proto: interfaces with real bigint for 64-bit integers,
// and codecs over protobufjs' Writer and Reader. `--check` fails when the committed files differ.
// Why not pbjs: its static encode writes a bigint as 0 and rounds 2^53+1 (docs/adr/002).
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const root = fileURLToPath(new URL('../proto/', import.meta.url));
const out = join(root, 'gen');

function protoFiles(dir) {
  return readdirSync(dir, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((e) =>
      e.isDirectory()
        ? e.name === 'gen'
          ? []
          : protoFiles(join(dir, e.name))
        : e.name.endsWith('.proto')
          ? [join(dir, e.name)]
          : [],
    );
}

const schema = new protobuf.Root();
schema.resolvePath = (_origin, target) => (existsSync(target) ? target : join(root, target));
await schema.load(protoFiles(root), { alternateCommentMode: true });
schema.resolveAll();
// protobufjs brings its own google/protobuf/any.proto, whose names it does not convert.
const camelCase = (f) => protobuf.util.camelCase(f.name);

const scalars = {
  double: 'number',
  int32: 'number',
  uint32: 'number',
  sint32: 'number',
  fixed32: 'number',
  sfixed32: 'number',
  int64: 'bigint',
  uint64: 'bigint',
  sint64: 'bigint',
  fixed64: 'bigint',
  sfixed64: 'bigint',
  bool: 'boolean',
  string: 'string',
  bytes: 'Uint8Array',
};
const wireTypes = {
  double: 1,
  fixed64: 1,
  sfixed64: 1,
  fixed32: 5,
  sfixed32: 5,
  string: 2,
  bytes: 2,
};

/** Namespaces (packages) with types in them, in name order. */
function packages(ns, list = []) {
  const types = ns.nestedArray.filter(
    (n) => n instanceof protobuf.Type || n instanceof protobuf.Enum,
  );
  if (types.length > 0) list.push({ name: ns.fullName.slice(1), types });
  for (const n of ns.nestedArray) {
    if (
      n instanceof protobuf.Namespace &&
      !(n instanceof protobuf.Type) &&
      !(n instanceof protobuf.Service)
    )
      packages(n, list);
  }
  return list;
}

const comment = (text, indent = '') =>
  text ? `${indent}/** ${text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('*/', '*\\/')} */\n` : '';

function generate(pkg) {
  const imports = new Map();
  const nameOf = (type) => {
    const home = type.parent.fullName.slice(1);
    if (home !== pkg.name) {
      if (!imports.has(home)) imports.set(home, new Set());
      imports.get(home).add(type.name);
    }
    return type.name;
  };
  const tsType = (f) => (f.resolvedType ? nameOf(f.resolvedType) : scalars[f.type]);
  const isMessage = (f) => f.resolvedType instanceof protobuf.Type;
  const isOptional = (f) => !f.repeated && (isMessage(f) || f.options?.proto3_optional === true);
  const kind = (f) =>
    isMessage(f) ? 'message' : f.resolvedType instanceof protobuf.Enum ? 'enum' : f.type;
  const wire = (f) => (isMessage(f) ? 2 : (wireTypes[f.type] ?? 0));

  const writeValue = (f, v) => {
    const k = kind(f);
    if (k === 'message') return `${nameOf(f.resolvedType)}.write(${v}, w.fork()).ldelim();`;
    return `rt.put.${k}(w, ${v});`;
  };
  const isDefault = (f, v) => {
    const k = kind(f);
    if (k === 'string') return `${v} !== ''`;
    if (k === 'bytes') return `${v}.length !== 0`;
    if (k === 'bool') return v;
    return scalars[f.type] === 'bigint' ? `${v} !== 0n` : `${v} !== 0`;
  };
  const packable = (f) => f.repeated && !isMessage(f) && !['string', 'bytes'].includes(f.type);

  function writer(f) {
    const v = `m.${camelCase(f)}`;
    const tag = ((f.id << 3) | wire(f)) >>> 0;
    if (packable(f)) {
      return `    if (${v}.length !== 0) {\n      w.uint32(${((f.id << 3) | 2) >>> 0}).fork();\n      for (const v of ${v}) ${writeValue(f, 'v')}\n      w.ldelim();\n    }\n`;
    }
    if (f.repeated) {
      return `    for (const v of ${v}) {\n      w.uint32(${tag});\n      ${writeValue(f, 'v')}\n    }\n`;
    }
    const cond = isOptional(f) ? `${v} !== undefined` : isDefault(f, v);
    return `    if (${cond}) {\n      w.uint32(${tag});\n      ${writeValue(f, v)}\n    }\n`;
  }
  function readerExpr(f) {
    const k = kind(f);
    return k === 'message'
      ? `${nameOf(f.resolvedType)}.read(r, rt.end(r))`
      : k === 'enum'
        ? `rt.get.enum(r, ${tsType(f)})`
        : `rt.get.${k}(r)`;
  }
  function reader(f) {
    const tag = ((f.id << 3) | wire(f)) >>> 0;
    const v = `m.${camelCase(f)}`;
    if (packable(f)) {
      const packed = ((f.id << 3) | 2) >>> 0;
      return `        case ${packed}: {\n          const stop = rt.end(r);\n          while (r.pos < stop) ${v}.push(${readerExpr(f)});\n          rt.assertAt(r, stop);\n          break;\n        }\n        case ${tag}:\n          ${v}.push(${readerExpr(f)});\n          break;\n`;
    }
    const assign = f.repeated ? `${v}.push(${readerExpr(f)})` : `${v} = ${readerExpr(f)}`;
    return `        case ${tag}:\n          ${assign};\n          break;\n`;
  }
  const zero = (f) => {
    if (f.repeated) return '[]';
    const k = kind(f);
    if (k === 'enum') return '0';
    if (k === 'string') return "''";
    if (k === 'bytes') return 'new Uint8Array(0)';
    if (k === 'bool') return 'false';
    return scalars[f.type] === 'bigint' ? '0n' : '0';
  };
  const fieldInfo = (f) =>
    `    { name: '${camelCase(f)}', kind: '${kind(f)}'${f.repeated ? ', repeated: true' : ''}${isOptional(f) ? ', optional: true' : ''}${isMessage(f) ? `, message: () => ${nameOf(f.resolvedType)}` : ''}${kind(f) === 'enum' ? `, values: ${nameOf(f.resolvedType)}` : ''} },\n`;

  let body = '';
  // Enums first: the field tables refer to them by value.
  const isEnum = (t) => t instanceof protobuf.Enum;
  for (const t of [...pkg.types.filter(isEnum), ...pkg.types.filter((t) => !isEnum(t))]) {
    if (t instanceof protobuf.Enum) {
      const entries = Object.entries(t.values);
      body += `${comment(t.comment)}export const ${t.name} = {\n${entries.map(([k, v]) => `${comment(t.comments[k], '  ')}  ${k}: ${v},\n`).join('')}} as const;\nexport type ${t.name} = (typeof ${t.name})[keyof typeof ${t.name}];\n\n`;
      continue;
    }
    const fields = t.fieldsArray.slice().sort((a, b) => a.id - b.id);
    for (const f of fields)
      if (f.map) throw new Error(`${t.fullName}.${camelCase(f)}: maps have no canonical order`);
    body += `${comment(t.comment)}export interface ${t.name} {\n${fields.map((f) => `${comment(f.comment, '  ')}  ${camelCase(f)}${isOptional(f) ? '?' : ''}: ${tsType(f)}${f.repeated ? '[]' : ''}${isOptional(f) ? ' | undefined' : ''};\n`).join('')}}\n\n`;
    body += `export const ${t.name}: Codec<${t.name}> = rt.codec({\n  typeUrl: '/${t.fullName.slice(1)}',\n  fields: [\n${fields.map(fieldInfo).join('')}  ],\n`;
    body += `  write(${fields.length > 0 ? 'm' : '_m'}, w) {\n${fields.map(writer).join('')}    return w;\n  },\n`;
    const required = fields.filter((f) => !isOptional(f));
    body += `  read(r, end) {\n    const m: ${t.name} = {${required.length > 0 ? ` ${required.map((f) => `${camelCase(f)}: ${zero(f)}`).join(', ')} ` : ''}};\n    while (r.pos < end) {\n      const tag = r.uint32();\n      switch (tag) {\n${fields.map(reader).join('')}        default:\n          rt.unknownField('${t.fullName.slice(1)}', tag);\n      }\n    }\n    rt.assertAt(r, end);\n    return m;\n  },\n});\n\n`;
  }
  const header = ['// Generated by scripts/proto.mjs from the .proto files. Do not edit.'];
  if (pkg.types.some((t) => t instanceof protobuf.Type)) {
    header.push("import * as rt from '../codec.ts';", "import type { Codec } from '../codec.ts';");
  }
  for (const [home, names] of [...imports].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    header.push(`import { ${[...names].sort().join(', ')} } from './${home}.ts';`);
  }
  return `${header.join('\n')}\n\n${body.trimEnd()}\n`;
}

const files = new Map(packages(schema).map((pkg) => [`${pkg.name}.ts`, generate(pkg)]));
const msgs = packages(schema).flatMap((p) =>
  p.types.filter((t) => t instanceof protobuf.Type).map((t) => ({ pkg: p.name, name: t.name })),
);
const allMsgs = msgs.filter((m) => /^Msg[A-Z]/.test(m.name) && !m.name.endsWith('Response'));
files.set(
  'index.ts',
  '// Generated by scripts/proto.mjs from the .proto files. Do not edit.\n' +
    [...new Set(allMsgs.map((m) => m.pkg))]
      .sort()
      .map((p) => `import * as ${p.replaceAll('.', '_')} from './${p}.ts';\n`)
      .join('') +
    '\n/** Every message a transaction can carry, by name of its package. The registry asserts one handler for each. */\nexport const allMsgs = [\n' +
    allMsgs.map((m) => `  ${m.pkg.replaceAll('.', '_')}.${m.name},\n`).join('') +
    '] as const;\n',
);

if (process.argv.includes('--check')) {
  const stale = [...files].filter(
    ([name, text]) =>
      !existsSync(join(out, name)) || readFileSync(join(out, name), 'utf8') !== text,
  );
  const extra = readdirSync(out).filter((f) => !files.has(f));
  if (stale.length + extra.length > 0) {
    console.error(
      `proto/gen is out of date (${[...stale.map(([n]) => n), ...extra].join(', ')}): run npm run proto`,
    );
    process.exit(1);
  }
  console.log('proto/gen matches the .proto files');
} else {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(out, name), text);
  console.log(`proto/gen: ${files.size} files`);
}
