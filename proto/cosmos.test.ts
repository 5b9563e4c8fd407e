import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import protobuf from 'protobufjs';
import { protoName } from './amino.ts';
import type { FieldInfo } from './codec.ts';
import { messages, services } from './gen/services.ts';

/** The SDK's own .proto files (0.47), as a package has them. */
const sdk = (() => {
  const home = fileURLToPath(new URL('../node_modules/@protobufs/', import.meta.url));
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => (existsSync(target) ? target : join(home, target));
  const files = [
    ...['auth', 'authz', 'bank', 'distribution', 'feegrant', 'mint', 'staking', 'upgrade'].map(
      (name) => `cosmos/${name}/v1beta1/query.proto`,
    ),
    ...['cosmos/gov/v1/query.proto', 'cosmos/gov/v1beta1/query.proto'],
    ...['cosmos/base/tendermint/v1beta1/query.proto', 'cosmos/tx/v1beta1/service.proto'],
    ...['cosmos/crypto/multisig/keys.proto', 'cosmos/crypto/ed25519/keys.proto'],
  ];
  root.loadSync(
    files.map((file) => join(home, file)),
    { keepCase: true },
  );
  root.resolveAll();
  return root;
})();

/** What an older SDK calls otherwise, or has in another type; the wire is the same. */
const RENAMED: Readonly<Record<string, string>> = {
  default_node_info: 'node_info',
  default_node_id: 'node_id',
  app: 'app_version',
};

const typeOf = (name: string) => {
  try {
    return sdk.lookupType(name);
  } catch {
    return undefined;
  }
};

const known = messages
  .map((codec) => ({ codec, type: typeOf(codec.typeUrl.slice(1)) }))
  .filter(({ codec, type }) => /^\/(cosmos|tendermint)\./.test(codec.typeUrl) && type);

/** A field's number, told by what is written when nothing else is. */
function numberOf(codec: (typeof known)[number]['codec'], field: FieldInfo): number | undefined {
  const given = codec.fields.filter((one) => !one.optional || one === field);
  const message = Object.fromEntries(
    given.map((one) => [one.name, one === field ? someValue(one) : emptyValue(one)]),
  );
  const [tag, more = 0] = codec.encode(message);
  return tag === undefined ? undefined : ((tag & 127) | (tag > 127 ? more << 7 : 0)) >>> 3;
}

function emptyValue({ kind, repeated }: FieldInfo): unknown {
  if (repeated) return [];
  if (kind === 'string') return '';
  if (kind === 'bytes') return new Uint8Array(0);
  if (kind === 'bool') return false;
  return kind.endsWith('64') ? 0n : 0;
}

function someValue(field: FieldInfo): unknown {
  const { kind, repeated } = field;
  const one = (): unknown => {
    if (kind === 'message') {
      const inner = field.message!().fields.filter(({ optional }) => !optional);
      return Object.fromEntries(inner.map((each) => [each.name, emptyValue(each)]));
    }
    if (kind === 'string') return 'x';
    if (kind === 'bytes') return new Uint8Array([1]);
    if (kind === 'bool') return true;
    return kind.endsWith('64') ? 1n : 1;
  };
  return repeated ? [one()] : one();
}

describe("the SDK's messages, restated", () => {
  test('are many', () => {
    expect(known.length).toBeGreaterThan(150);
  });

  test.each(known.map(({ codec, type }) => [codec.typeUrl, codec, type!] as const))(
    '%s has the fields of the original',
    (_name, codec, type) => {
      for (const field of codec.fields) {
        const name = protoName(field);
        const older = RENAMED[name] ?? name;
        const original = type.fields[name] ?? type.fields[older];
        // Newer than the package: there is nothing to compare with, and no other has its number.
        const number = numberOf(codec, field);
        if (original === undefined) {
          expect(type.fieldsById[number!]).toBeUndefined();
          continue;
        }
        const kind = original.resolvedType instanceof protobuf.Type ? 'message' : original.type;
        const isEnum = original.resolvedType instanceof protobuf.Enum;
        // An event's key and value were bytes once: on the wire they are the same.
        const told = type.name === 'EventAttribute' && kind === 'bytes' ? 'string' : kind;
        expect([name, number, field.kind, field.repeated ?? false]).toEqual([
          ...[name, original.id, isEnum ? 'enum' : told, original.repeated],
        ]);
        const custom = String(original.options?.['(gogoproto.customtype)'] ?? '');
        expect([name, field.decimal ?? false]).toEqual([name, custom.endsWith('Dec')]);
        if (original.resolvedType instanceof protobuf.Enum) {
          expect(original.resolvedType.values).toMatchObject(field.values!);
        }
      }
    },
  );
});

describe("the SDK's services", () => {
  const methods = services.flatMap(({ name, methods: all }) =>
    all.map((method) => ({ name: `${name}.${method.name}`, service: name, method })),
  );
  const shared = methods.flatMap(({ name, service, method }) => {
    try {
      const original = sdk.lookupService(service).methods[method.name];
      return original === undefined ? [] : [{ name, method, original }];
    } catch {
      return [];
    }
  });

  test.each(shared.map((one) => [one.name, one] as const))(
    '%s takes, gives, and is where the original is',
    (_name, { method, original }) => {
      expect(method.request.typeUrl).toBe(original.resolvedRequestType!.fullName.replace('.', '/'));
      expect(method.response.typeUrl).toBe(
        original.resolvedResponseType!.fullName.replace('.', '/'),
      );
      const options = (original.parsedOptions as Record<string, unknown>[]).map((option) => {
        const rule = option['(google.api.http)'] as Record<string, string> | undefined;
        return rule?.['get'] ?? rule?.['post'] ?? option['(google.api.http).get'];
      });
      // Since 0.47 a name may have slashes in it.
      const bare = (path: unknown) => String(path).replace('=**', '');
      // Those of older versions come behind it.
      const [first] = method.http.map(({ path }) => bare(path));
      expect([first]).toEqual(options.map(bare));
    },
  );

  test('are compared, nearly all', () => {
    expect(shared.length).toBeGreaterThan(70);
  });
});
