// What gRPC's reflection tells of the .proto files: a FileDescriptorProto a package, the services.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { FileDescriptorProto } = require('protobufjs/ext/descriptor');

/**
 * The descriptors of a resolved protobufjs root, in the order of their packages' names:
 * `{ files: [{ name, bytes }], services: [{ name, methods }] }`, methods as
 * `{ name, request, response, http }`, where http are the rules of google.api.http:
 * `{ method, path }`. Files that have nothing in them are left out.
 */
export function describeFiles(root) {
  const isUsed = (file) => file.messageType.length + file.enumType.length + file.service.length > 0;
  const files = root.toDescriptor('proto3').file.filter(isUsed);
  files.sort((a, b) => (a.package < b.package ? -1 : 1));
  for (const file of files) {
    file.name = `${file.package.replaceAll('.', '/')}.proto`;
    // Files load at the same time, so their order in a package would change from run to run.
    for (const kind of ['messageType', 'enumType', 'service']) file[kind].sort(byName);
  }
  const homes = new Map(files.flatMap((file) => typesOf(file).map((type) => [type, file.name])));
  for (const file of files) link(file, homes);
  return {
    files: files.map((file) => ({
      name: file.name,
      bytes: FileDescriptorProto.encode(file).finish(),
    })),
    services: files.flatMap((file) =>
      file.service.map((service) => described(root, file, service)),
    ),
  };
}

const byName = (a, b) => (a.name < b.name ? -1 : 1);

const typesOf = ({ package: name, messageType, enumType }) =>
  [...messageType, ...enumType].map((type) => `.${name}.${type.name}`);

/** protobufjs shortens names and tells no imports, without which a client cannot link the files. */
function link(file, homes) {
  const used = new Set();
  const whole = (type) => {
    const found = resolve(type, file.package, homes);
    used.add(homes.get(found));
    return found;
  };
  for (const field of file.messageType.flatMap((message) => message.field)) {
    if (field.typeName) field.typeName = whole(field.typeName);
  }
  for (const method of file.service.flatMap((service) => service.method)) {
    method.inputType = whole(method.inputType);
    method.outputType = whole(method.outputType);
  }
  used.delete(file.name);
  file.dependency = [...used].sort();
}

/** The full name that a name means inside a package: from the inside out, as protobuf scopes it. */
function resolve(type, scope, homes) {
  const parts = scope.split('.');
  for (let n = parts.length; n >= 0; n--) {
    const name = `.${[...parts.slice(0, n), type.replace(/^\./, '')].join('.')}`;
    if (homes.has(name)) return name;
  }
  throw new Error(`${scope}: no file has ${type}`);
}

function described(root, file, service) {
  const name = `${file.package}.${service.name}`;
  const { methods } = root.lookupService(name);
  return {
    name,
    methods: service.method.map((method) => ({
      name: method.name,
      request: method.inputType.slice(1),
      response: method.outputType.slice(1),
      http: httpRules(methods[method.name]),
    })),
  };
}

/** Where a method is over HTTP. */
function httpRules({ fullName, parsedOptions }) {
  return (parsedOptions ?? [])
    .flatMap((option) => {
      const rule = option['(google.api.http)'];
      const get = option['(google.api.http).get'];
      if (rule === undefined) return get === undefined ? [] : [{ get }];
      return [rule, ...[rule.additional_bindings ?? []].flat()];
    })
    .map(({ get, post, body }) => {
      if ((get === undefined) === (post === undefined)) throw new Error(`${fullName}: GET or POST`);
      if (body !== undefined && body !== '*') throw new Error(`${fullName}: the body is all of it`);
      return { method: get === undefined ? 'POST' : 'GET', path: get ?? post };
    });
}
