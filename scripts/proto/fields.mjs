// The generated code of one field. What it calls is in proto/codec.ts, as `rt`.

const tagOf = (f, wire = f.wire) => ((f.id << 3) | wire) >>> 0;
/** Numbers of a repeated field share one length-delimited value. */
const isPacked = (f) => f.repeated && !['message', 'string', 'bytes'].includes(f.kind);

/** Lines at the indentation of a codec's `write`. */
export function writer(f) {
  const v = `m.${f.name}`;
  const put = (value) =>
    f.kind === 'message'
      ? `${f.type.as}.write(${value}, w.fork()).ldelim();`
      : `rt.put.${f.kind}(w, ${value});`;
  if (isPacked(f)) {
    return [
      `    if (${v}.length !== 0) {`,
      `      w.uint32(${tagOf(f, 2)}).fork();`,
      `      for (const v of ${v}) ${put('v')}`,
      `      w.ldelim();`,
      `    }`,
    ];
  }
  const [open, value] = f.repeated
    ? [`for (const v of ${v}) {`, 'v']
    : [`if (${f.optional ? `${v} !== undefined` : isSet(f, v)}) {`, v];
  return [`    ${open}`, `      w.uint32(${tagOf(f)});`, `      ${put(value)}`, `    }`];
}

function isSet(f, v) {
  if (f.kind === 'string') return `${v} !== ''`;
  if (f.kind === 'bytes') return `${v}.length !== 0`;
  if (f.kind === 'bool') return v;
  return f.ts === 'bigint' ? `${v} !== 0n` : `${v} !== 0`;
}

/** Lines at the indentation of the cases of a codec's `read`. */
export function reader(f, fields) {
  const v = `m.${f.name}`;
  const others = fields.filter((other) => f.oneof && other.oneof === f.oneof && other !== f);
  const get =
    f.kind === 'message'
      ? `${f.type.as}.read(r, rt.end(r))`
      : f.kind === 'enum'
        ? `rt.get.enum(r, ${f.type.as})`
        : `rt.get.${f.kind}(r)`;
  const once = f.kind === 'message' && !f.repeated ? [`          rt.assertFirst(${v});`] : [];
  const single = [
    `        case ${tagOf(f)}:`,
    ...once,
    ...others.map((other) => `          rt.assertOnly('${f.oneof}', m.${other.name});`),
    `          ${f.repeated ? `${v}.push(${get})` : `${v} = ${get}`};`,
    `          break;`,
  ];
  if (!isPacked(f)) return single;
  return [
    `        case ${tagOf(f, 2)}: {`,
    `          const stop = rt.end(r);`,
    `          while (r.pos < stop) ${v}.push(${get});`,
    `          rt.assertAt(r, stop);`,
    `          break;`,
    `        }`,
    ...single,
  ];
}

/** What a field holds before anything is read. */
export function zero(f) {
  if (f.repeated) return '[]';
  if (f.kind === 'enum') return '0';
  if (f.kind === 'string') return "''";
  if (f.kind === 'bytes') return 'new Uint8Array(0)';
  if (f.kind === 'bool') return 'false';
  return f.ts === 'bigint' ? '0n' : '0';
}

/** The field's entry in the codec's table, for JSON. */
export function info(f) {
  const parts = [`name: '${f.name}'`, `kind: '${f.kind}'`];
  if (f.repeated) parts.push('repeated: true');
  if (f.optional) parts.push('optional: true');
  if (f.oneof) parts.push(`oneof: '${f.oneof}'`);
  if (f.oneofName) parts.push(`oneofName: '${f.oneofName}'`);
  if (f.keepEmpty) parts.push('keepEmpty: true');
  if (f.decimal) parts.push('decimal: true');
  if (f.kind === 'message') parts.push(`message: () => ${f.type.as}`);
  if (f.kind === 'enum') parts.push(`values: ${f.type.as}`);
  return `    { ${parts.join(', ')} },`;
}

/** The field's declaration in the message's interface. */
export function declaration(f) {
  const type = f.type?.as ?? f.ts;
  const suffix = f.repeated ? '[]' : f.optional ? ' | undefined' : '';
  return `  ${f.name}${f.optional ? '?' : ''}: ${type}${suffix};`;
}
